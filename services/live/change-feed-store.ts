import type { UserContent } from '../../models/content/content.ts';
import type { SizeChart } from '../../models/sizing/systems/size-chart.ts';
import type { Queryable } from '../database/transaction.ts';
import type {
  ItemRow,
  OrderLine,
  RoomPast,
  RoomRow,
  SkuRow,
  ToldEvent,
  ViewerEvent,
  ViewerKey,
  ViewerRow,
} from './live-rows.ts';

/** A viewer who has done more is known by the newest of it. */
export const mostEvents = 200;
export const mostOrderLines = 5_000;
/** Seconds of a room's past that its trend is made from when it is looked at first. */
export const roomPast = 3_600;
/** Of these at most so many. */
export const mostOfRoomPast = 20_000;
/** Items and rooms that have changed are read along up to so many; more are only named. */
export const mostReadAlong = 1_000;

// Milliseconds. A viewer does not wait longer.
const timeout = 2_000;

/** Up to where changes have been seen. */
export interface Position {
  /** Transactions from this one on had not begun then. */
  readonly xmax: string;
  /** Those before it that were under way. */
  readonly running: readonly string[];
  /** Of the server's start: ids of transactions are compared within one life of it only. */
  readonly server: string;
}

export interface Wanted {
  /** All size charts, and not only those of brands whose charts have changed. */
  readonly charts?: boolean;
  readonly viewers: Iterable<ViewerKey>;
  readonly items: Iterable<string>;
  readonly rooms: Iterable<string>;
}

export interface Change {
  readonly kind: 'items' | 'rooms' | 'users' | 'events' | 'size_charts';
  /** Null: everything of the kind may have changed. */
  readonly ids: readonly string[] | null;
  readonly events: readonly ToldEvent[];
}

/** What has changed since a position, and what was asked for, as of one snapshot. */
export interface Look {
  readonly position: Position;
  readonly changes: readonly Change[];
  /** As many as were wanted; a user who is not known has the switch on. */
  readonly viewers: readonly ViewerRow[];
  /** Of those wanted and of those that have changed the ones that there are. */
  readonly items: readonly ItemRow[];
  readonly rooms: readonly RoomRow[];
  /** All, or those of the brands whose charts have changed. */
  readonly charts: readonly SizeChart[];
  /** Of the rooms wanted. */
  readonly pasts: readonly RoomPast[];
}

const itemJson = `
  json_build_array(
    i.item_id, i.title, i.category_path, i.brand, i.attributes ->> 'sizeSystem', i.price, i.hidden,
    case when isfinite(i.launched_at) then extract(epoch from i.launched_at) end,
    f.impressions, f.clicks, f.trend,
    (
      select json_object_agg(t.segment, t.trend)
      from segment_item_trends t where t.item_id = i.item_id
    ),
    (
      select json_agg(json_build_array(
        s.sku_id, s.size_label, s.size_order, coalesce(s.price, i.price), s.stock
      ) order by s.size_order, s.sku_id)
      from skus s where s.item_id = i.item_id
    )
  )`;

const roomJson = `
  json_build_array(
    r.room_id, r.host_id, extract(epoch from r.starts_at), extract(epoch from r.ends_at),
    r.pinned_item_id,
    (
      select json_agg(json_build_array(t.item_id, t.room_price) order by t.position)
      from room_items t where t.room_id = r.room_id
    )
  )`;

/**
 * What was committed since a position. $1 is its xmax and $2 the transactions that were running:
 * together exactly those that it did not see, without a look at rows in between, however long the
 * oldest of them runs. Everything is of the statement's snapshot.
 */
const changes = `
feed as materialized (
  select kind, ids, details from change_feed
  where xid >= $1::xid8 or xid = any($2::xid8[])
), changed as materialized (
  select kind, id from feed cross join lateral unnest(ids) as named (id)
  where kind in ('items', 'rooms')
  group by kind, id
  limit ${mostReadAlong + 1}
)`;

/** @param all the parameter that says whether all are wanted */
const chartsPart = (all: string) => `
  (
    select json_agg(json_build_array(c.brand, c.category_path, c.audience, c.sizes)
      order by c.chart_id)
    from (
      select * from size_charts
      where ${all}::boolean or exists (select from feed where kind = 'size_charts' and ids is null)
      union
      select named.*
      from (
        select unnest(ids) as brand from feed where kind = 'size_charts'
      ) told
      -- Brand by brand, however many there may be: \`offset\` keeps it from becoming a join.
      cross join lateral (select * from size_charts where brand = told.brand offset 0) named
    ) c
  ) as charts`;

