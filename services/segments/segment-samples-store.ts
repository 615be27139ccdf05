import type { Database } from '../database/database.ts';
import { joinSql, literalSql, type Sql, sql, toQuery } from '../database/sql.ts';
import { columns, joinedTables } from './field-columns-store.ts';
import { segmentFields } from './segment-fields.ts';

/** A few values of each field, by its name. */
export type Samples = Readonly<Record<string, readonly string[]>>;

// So many users are looked at, and so many values shown.
const looked = 2000;
const shown = 5;

const tagSamples = `
select k.tag, coalesce(array_agg(v.value) filter (where v.value is not null), '{}') as values
from unnest($1::text[]) k (tag)
left join lateral (
  select distinct s.value from (
    select value from user_tag_sums where tag = k.tag limit $2::integer
  ) s limit $3::integer
) v on true
group by k.tag`;

/** Values that fields have in this shop, for those who write rules. */
export class SegmentSamplesStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Values of columns, out of some users whose switch is on. No ids of users. */
  async ofColumns(now: Date): Promise<Samples> {
    const named = Object.entries(columns).filter(([name]) => name !== 'userId');
    // Outcomes would be summed up of everybody.
    const cheap = named.filter(([, { tables }]) => !tables.includes('outcomes'));
    const values = cheap.map(([name, column]) => {
      const some = isOrdered(name) ? spread(column.value(now)) : different(column.value(now));
      return sql`${some} as ${literalSql(`"${name}"`)}`;
    });
    const { text, values: parameters } = toQuery(sql`
      select ${joinSql(values, ', ')}
      from (select * from users where personalised limit ${looked}::integer) u
      ${joinedTables.features} ${joinedTables.rfm} ${joinedTables.value}`);
    const [row] = await this.#database.query<Record<string, string[] | null>>(text, parameters);
    const found = Object.entries(row ?? {}).map(([name, some]) => [
      name,
      [...new Set((some ?? []).filter((value) => value !== null))],
    ]);
    return Object.fromEntries(found);
  }

  async ofTags(kinds: readonly string[]): Promise<Samples> {
    const rows = await this.#database.query<{ tag: string; values: string[] }>(tagSamples, [
      ...[kinds, looked, shown],
    ]);
    return Object.fromEntries(rows.map(({ tag, values }) => [tag, values]));
  }
}

/** Of numbers and times the least, the quartiles and the most. */
function spread(value: Sql): Sql {
  return sql`percentile_disc(array[0, 0.25, 0.5, 0.75, 1]) within group (order by ${value})::text[]`;
}

function different(value: Sql): Sql {
  return sql`(array_agg(distinct ${value}::text))[1:${shown}::integer]`;
}

const ordered = new Set(
  segmentFields.filter(({ type }) => type === 'number' || type === 'time').map(({ name }) => name),
);

function isOrdered(name: string): boolean {
  return ordered.has(name);
}
