import type { Queryable } from '../database/transaction.ts';
import type { TagKind } from './interest-tag-store.ts';

const counted = {
  clicks: 'click',
  views: 'view',
  likes: 'like',
  comments: 'comment',
  shares: 'share',
  follows: 'follow',
  carts: 'cart',
  purchases: 'purchase',
};
const countColumns = Object.keys(counted);
const deedCount = countColumns.map((column) => `d.${column}`).join(' + ');

/** What is counted of a deed: not what was shown, taken back or sent back. */
const isDeed = `e.type in (${Object.values(counted)
  .map((type) => `'${type}'`)
  .join(', ')})`;

/**
 * What drew the user: others and what they say, a live room, or the page of an item. A view that
 * ended at once found nothing.
 */
const content = (shortestMs: string) => `case
  when e.type in ('like', 'comment', 'share', 'follow') then 'social'
  when e.type = 'view' and e.value < ${shortestMs} then null
  when e.room_id is not null then 'live'
  else 'item_pages' end`;

/** As the caller's events say it; what is no short text says nothing. */
const channel = `case when jsonb_typeof(e.properties -> 'channel') = 'string'
    and char_length(e.properties ->> 'channel') <= 100
  then nullif(e.properties ->> 'channel', '') end`;

const eighths = ['00-03', '03-06', '06-09', '09-12', '12-15', '15-18', '18-21', '21-24'];

/**
 * Of what a user did `d`. Another kind is another line, and its entry in
 * services/tags/tag-kinds.ts.
 */
export const habitKinds: readonly TagKind[] = [
  { tag: 'active_hours', value: `('{${eighths.join(',')}}'::text[])[1 + d.eighth]` },
  { tag: 'channel', value: 'd.channel' },
  { tag: 'content', value: 'd.content' },
];

/** What the kinds are read from, for the definition of the tags. */
export const habitSource = JSON.stringify({ counted, content: content('…'), channel, habitKinds });

const makeDeeds = `
create temporary table habit_deeds (
  user_id text not null, eighth smallint not null, channel text, content text,
  in_room boolean not null, ${countColumns.map((column) => `${column} integer not null`).join(', ')},
  -- As of this build: see interest-tag-store.ts.
  recent double precision not null, last_evidence_at timestamptz not null
) on commit drop`;

/** One row for all that a user did in one place at one time of the day. */
function fillDeeds(where: string, definition: string): string {
  const counts = Object.values(counted).map((type) => `count(*) filter (where e.type = '${type}')`);
  return `
    insert into habit_deeds
    select e.user_id, p.eighth, p.channel, p.content, p.in_room, ${counts.join(', ')},
      sum(power_of_two(date_part('epoch', e.occurred_at - $1::timestamptz) / h.half_life)),
      max(e.occurred_at)
    from events e
    cross join (
      select 86400 * (${definition}::jsonb #>> '{interest,halfLifeDays}')::double precision as half_life,
        (${definition}::jsonb #>> '{view,shortestMs}')::double precision as shortest,
        ${definition}::jsonb ->> 'timeZone' as time_zone
      offset 0
    ) h
    cross join lateral (
      select eighth_of_day(e.occurred_at, h.time_zone) as eighth, ${channel} as channel,
        ${content('h.shortest')} as content, e.room_id is not null as in_room
    ) p
    where ${where} and ${isDeed}
    group by e.user_id, p.eighth, p.channel, p.content, p.in_room`;
}

/** log2 of a decayed sum as of the landmark, from one as of this build. */
const sinceLandmark = (sum: string) => `ln(nullif(${sum}, 0)) / ln(2::double precision) + n.age`;

const age = `
cross join (
  select date_part('epoch', $1::timestamptz - ($2::jsonb ->> 'landmark')::timestamptz)
    / (86400 * ($2::jsonb #>> '{interest,halfLifeDays}')::double precision) as age
) n`;

const add = (column: string) => `${column} = f.${column} + excluded.${column}`;
const addLogs = (column: string) =>
  `${column} = coalesce(log2_add(f.${column}, excluded.${column}), f.${column}, excluded.${column})`;
const latest = `
  last_evidence_at = greatest(f.last_evidence_at, excluded.last_evidence_at),
  computed_at = excluded.computed_at`;

const insertSums = `
insert into user_tag_sums as f (
  user_id, tag, value, ${countColumns.join(', ')}, total, gained, last_evidence_at, computed_at
)
select a.user_id, a.tag, a.value, ${countColumns.join(', ')}, a.total, ${sinceLandmark('a.recent')},
  a.last_evidence_at, $1::timestamptz
from (
  select d.user_id, t.tag, t.value,
    ${countColumns.map((column) => `sum(d.${column}) as ${column}`).join(', ')},
    sum(${deedCount}) as total, sum(d.recent) as recent, max(d.last_evidence_at) as last_evidence_at
  from habit_deeds d
  cross join lateral (
    values ${habitKinds.map(({ tag, value }) => `('${tag}', ${value})`).join(', ')}
  ) t (tag, value)
  where t.value is not null
    and not exists (
      select from removed_user_tags x
      where x.user_id = d.user_id and x.tag = t.tag and x.value in ('', t.value)
    )
  group by d.user_id, t.tag, t.value
) a
${age}
on conflict (user_id, tag, value) do update set
  ${[...countColumns, 'total'].map(add).join(', ')}, ${addLogs('gained')}, ${latest}`;