const seen = `
  pg_current_snapshot()::text as snapshot,
  pg_postmaster_start_time()::text as server,
  (select json_agg(json_build_array(kind, ids, details)) from feed) as changes`;

/** What a statement reads beside the changes. A partitioned table costs also where nothing of it is asked. */
interface Parts {
  readonly viewers: boolean;
  readonly items: boolean;
  readonly rooms: boolean;
}

/**
 * A statement for changes, and for what is wanted: each part has its parameter, in the order viewers,
 * items, rooms, and rooms the time now besides; the last says whether all size charts are wanted. The switch decides inside the statement whether a user's
 * events are read at all; those up to a deletion that the user asked for are not, whether they are
 * still there or not. The order of aggregates is their own, because a hash join loses that of what is
 * joined; a return of the same moment as its purchase comes after it.
 */
function lookFor({ viewers, items, rooms }: Parts): string {
  let next = 3;
  const parameter = () => `$${next++}`;
  return `
with ${changes}
select ${[
    seen,
    ...(viewers ? [viewersPart(parameter())] : []),
    itemsPart(items ? parameter() : undefined),
    ...(rooms ? roomParts(parameter(), parameter()) : [roomsPart(undefined)]),
    chartsPart(parameter()),
  ].join(',')}`;
}

export const catchUpSql = lookFor({ viewers: false, items: false, rooms: false });
export const lookSql = lookFor({ viewers: true, items: true, rooms: true });

/** By which of the parts are wanted. */
const statements = new Map<string, string>();

function statementFor(parts: Parts): { readonly sql: string; readonly name: string } {
  const letters = [parts.viewers && 'viewers', parts.items && 'items', parts.rooms && 'rooms'];
  const name = ['look', ...letters.filter(Boolean)].join('-');
  const sql = statements.get(name) ?? lookFor(parts);
  statements.set(name, sql);
  return { sql, name };
}

function viewersPart(at: string): string {
  return `
  (
    select json_agg(json_build_array(
      w.key, v.personalised, v.profile, v.segment,
      case when v.personalised then (
        select json_agg(json_build_array(
          e.item_id, e.type, e.value, e.reason, extract(epoch from e.occurred_at)
        ) order by e.occurred_at desc, e.event_id)
        from (
          (
            select event_id, item_id, type, value, reason, occurred_at
            from events
            where user_id = v.user_id and occurred_at > v.forget_before
              and type <> 'impression' and item_id is not null
            order by occurred_at desc
            limit ${mostEvents}
          )
          union all
          (
            select event_id, item_id, type, value, reason, occurred_at
            from events
            where session_id = v.session_id and user_id is null and type <> 'impression'
              and item_id is not null
            order by occurred_at desc
            limit ${mostEvents}
          )
        ) e
      ) end,
      case when v.personalised then (
        select json_agg(json_build_array(
          o.item_id, o.sku_id, o.type, o.reason, o.order_id, o.said,
          extract(epoch from o.occurred_at), s.size_label,
          i.category_path[cardinality(i.category_path)]
        ) order by o.occurred_at desc, o.type desc, o.event_id)
        from (
          select event_id, item_id, sku_id, type, reason, order_id, occurred_at,
            said_fit(type, properties) as said
          from events
          where user_id = v.user_id and occurred_at > v.forget_before
            and type in ('purchase', 'return') and item_id is not null
          order by occurred_at desc
          limit ${mostOrderLines}
        ) o
        left join skus s on s.sku_id = o.sku_id
        left join items i on i.item_id = o.item_id
      ) end
    ))
    from unnest(${at}::text[]) as w (key)
    cross join lateral (
      select
        case when left(w.key, 1) = 'u' then substr(w.key, 2) end as user_id,
        case when left(w.key, 1) = 's' then substr(w.key, 2) end as session_id
    ) k
    left join users u on u.user_id = k.user_id
    cross join lateral (
      select k.user_id, k.session_id, coalesce(u.personalised, true) as personalised,
        coalesce(u.forget_before, '-infinity') as forget_before,
        case when u.personalised then json_build_object(
          'birthYear', u.birth_year, 'gender', u.gender, 'cityTier', u.city_tier,
          'channel', u.channel, 'heightCm', u.height_cm, 'weightKg', u.weight_kg,
          'bustCm', u.bust_cm, 'waistCm', u.waist_cm, 'hipCm', u.hip_cm,
          'bodyType', u.body_type, 'attributes', u.attributes
        ) end as profile,
        case when u.personalised then profile_segment(u.gender, u.birth_year) end as segment
    ) v
  ) as viewers`;
}

