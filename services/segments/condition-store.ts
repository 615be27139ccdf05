import { literalSql, type Sql, sql } from '../database/sql.ts';
import type { EventCondition, EventFilter, FieldCondition, Scalar, Window } from './rule.ts';
import type { FieldType } from './segment-fields.ts';

// Conditions as SQL. None of them is null: where a value is missing, the condition is false.

const parameterType: Readonly<Record<Exclude<FieldType, 'tag' | 'attribute'>, string>> = {
  text: 'text',
  number: 'double precision',
  boolean: 'boolean',
  time: 'timestamptz',
};

const isTrue = (condition: Sql): Sql => sql`((${condition}) is true)`;

const comparing: Readonly<Record<string, string>> = {
  ...{ eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=', before: '<', after: '>=' },
};

/** What a condition says of a column of its type. */
export function columnCondition(
  column: Sql,
  type: keyof typeof parameterType,
  { op, value }: FieldCondition,
  now: Date,
): Sql {
  if (op === 'exists') return existence(column, value);
  const cast = literalSql(`::${parameterType[type]}`);
  const parameter = (given: unknown) => sql`${given}${cast}`;
  const values = Array.isArray(value) ? value : [value];
  const compare = comparing[op];
  if (compare !== undefined) {
    return isTrue(sql`${column} ${literalSql(compare)} ${parameter(value)}`);
  }
  switch (op) {
    case 'in':
      return isTrue(sql`${column} = any(${values}${cast}[])`);
    case 'not_in':
      return isTrue(sql`${column} <> all(${values}${cast}[])`);
    case 'between':
      return isTrue(sql`${column} between ${parameter(values[0])} and ${parameter(values[1])}`);
    case 'contains':
      return isTrue(sql`position(lower(${value}::text) in lower(${column})) > 0`);
    case 'starts_with':
      return isTrue(sql`starts_with(${column}, ${value}::text)`);
    case 'within_days':
      return isTrue(sql`${column} >= ${daysBefore(now, Number(value))}::timestamptz`);
    default:
      return isTrue(sql`${column} < ${daysBefore(now, Number(value))}::timestamptz`);
  }
}

function existence(column: Sql, value: FieldCondition['value']): Sql {
  return value === true ? sql`(${column} is not null)` : sql`(${column} is null)`;
}

/** What a condition says of an attribute, by the type that the value has there. */
export function attributeCondition(name: string, { op, value }: FieldCondition): Sql {
  const attribute = sql`(u.attributes -> ${name}::text)`;
  if (op === 'exists') return existence(attribute, value);
  const values = Array.isArray(value) ? value : [value];
  const json = (given: Scalar | undefined) => JSON.stringify(given);
  const asNumber = sql`(case when jsonb_typeof(${attribute}) = 'number'
    then (${attribute} #>> '{}')::double precision end)`;
  const asText = sql`(case when jsonb_typeof(${attribute}) = 'string' then ${attribute} #>> '{}' end)`;
  switch (op) {
    case 'eq':
    case 'in':
      return isTrue(sql`${attribute} = any(${values.map(json)}::jsonb[])`);
    case 'ne':
    case 'not_in':
      return isTrue(sql`${attribute} <> all(${values.map(json)}::jsonb[])`);
    case 'contains':
      return isTrue(sql`case jsonb_typeof(${attribute})
        when 'array' then ${attribute} @> ${json(value as Scalar)}::jsonb
        else position(lower(${value}::text) in lower(${asText})) > 0 end`);
    case 'starts_with':
      return isTrue(sql`starts_with(${asText}, ${value}::text)`);
    case 'between':
      return isTrue(sql`${asNumber} between ${values[0]}::double precision
        and ${values[1]}::double precision`);
    default:
      return isTrue(
        sql`${asNumber} ${literalSql(comparing[op] ?? '=')} ${value}::double precision`,
      );
  }
}

/** What is summed up of each event `e`. */
const summed: Readonly<Record<SummedMeasure, string>> = {
  count: 'count(*)',
  units: 'sum(coalesce(e.quantity, 1))',
  spend: 'sum(coalesce(e.quantity, 1) * e.unit_price)',
  dwellMs: 'sum(e.value)',
};

/** Of what the different ones are counted. */
const different: Readonly<Record<Exclude<EventCondition['measure'], SummedMeasure>, string>> = {
  days: `(e.occurred_at at time zone 'UTC')::date`,
  items: 'e.item_id',
  orders: 'coalesce(e.order_id, e.event_id)',
  rooms: 'e.room_id',
};

type SummedMeasure = 'count' | 'units' | 'spend' | 'dwellMs';

function isSummed(measure: EventCondition['measure']): measure is SummedMeasure {
  return measure in summed;
}

/** One row a user with such events: `user_id`, and as `v` what is measured of them. */
export function eventSums({ events, within, where = {}, measure }: EventCondition, now: Date): Sql {
  const types = events === 'any' ? sql`true` : sql`e.type = any(${events}::text[])`;
  const filter = eventFilter(where);
  // Those who have asked to be forgotten are few. With `not exists` the planner hashes the events.
  const rows = sql`
    from events e${filter.joins}
    left join (
      select w.user_id, w.forget_before from users w where w.forget_before is not null
    ) w on w.user_id = e.user_id
    where e.user_id is not null and ${types} and ${windowCondition(within, now)}${filter.where}
      and (w.forget_before is null or w.forget_before < e.occurred_at)`;
  if (isSummed(measure)) {
    return sql`select e.user_id, ${literalSql(summed[measure])} as v${rows} group by e.user_id`;
  }
  // `count(distinct …)` would sort all rows, and not in parallel.
  return sql`
    select d.user_id, count(d.thing) as v
    from (select distinct e.user_id, ${literalSql(different[measure])} as thing${rows}) d
    group by d.user_id`;
}

function windowCondition(within: Window | undefined, now: Date): Sql {
  const upTo = now.toISOString();
  if (within === undefined) return sql`e.occurred_at <= ${upTo}::timestamptz`;
  if ('days' in within) {
    return sql`e.occurred_at > ${daysBefore(now, within.days)}::timestamptz
      and e.occurred_at <= ${upTo}::timestamptz`;
  }
  const from =
    within.from === undefined ? sql`true` : sql`e.occurred_at >= ${within.from}::timestamptz`;
  const to =
    within.to === undefined || within.to > upTo
      ? sql`e.occurred_at <= ${upTo}::timestamptz`
      : sql`e.occurred_at < ${within.to}::timestamptz`;
  return sql`${from} and ${to}`;
}

function eventFilter(filter: EventFilter): { readonly joins: Sql; readonly where: Sql } {
  const { category, brand, itemId, roomId, hostId, theme, inRoom, price, reason } = filter;
  const ofItem = category ?? brand ?? price;
  const ofRoom = hostId ?? theme;
  const conditions = [
    category && sql` and i.category_path && ${category}::text[]`,
    brand && sql` and i.brand = any(${brand}::text[])`,
    itemId && sql` and e.item_id = any(${itemId}::text[])`,
    roomId && sql` and e.room_id = any(${roomId}::text[])`,
    hostId && sql` and m.host_id = any(${hostId}::text[])`,
    theme && sql` and m.theme = any(${theme}::text[])`,
    inRoom === true && literalSql(' and e.room_id is not null'),
    inRoom === false && literalSql(' and e.room_id is null'),
    price?.min !== undefined && sql` and coalesce(e.unit_price, i.price) >= ${price.min}::numeric`,
    price?.max !== undefined && sql` and coalesce(e.unit_price, i.price) < ${price.max}::numeric`,
    reason && sql` and e.reason = any(${reason}::text[])`,
  ];
  // A price that was paid is known without the item.
  const items = literalSql(ofItem ? ' left join items i on i.item_id = e.item_id' : '');
  const rooms = literalSql(ofRoom ? ' join rooms m on m.room_id = e.room_id' : '');
  const where = conditions
    .filter((condition) => condition !== undefined && condition !== false)
    .reduce((all, condition) => sql`${all}${condition}`, literalSql(''));
  return { joins: sql`${items}${rooms}`, where };
}

/** What a condition says of a sum; users without such events have 0. */
export function sumCondition(sum: Sql, { op, value }: EventCondition): Sql {
  const [least, most] = Array.isArray(value) ? value : [value, value];
  const condition = (left: Sql) =>
    op === 'between'
      ? sql`${left} between ${least}::double precision and ${most}::double precision`
      : sql`${left} ${literalSql(comparing[op] ?? '=')} ${least}::double precision`;
  // Where 0 would do, those without events are in it; elsewhere the join need not keep them.
  return isTrue(condition(holdsForZero(op, least, most) ? sql`coalesce(${sum}, 0)` : sum));
}

function holdsForZero(op: EventCondition['op'], least: number, most: number): boolean {
  switch (op) {
    case 'eq':
      return least === 0;
    case 'gt':
      return least < 0;
    case 'gte':
      return least <= 0;
    case 'lt':
      return least > 0;
    case 'lte':
      return least >= 0;
    case 'between':
      return least <= 0 && most >= 0;
  }
}

function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString();
}
