import type { CountedRows } from '../../models/dataset/additive-rates.ts';
import type { EventWeights } from '../../models/dataset/event-weights.ts';
import { countedEvents, mostDoublings } from '../../models/dataset/learn-event-weights.ts';
import type { Transaction } from '../database/transaction.ts';
import { isOfTrainableUser } from './training-store.ts';

export interface OutcomesOptions {
  /** Milliseconds since 1970; what happened before it is counted, what came of it after it. */
  readonly at: number;
  readonly daysBefore: number;
  readonly daysAfter: number;
  /** Types of event that are an outcome. */
  readonly outcomes: readonly string[];
  /** Parts in a thousand of the users, drawn by their ids. */
  readonly permille: number;
  /** How an interest passes, and from when on a view is a long one. */
  readonly weights: EventWeights;
}

/** A user and the leaf of a category (the item itself where it has none). */
interface OutcomeRow {
  readonly userId: string;
  readonly outcome: number;
  readonly counts: readonly number[];
}

/** Adds up the rows of several moments. */
export class CountedRowsBuilder {
  readonly #users = new Map<string, number>();
  readonly #rows: OutcomeRow[] = [];

  add(row: OutcomeRow): void {
    if (!this.#users.has(row.userId)) this.#users.set(row.userId, this.#users.size);
    this.#rows.push(row);
  }

  get users(): number {
    return this.#users.size;
  }

  build(): CountedRows {
    const index = ({ userId }: OutcomeRow) => this.#users.get(userId) ?? 0;
    this.#rows.sort((a, b) => index(a) - index(b));
    return {
      columns: countedEvents.length,
      counts: Float32Array.from(this.#rows.flatMap(({ counts }) => [...counts])),
      outcomes: Float32Array.from(this.#rows, ({ outcome }) => outcome),
      users: Uint32Array.from(this.#rows, index),
    };
  }
}

/**
 * For each user and category that the user did something in before `at`: what they did, less by its
 * age, and how often something came of it in the days after. Users who have the switch off are left
 * out, and what a user wanted deleted. Columns are in the order of `countedEvents`.
 */
export async function readOutcomes(
  transaction: Transaction,
  { at, daysBefore, daysAfter, outcomes, permille, weights }: OutcomesOptions,
  builder: CountedRowsBuilder,
  signal: AbortSignal,
): Promise<void> {
  const { interest, view } = weights;
  const rows = transaction.rows<OutcomeRow>(
    `with part as (
       select e.user_id, e.type, e.value, e.reason, e.occurred_at < $1::timestamptz as is_before,
         coalesce(nullif(i.category_path[cardinality(i.category_path)], ''), e.item_id) as category,
         case when e.occurred_at < $1::timestamptz then $4::double precision
           + (1 - $4::double precision) * power(2::double precision, -date_part(
               'epoch', $1::timestamptz - e.occurred_at) / ($5::double precision * 86400))
         end as left_of
       from events e
       left join items i on i.item_id = e.item_id
       where e.occurred_at >= $1::timestamptz - $2::double precision * interval '1 day'
         and e.occurred_at < $1::timestamptz + $3::double precision * interval '1 day'
         and abs(hashtext(e.user_id)::bigint) % 1000 < $9::integer
         and ${isOfTrainableUser}
     ), counted as (
       select user_id, category,
         count(*) filter (where not is_before and type = any ($8::text[])) as outcome,
         count(*) filter (where is_before) as before,
         coalesce(sum(left_of)
           filter (where is_before and type = 'impression'), 0) as c0,
         coalesce(sum(left_of)
           filter (where is_before and type = 'click'), 0) as c1,
         coalesce(sum(left_of)
           filter (where is_before and type = 'like'), 0) as c2,
         coalesce(sum(left_of)
           filter (where is_before and type = 'comment'), 0) as c3,
         coalesce(sum(left_of)
           filter (where is_before and type = 'share'), 0) as c4,
         coalesce(sum(left_of)
           filter (where is_before and type = 'follow'), 0) as c5,
         coalesce(sum(left_of)
           filter (where is_before and type = 'cart'), 0) as c6,
         coalesce(sum(left_of)
           filter (where is_before and type = 'uncart'), 0) as c7,
         coalesce(sum(left_of)
           filter (where is_before and type = 'purchase'), 0) as c8,
         coalesce(sum(left_of)
           filter (where is_before and type = 'view' and value < $6::double precision), 0) as c9,
         coalesce(sum(left_of)
           filter (where is_before and type = 'view' and value is null), 0) as c10,
         coalesce(sum(left_of)
           filter (where is_before and type = 'view' and value >= $6::double precision), 0) as c11,
         coalesce(sum(left_of * least($7::double precision, ln(value / $6::double precision) / ln(2::double precision)))
           filter (where is_before and type = 'view' and value >= $6::double precision), 0) as c12,
         coalesce(sum(left_of)
           filter (where is_before and type = 'return' and reason in ('too_small', 'too_large')), 0) as c13,
         coalesce(sum(left_of)
           filter (where is_before and type = 'return' and coalesce(reason, 'other') not in ('too_small', 'too_large')), 0) as c14
       from part group by user_id, category
     )
     select user_id as "userId", outcome::double precision as outcome,
       array[c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14] as counts
     from counted where before > 0`,
    [
      new Date(at).toISOString(),
      daysBefore,
      daysAfter,
      interest.lasting,
      interest.halfLifeDays,
      view.shortestMs,
      mostDoublings,
      outcomes,
      permille,
    ],
  );
  for await (const row of rows) {
    signal.throwIfAborted();
    builder.add(row);
  }
}