function itemsPart(at: string | undefined): string {
  const wanted = at === undefined ? '' : `union select unnest(${at}::text[])`;
  return `
  (
    select json_agg(${itemJson})
    from (
      select id from changed where kind = 'items' ${wanted}
    ) c
    join items i on i.item_id = c.id
    left join item_features f on f.item_id = i.item_id
  ) as items`;
}

function roomsPart(at: string | undefined): string {
  const wanted = at === undefined ? '' : `union select unnest(${at}::text[])`;
  return `
  (
    select json_agg(${roomJson})
    from (
      select id from changed where kind = 'rooms' ${wanted}
    ) c
    join rooms r on r.room_id = c.id
  ) as rooms`;
}

function roomParts(at: string, now: string): string[] {
  return [
    roomsPart(at),
    `
  (
    select json_agg(json_build_array(
      w.id,
      (
        select json_agg(json_build_array(
          e.room_id, e.item_id, e.type, e.viewer, extract(epoch from e.occurred_at), e.value
        ))
        from (
          select room_id, item_id, type, occurred_at, value,
            coalesce('u' || user_id, 's' || session_id) as viewer
          from events
          where room_id = w.id and occurred_at > ${now}::timestamptz - ${roomPast} * interval '1 second'
          order by occurred_at desc
          limit ${mostOfRoomPast}
        ) e
      )
    ))
    from unnest(${at}::text[]) as w (id)
  ) as pasts`,
  ];
}

type ToldTuple = [
  string | null,
  string | null,
  ToldEvent['type'],
  ViewerKey,
  number,
  number | null,
];
type EventTuple = [string, ViewerEvent['type'], number | null, ViewerEvent['reason'], number];
type OrderTuple = [
  string,
  string | null,
  OrderLine['type'],
  OrderLine['reason'],
  string | null,
  OrderLine['said'],
  number,
  string | null,
  string | null,
];
type ViewerTuple = [
  ViewerKey,
  boolean,
  UserContent | null,
  string | null,
  EventTuple[] | null,
  OrderTuple[] | null,
];
type SkuTuple = [string, string | null, number, number | null, number];
type ItemTuple = [
  string,
  string,
  string[],
  string | null,
  string | null,
  number | null,
  boolean,
  number | null,
  number | null,
  number | null,
  number | null,
  Record<string, number> | null,
  SkuTuple[] | null,
];
type RoomTuple = [
  string,
  string | null,
  number | null,
  number | null,
  string | null,
  [string, number | null][] | null,
];

type ChartTuple = [string, string[], SizeChart['audience'], SizeChart['sizes']];

interface LookRow {
  readonly snapshot: string;
  readonly server: string;
  readonly changes: [Change['kind'], string[] | null, ToldTuple[] | null][] | null;
  readonly viewers?: ViewerTuple[] | null;
  readonly items: ItemTuple[] | null;
  readonly rooms: RoomTuple[] | null;
  readonly charts: ChartTuple[] | null;
  readonly pasts?: [string, ToldTuple[] | null][] | null;
}

