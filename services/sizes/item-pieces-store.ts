import type { UserContent } from '../../models/content/content.ts';
import type { PieceLine } from '../../models/sizing/decide-outcomes.ts';
import type { Queryable } from '../database/transaction.ts';

/** A purchase or return of an item's piece, and the profile of its buyer where it may be used. */
export interface ItemPiece extends PieceLine {
  readonly profile: UserContent | undefined;
}

export interface ItemPieces {
  readonly itemId: string;
  readonly pieces: readonly ItemPiece[];
  /** Purchases of after this moment (seconds since 1970) may be missing. */
  readonly completeTo: number;
}

/** An item is judged by so many of its purchases that have outlived the return window, the newest. */
export const mostPieces = 2_000;
/** Of those that have not, so many are read ahead, the oldest. */
export const mostPending = 500;
/** A return is newer than its purchase: these cover at least the purchases above. */
const mostReturns = 4_000;

// Milliseconds. A viewer does not wait longer.
const timeout = 2_000;

// $1 items, $2 the moment before which purchases have outlived the return window. Whether it may be used who
// bought is the buyer's word; that it was bought counts in any case, as a total that names nobody,
// except what its buyer asked to be forgotten.
const columns = `
  type, sku_id, user_id, session_id, order_id, reason, occurred_at, said_fit(type, properties) as said`;
export const itemPiecesSql = `
select w.id as "itemId", (
  select json_agg(json_build_array(
    p.type, p.sku_id, coalesce('u' || p.user_id, 's' || p.session_id), p.order_id, p.reason, p.said,
    extract(epoch from p.occurred_at),
    case when u.personalised then json_build_object(
      'birthYear', u.birth_year, 'gender', u.gender, 'heightCm', u.height_cm,
      'weightKg', u.weight_kg, 'bustCm', u.bust_cm, 'waistCm', u.waist_cm, 'hipCm', u.hip_cm,
      'bodyType', u.body_type, 'attributes', u.attributes
    ) end
  ))
  from (
    (
      select ${columns} from events
      where item_id = w.id and type = 'return'
      order by occurred_at desc limit ${mostReturns}
    )
    union all
    (
      select ${columns} from events
      where item_id = w.id and type = 'purchase' and occurred_at <= $2::timestamptz
      order by occurred_at desc limit ${mostPieces}
    )
    union all
    (
      select ${columns} from events
      where item_id = w.id and type = 'purchase' and occurred_at > $2::timestamptz
      order by occurred_at limit ${mostPending}
    )
  ) p
  left join users u on u.user_id = p.user_id
  where p.sku_id is not null
    and (u.forget_before is null or p.occurred_at > u.forget_before)
) as pieces
from unnest($1::text[]) as w (id)`;

type PieceTuple = [
  ItemPiece['type'],
  string,
  string,
  string | null,
  string | null,
  ItemPiece['said'],
  number,
  UserContent | null,
];

/** What became of items' pieces. */
export class ItemPiecesStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /**
   * The newest purchases of items that have outlived the return window, the oldest of those that have
   * not, and the returns; of each item as many as `itemIds` names it, in the order of the ids.
   *
   * @param outlived before this moment purchases have
   * @throws UnavailableError when the database does not answer
   */
  async of(itemIds: readonly string[], outlived: Date): Promise<ItemPieces[]> {
    const rows = await this.#database.query<{ itemId: string; pieces: PieceTuple[] | null }>(
      itemPiecesSql,
      [itemIds, outlived],
      { name: 'item-pieces', timeout },
    );
    return rows.map(({ itemId, pieces }) => piecesOf(itemId, pieces ?? [], outlived));
  }
}

function piecesOf(itemId: string, tuples: readonly PieceTuple[], outlived: Date): ItemPieces {
  const all = tuples.map(pieceOf);
  const limit = outlived.getTime() / 1000;
  const returns = all.filter(({ type }) => type === 'return');
  const pending = all.filter(({ type, at }) => type === 'purchase' && at > limit);
  const isCut = returns.length >= mostReturns;
  // Whether a purchase older than all returns that were read came back is not known.
  const from = isCut ? Math.min(...returns.map(({ at }) => at)) : Number.NEGATIVE_INFINITY;
  const last = Math.max(...pending.map(({ at }) => at));
  return {
    itemId,
    pieces: all.filter(({ at }) => at >= from),
    completeTo: pending.length < mostPending ? Number.POSITIVE_INFINITY : last,
  };
}

function pieceOf(tuple: PieceTuple): ItemPiece {
  const [type, skuId, account, orderId, reason, said, at, profile] = tuple;
  return { type, skuId, account, orderId, reason, said, at, profile: profile ?? undefined };
}
