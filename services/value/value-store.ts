import type { Readable } from 'node:stream';
import type { Queryable, Transaction } from '../database/transaction.ts';

/** Fitted parameters, and what the rows of `user_clv` were made with. */
export interface ValueModelRow {
  readonly version: string;
  readonly parameters: unknown;
  readonly report: unknown;
  readonly asOf: Date;
  readonly timeZone: string;
}

/** Two builds come one after the other. */
export async function lockValue(transaction: Queryable): Promise<void> {
  await transaction.query(`select pg_advisory_xact_lock(hashtext('value'))`);
}

export interface ReadingTime {
  /** The day of `asOf`, since 1970-01-01. */
  readonly day: number;
  /** When reading began. */
  readonly readAt: Date;
}

/** From here on a day of this transaction is one of the shop's time zone. */
export async function beginReading(
  transaction: Queryable,
  asOf: Date,
  timeZone: string,
): Promise<ReadingTime> {
  await transaction.query(`select set_config('timezone', $1::text, true)`, [timeZone]);
  const [time] = await transaction.query<ReadingTime>(
    `select $1::timestamptz::date - date '1970-01-01' as day, clock_timestamp() as "readAt"`,
    [asOf],
  );
  if (time === undefined) throw new Error('no time');
  return time;
}

/**
 * Each order line and each return up to `asOf` of users whose behaviour counts, as lines of
 * `user \t p|r \t day \t cents`. What came back without a price is worth what the same item cost in
 * the order.
 *
 * Parameters cannot be given to `copy`, and twenty million rows are not to be written down before
 * they are read: Postgres quotes the one value and gives back the statement.
 */
export async function copyMovements(transaction: Transaction, asOf: Date): Promise<Readable> {
  const [statement] = await transaction.query<{ copy: string }>(
    'select format($1::text, $2::timestamptz) as copy',
    [movements, asOf],
  );
  return transaction.copyOut(statement?.copy ?? '');
}

const movements = `copy (
  select e.user_id, left(e.type, 1), e.occurred_at::date - date '1970-01-01',
    (100 * case
      when e.type = 'return' and e.unit_price is null then coalesce((
        select coalesce(e.quantity, 1) * sum(coalesce(p.quantity, 1) * p.unit_price) / sum(coalesce(p.quantity, 1))
        from events p
        where p.user_id = e.user_id and p.order_id = e.order_id and p.item_id = e.item_id
          and p.type = 'purchase' and p.unit_price is not null
      ), 0)
      else coalesce(e.quantity, 1) * coalesce(e.unit_price, 0)
    end)::bigint
  from events e
  where e.type in ('purchase', 'return') and e.user_id is not null
    and e.occurred_at <= %1$L::timestamptz
    and not exists (select from feature_exclusions x where x.user_id = e.user_id)
    and not exists (select from users x where not x.personalised and x.user_id = e.user_id)
    and not exists (
      select from users x
      where x.forget_before is not null and x.user_id = e.user_id
        and x.forget_before >= e.occurred_at
    )
) to stdout`;

const columns = `user_id, probability_alive, expected_orders_30d, expected_orders_90d,
  expected_orders_365d, expected_spend_30d, expected_spend_90d, expected_spend_365d, churn_band,
  model_version, computed_at`;

/**
 * Puts these rows, in the text format of `copy`, in place of all that there are. Who has turned the
 * switch off, asked for what they did to be forgotten, or been erased since reading began has none.
 *
 * @returns how many there are
 */
export async function replaceValues(
  transaction: Transaction,
  rows: Readable,
  readAt: Date,
): Promise<number> {
  await transaction.execute('delete from user_clv');
  const written = await transaction.copyIn(`copy user_clv (${columns}) from stdin`, rows);
  const gone = await transaction.execute(
    `delete from user_clv v
     where not exists (
       select from users u
       where u.user_id = v.user_id and u.personalised
         and (u.forget_before is null or u.forget_before < $1::timestamptz)
     )`,
    [readAt],
  );
  return written - gone;
}

/** Keeps the model and makes it the active one. The same one again replaces itself. */
export async function activateModel(
  transaction: Queryable,
  { version, parameters, report, asOf, timeZone }: ValueModelRow,
): Promise<void> {
  await transaction.query('update value_models set active = false where active');
  await transaction.query(
    `insert into value_models (version, parameters, report, as_of, time_zone, active)
     values ($1::text, $2::jsonb, $3::jsonb, $4::timestamptz, $5::text, true)
     on conflict (version) do update set
       report = excluded.report, created_at = excluded.created_at, active = true`,
    [version, JSON.stringify(parameters), JSON.stringify(report), asOf, timeZone],
  );
}

/** The model that the rows of `user_clv` are of; undefined: there is none. */
export async function readActiveModel(database: Queryable): Promise<ValueModelRow | undefined> {
  const [row] = await database.query<ValueModelRow>(
    `select version, parameters, report, as_of as "asOf", time_zone as "timeZone"
     from value_models where active`,
  );
  return row;
}

/** Gives back the room of rows that were replaced. Not in a transaction. */
export async function vacuumValues(database: Queryable): Promise<void> {
  await database.query('vacuum (analyze) user_clv');
}