/** Changes of what serving processes keep in memory, and what they are to keep. */
export class ChangeFeedStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /**
   * @param since undefined: nothing has been seen, and nothing is told
   * @throws UnavailableError when the database does not answer
   */
  async look(since: Position | undefined, wanted: Wanted, now: Date): Promise<Look> {
    const viewers = [...wanted.viewers];
    const items = [...wanted.items];
    const rooms = [...wanted.rooms];
    const charts = wanted.charts ?? false;
    const from = [since?.xmax ?? latestXid, since?.running ?? []];
    const { sql, name } = statementFor({
      viewers: viewers.length > 0,
      items: items.length > 0,
      rooms: rooms.length > 0,
    });
    const wants = [viewers, items, rooms].filter((ids) => ids.length > 0);
    const values = [...from, ...wants, ...(rooms.length > 0 ? [now] : []), charts];
    const [row] = await this.#database.query<LookRow>(sql, values, { name, timeout });
    if (row === undefined) throw new Error('a look without a row');
    return lookOf(row);
  }

  /**
   * Deletes the changes that had been committed at a position. By time it could not be told: a
   * transaction may write its changes an hour before it commits.
   */
  async prune({ xmax, running }: Position): Promise<void> {
    await this.#database.query(
      `delete from change_feed where ctid = any(array(
         select ctid from change_feed
         where xid < $1::xid8 and xid <> all($2::xid8[])
         order by xid
         limit 50000
         for update skip locked
       ))`,
      [xmax, running],
      { name: 'prune-change-feed' },
    );
  }
}

/** Above every transaction's number: 2^63 − 1. */
const latestXid = '9223372036854775807';

function lookOf(row: LookRow): Look {
  return {
    position: positionOf(row.snapshot, row.server),
    changes: (row.changes ?? []).map(([kind, ids, details]) => {
      return { kind, ids, events: (details ?? []).map(toldEvent) };
    }),
    viewers: (row.viewers ?? []).map(viewerOf),
    items: (row.items ?? []).map(itemOf),
    rooms: (row.rooms ?? []).map(roomOf),
    charts: (row.charts ?? []).map(([brand, categoryPath, audience, sizes]) => {
      return { brand, categoryPath, audience, sizes };
    }),
    pasts: (row.pasts ?? []).map(([roomId, events]) => {
      return { roomId, events: (events ?? []).map(toldEvent) };
    }),
  };
}

/** A snapshot's text is `xmin:xmax:running,running,…`. */
function positionOf(snapshot: string, server: string): Position {
  const [, xmax = '', running = ''] = snapshot.split(':');
  return { xmax, running: running === '' ? [] : running.split(','), server };
}

function toldEvent([roomId, itemId, type, viewer, occurredAt, value]: ToldTuple): ToldEvent {
  return { roomId, itemId, type, viewer, occurredAt, value };
}

function viewerOf([key, personalised, profile, segment, events, orders]: ViewerTuple): ViewerRow {
  return {
    key,
    personalised,
    ...(profile && { profile }),
    ...(segment !== null && { segment }),
    events: (events ?? []).map(([itemId, type, value, reason, occurredAt]) => {
      return { itemId, type, value, reason, occurredAt };
    }),
    orders: (orders ?? []).map(orderOf),
  };
}

function orderOf(tuple: OrderTuple): OrderLine {
  const [itemId, skuId, type, reason, orderId, said, occurredAt, sizeLabel, category] = tuple;
  return { itemId, skuId, type, reason, orderId, said, occurredAt, sizeLabel, category };
}

function itemOf(tuple: ItemTuple): ItemRow {
  const [itemId, title, categoryPath, brand, sizeSystem, price, hidden, launchedAt, ...features] =
    tuple;
  const [impressions, clicks, trend, segmentTrends, skusOfItem] = features;
  const skus = (skusOfItem ?? []).map(skuOf);
  return {
    ...{ itemId, title, categoryPath, brand, sizeSystem, price, hidden, trend, segmentTrends },
    category: categoryPath.at(-1) ?? null,
    launchedAt: launchedAt ?? Number.NEGATIVE_INFINITY,
    impressions: impressions ?? 0,
    clicks: clicks ?? 0,
    skus,
    inStock: skus.some(({ stock }) => stock > 0),
    sizes: new Set(skus.map(({ sizeLabel }) => sizeLabel)).size,
  };
}

function skuOf([skuId, sizeLabel, sizeOrder, price, stock]: SkuTuple): SkuRow {
  return { skuId, sizeLabel, sizeOrder, price, stock };
}

function roomOf([roomId, hostId, startsAt, endsAt, pinnedItemId, shelf]: RoomTuple): RoomRow {
  return {
    ...{ roomId, hostId, startsAt, endsAt, pinnedItemId },
    shelf: (shelf ?? []).map(([itemId, roomPrice]) => ({ itemId, roomPrice })),
  };
}