const insertLiveHabits = `
insert into user_live_habits as f (
  user_id, in_rooms, elsewhere, recent_in_rooms, recent_elsewhere, last_evidence_at, computed_at
)
select a.user_id, a.in_rooms, a.elsewhere, ${sinceLandmark('a.recent_in_rooms')},
  ${sinceLandmark('a.recent_elsewhere')}, a.last_evidence_at, $1::timestamptz
from (
  select d.user_id,
    coalesce(sum(${deedCount}) filter (where d.in_room), 0) as in_rooms,
    coalesce(sum(${deedCount}) filter (where not d.in_room), 0) as elsewhere,
    sum(d.recent) filter (where d.in_room) as recent_in_rooms,
    sum(d.recent) filter (where not d.in_room) as recent_elsewhere,
    max(d.last_evidence_at) as last_evidence_at
  from habit_deeds d
  where not exists (
    select from removed_user_tags x
    where x.user_id = d.user_id and x.tag = 'live_watching' and x.value = ''
  )
  group by d.user_id
) a
${age}
on conflict (user_id) do update set
  ${['in_rooms', 'elsewhere'].map(add).join(', ')},
  ${['recent_in_rooms', 'recent_elsewhere'].map(addLogs).join(', ')}, ${latest}`;

/** How much of what a user did says a channel. */
const insertSaidChannels = `
insert into user_said_channels as f (user_id, events, recent, last_evidence_at, computed_at)
select a.user_id, a.events, ${sinceLandmark('a.recent')}, a.last_evidence_at, $1::timestamptz
from (
  select d.user_id, sum(${deedCount}) as events, sum(d.recent) as recent,
    max(d.last_evidence_at) as last_evidence_at
  from habit_deeds d
  where d.channel is not null
    and not exists (
      select from removed_user_tags x
      where x.user_id = d.user_id and x.tag = 'channel' and x.value = ''
    )
  group by d.user_id
) a
${age}
on conflict (user_id) do update set ${add('events')}, ${addLogs('recent')}, ${latest}`;

const pieces = 'coalesce(e.quantity, 1)';
const decay = (half: string, time: string) =>
  `power_of_two(date_part('epoch', e.occurred_at - ${time}::timestamptz) / ${half})`;

function insertSizeReturns(where: string, definition: string): string {
  const isReturn = `e.type = 'return'`;
  return `
insert into user_size_returns as f (
  user_id, pieces, sent_back, recent_pieces, recent_sent_back, last_evidence_at, computed_at
)
select a.user_id, a.pieces, a.sent_back, ${sinceLandmark('a.recent_pieces')},
  ${sinceLandmark('a.recent_sent_back')}, a.last_evidence_at, $1::timestamptz
from (
  select e.user_id,
    coalesce(sum(${pieces}) filter (where not ${isReturn}), 0) as pieces,
    coalesce(sum(${pieces}) filter (where ${isReturn}), 0) as sent_back,
    sum(${pieces} * ${decay('h.half_life', '$1')}) filter (where not ${isReturn}) as recent_pieces,
    sum(${pieces} * ${decay('h.half_life', '$1')}) filter (where ${isReturn}) as recent_sent_back,
    max(e.occurred_at) as last_evidence_at
  from events e
  cross join (
    select 86400 * (${definition}::jsonb #>> '{interest,halfLifeDays}')::double precision as half_life
    offset 0
  ) h
  where ${where}
    and (e.type = 'purchase' or (e.type = 'return' and e.reason in ('too_small', 'too_large')))
    and not exists (
      select from removed_user_tags x
      where x.user_id = e.user_id and x.tag = 'size_returns' and x.value = ''
    )
  group by e.user_id
) a
${age.replaceAll('$2', definition)}
on conflict (user_id) do update set
  ${['pieces', 'sent_back'].map(add).join(', ')},
  ${['recent_pieces', 'recent_sent_back'].map(addLogs).join(', ')}, ${latest}`;
}

/**
 * Adds what events say of when, by what and where a user is active, of what draws them, and of how
 * much comes back for its size.
 *
 * @param where which events `e`; its parameters come first, $1 is when this build is
 * @param values of those
 * @returns how many tags of users had any
 */
export async function addHabits(
  transaction: Queryable,
  where: string,
  values: readonly [time: string, ...others: unknown[]],
  definition: string,
): Promise<number> {
  const parameter = `$${values.length + 1}`;
  await transaction.query(makeDeeds);
  await transaction.query(fillDeeds(where, parameter), [...values, definition]);
  await transaction.query('analyze habit_deeds');
  const ofDeeds = [values[0], definition];
  const written =
    (await count(transaction, insertSums, ofDeeds)) +
    (await count(transaction, insertLiveHabits, ofDeeds)) +
    (await count(transaction, insertSizeReturns(where, parameter), [...values, definition]));
  await transaction.query(insertSaidChannels, ofDeeds);
  await transaction.query('drop table habit_deeds');
  return written;
}

async function count(transaction: Queryable, insert: string, values: readonly unknown[]) {
  const [row] = await transaction.query<{ count: number }>(
    `with written as (${insert} returning 1) select count(*) as count from written`,
    values,
  );
  return row?.count ?? 0;
}
