import type { ClickCounts } from '../../models/ranking/click-prior.ts';
import type { Queryable } from '../database/transaction.ts';

/** How often items were shown and clicked, as the features have it. */
export class ClickPriorStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** The counts of about `most` items that were shown, or of all where there are not many more. */
  async sample(most: number): Promise<ClickCounts> {
    const [size] = await this.#database.query<{ items: number }>(
      `select greatest(reltuples, 0)::float8 as items
       from pg_class where oid = 'item_features'::regclass`,
    );
    // Pages of the table and not rows: reading all of it for a sample would be no saving.
    const percent = Math.min(100, (100 * most) / Math.max(1, size?.items ?? 0));
    const [row] = await this.#database.query<{ impressions: number[]; clicks: number[] }>(
      `select coalesce(array_agg(impressions::float8), '{}') as impressions,
         coalesce(array_agg(clicks::float8), '{}') as clicks
       from item_features tablesample system ($1::real) repeatable (0)
       where impressions > 0`,
      [percent],
    );
    return row ?? { impressions: [], clicks: [] };
  }
}
