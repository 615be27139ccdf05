import type { Attributes, ItemContent } from '../../models/content/content.ts';
import type { Queryable } from '../database/transaction.ts';

/** What the catalogue says about an item, and which it is. */
export interface CataloguedItem {
  readonly itemId: string;
  readonly content: ItemContent;
}

/** Items that were written since a moment, and the moment up to which they are complete. */
export interface WrittenItems {
  /** The last written first. */
  readonly items: readonly CataloguedItem[];
  /** A snapshot of Postgres, as text. */
  readonly through: string;
}

// Milliseconds.
const timeout = 5_000;

const columns = `i.item_id as "itemId", i.category_path as "categoryPath", i.brand, i.title,
  i.price::double precision as price, i.attributes,
  array(
    select distinct s.colour from skus s
    where s.item_id = i.item_id and s.colour is not null
    order by s.colour
  ) as colours`;

/** The snapshot before any item: all of them are new to it. */
export const noSnapshot = '1:1:';

/**
 * The items written by transactions that a snapshot did not see, and the snapshot of this look. The
 * two are of one statement and so of one moment. Ids of transactions only grow, so that the index is
 * read from its newest end down to the first one that was still running then.
 *
 * After a restore into another cluster rows may have ids that are still to come there. $3 takes them
 * too, for a first look; later looks would take them every time.
 */
export const writtenSql = `
with look as materialized (select pg_current_snapshot() as snapshot)
select (select snapshot::text from look) as through, w.*
from (select 1) one
left join lateral (
  select ${columns}
  from items i
  where i.written_xid >= pg_snapshot_xmin($1::pg_snapshot)
    and not pg_visible_in_snapshot(i.written_xid, $1::pg_snapshot)
    and ($3::boolean or i.written_xid < (select pg_snapshot_xmax(snapshot) from look))
  order by i.written_xid desc
  limit $2::integer
) w on true`;

interface WrittenRow extends ItemContent {
  readonly through: string;
  /** Null in the only row of a look that found nothing. */
  readonly itemId: string | null;
}

/** What the catalogue has that is new. */
export class ContentStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /**
   * @param since the snapshot of the look before, or `noSnapshot`
   * @param most older ones are left out
   */
  async written(since: string, most: number): Promise<WrittenItems> {
    const rows = await this.#database.query<WrittenRow>(
      writtenSql,
      [since, most, since === noSnapshot],
      {
        name: 'written-items',
        timeout,
      },
    );
    const [first] = rows;
    if (first === undefined) throw new Error('a look at the catalogue without a row');
    return {
      through: first.through,
      items: rows.flatMap(({ itemId, categoryPath, brand, title, price, attributes, colours }) => {
        if (itemId === null) return [];
        const content: ItemContent = {
          ...{ categoryPath, title, colours },
          ...{ brand: brand ?? null, price: price ?? null },
          attributes: attributes as Attributes,
        };
        return [{ itemId, content }];
      }),
    };
  }
}
