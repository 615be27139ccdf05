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
/** An item with no more lines than this is read in one scan of them. */
const mostAtOnce = 2_000;

// Milliseconds. A viewer does not wait longer.
const timeout = 2_000;

const columns = `
  type, sku_id, user_id, session_id, order_id, reason, occurred_at,
  said_fit(type, properties) as said`;

// $1 items. Whether it may be used who bought is the buyer's word; that it was bought counts in any
// case, as a total that names nobody, except what its buyer asked to be forgotten.
const piecesSql = (lines: string) => `
select w.id as "itemId", (
  select json_agg(json_build_array(
    p.type, p.sku_id, coalesce('u' || p.user_id, 's' || p.session_id), p.order_id, p.reason, p.said,
    extract(epoch from p.occurred_at),
    coalesce(p.occurred_at <= u.forget_before, false),
    case when u.personalised then json_build_array(
      u.birth_year, u.gender, u.height_cm, u.weight_kg, u.bust_cm, u.waist_cm, u.hip_cm, u.body_type,
      case when u.attributes <> '{}' then u.attributes end
    ) end
  ))
  from (${lines}) p
  left join users u on u.user_id = p.user_id
) as pieces
from unnest($1::text[]) as w (id)`;

/** The newest lines of any kind. */
export const itemPiecesSql = piecesSql(`
  select ${columns} from events
  where item_id = w.id and type in ('purchase', 'return')
  order by occurred_at desc limit ${mostAtOnce + 1}`);

/** Each kind by itself, for an item with more lines. $2: before it purchases have outlived the window. */
export const manyPiecesSql = piecesSql(`
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
  )`);

type BodyTuple = [
  number | null,
  string | null,
  ...girths: [number | null, number | null, number | null, number | null, number | null],
  bodyType: string | null,
  attributes: UserContent['attributes'] | null,
];

type PieceTuple = [
  type: ItemPiece['type'],
  skuId: string | null,
  account: string,
  string | null,
  string | null,
  ItemPiece['said'],
  number,
  isForgotten: boolean,
  BodyTuple | null,
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
    const read = await this.#read(itemPiecesSql, 'item-pieces', [itemIds]);
    const isMany = ({ pieces }: PiecesRow) => (pieces?.length ?? 0) >= mostAtOnce;
    const many = read.filter(isMany).map(({ itemId }) => itemId);
    if (many.length === 0) return read.map((row) => piecesOf(row, outlived));
    const whole = await this.#read(manyPiecesSql, 'many-item-pieces', [many, outlived]);
    const byItem = new Map(whole.map((row) => [row.itemId, row]));
    return read.map((row) => piecesOf(byItem.get(row.itemId) ?? row, outlived));
  }

  #read(sql: string, name: string, values: unknown[]): Promise<PiecesRow[]> {
    return this.#database.query<PiecesRow>(sql, values, { name, timeout });
  }
}

interface PiecesRow {
  readonly itemId: string;
  readonly pieces: PieceTuple[] | null;
}

function piecesOf({ itemId, pieces }: PiecesRow, outlived: Date): ItemPieces {
  const all = (pieces ?? []).flatMap(pieceOf);
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

function pieceOf(tuple: PieceTuple): ItemPiece[] {
  const [type, skuId, account, orderId, reason, said, at, isForgotten, body] = tuple;
  if (skuId === null || isForgotten) return [];
  return [
    {
      type,
      skuId,
      account,
      orderId,
      reason,
      said,
      at,
      profile: body ? profileOf(body) : undefined,
    },
  ];
}

function profileOf(body: BodyTuple): UserContent {
  const [birthYear, gender, heightCm, weightKg, bustCm, waistCm, hipCm, bodyType, own] = body;
  const measures = { heightCm, weightKg, bustCm, waistCm, hipCm };
  return { birthYear, gender, ...measures, bodyType, attributes: own ?? {} };
}
