import { encodeArtifact } from '../../models/artifact/artifact.ts';
import { IdMap } from '../../models/dataset/id-map.ts';
import { seededRandom } from '../../models/dataset/seeded-random.ts';
import { prefixSums } from '../../models/dataset/sparse-matrix.ts';
import { AlsModel } from '../../models/recommenders/als-model.ts';
import { HybridModel } from '../../models/recommenders/hybrid-model.ts';
import { toParts } from '../../models/recommenders/model-codec.ts';
import { SlimModel } from '../../models/recommenders/slim-model.ts';
import type { Database } from '../../services/database/database.ts';
import { shelfItem, shelfSize } from './shelves.ts';

export interface ShopSize {
  readonly items: number;
  readonly users: number;
  /** A user, over half a year; four in a hundred are purchases. */
  readonly events: number;
  readonly rooms: number;
  /** Of ALS. */
  readonly factors: number;
  /** Of SLIM. */
  readonly neighbours: number;
}

/**
 * Items in four sizes, a tenth of the SKUs sold out; users with half a year of events; rooms that are
 * open, each with a shelf of 100.
 */
export async function fillShop(database: Database, size: ShopSize): Promise<void> {
  const { items, users } = size;
  await database.query(
    `insert into items (item_id, title, category_path, price, launched_at)
     select 'item-' || n, 'Item number ' || n, array['women', 'leaf-' || n % 60], 10 + n % 90,
       now() - n * interval '1 minute'
     from generate_series(0, $1::integer - 1) n`,
    [items],
  );
  await database.query(
    `insert into skus (sku_id, item_id, size_label, size_order, stock)
     select 'item-' || n || '-' || size, 'item-' || n, size, place,
       case when (n * 7 + place) % 10 = 0 then 0 else n % 50 + 1 end
     from generate_series(0, $1::integer - 1) n,
       unnest(array['S', 'M', 'L', 'XL']) with ordinality as run (size, place)`,
    [items],
  );
  await database.query(
    `insert into item_features (item_id, trend, first_event_at, last_event_at, computed_at)
     select 'item-' || n, 20 - ln(n + 1), now(), now(), now()
     from generate_series(0, $1::integer - 1) n`,
    [items],
  );
  await database.query(
    `insert into users (user_id) select 'user-' || n from generate_series(0, $1::integer - 1) n`,
    [users],
  );
  await fillEvents(database, size);
  await fillRooms(database, size);
  const tables = ['items', 'skus', 'item_features', 'users', 'events', 'rooms', 'room_items'];
  for (const table of [...tables, 'change_feed']) {
    await database.query(`vacuum analyze ${table}`);
  }
}

async function fillEvents(database: Database, { items, users, events }: ShopSize): Promise<void> {
  await database.query(`select ensure_event_partitions(now() - interval '180 days', now())`);
  await database.query(
    `insert into events (event_id, user_id, item_id, sku_id, type, value, occurred_at)
     select 'event-' || n, 'user-' || n % $2::integer, 'item-' || item, 'item-' || item || '-M',
       type, case type when 'view' then 500 + n % 60000 end,
       now() - interval '180 days' * (1 - n::float8 / ($2::integer * $3::integer))
     from (
       select n, floor($1::integer * power(random(), 2))::integer as item,
         case when n / $2::integer % 25 = 7 then 'purchase'
           else (array['view', 'view', 'click', 'like'])[1 + n % 4] end as type
       from generate_series(0, $2::integer * $3::integer - 1) n
     ) made`,
    [items, users, events],
  );
}

async function fillRooms(database: Database, { items, rooms }: ShopSize): Promise<void> {
  await database.query(
    `insert into rooms (room_id, host_id, title, starts_at)
     select 'room-' || n, 'host-' || n, 'Room ' || n, now() - interval '1 hour'
     from generate_series(0, $1::integer - 1) n`,
    [rooms],
  );
  const shelves = Array.from({ length: rooms }, (_, room) =>
    Array.from({ length: shelfSize }, (_none, place) => shelfItem(room, place, items)),
  );
  await database.query(
    `insert into room_items (room_id, item_id, position)
     select distinct on (1, 2) 'room-' || (n - 1) / $2::integer, 'item-' || item,
       ((n - 1) % $2::integer)::integer
     from unnest($1::integer[]) with ordinality as shelf (item, n)`,
    [shelves.flat(), shelfSize],
  );
}

const spread = 0.35;

/** A hybrid of random factors and weights: as much work to answer from as a trained one. */
export function randomHybrid({ items, factors, neighbours }: ShopSize): HybridModel {
  const random = seededRandom(3);
  return new HybridModel([
    { model: randomSlim(items, neighbours, random), weight: 1 },
    { model: randomAls(items, factors, random), weight: 1 },
  ]);
}

/** The same as an artifact. */
export function makeArtifact(size: ShopSize) {
  const { items, users, events } = size;
  const model = randomHybrid(size);
  const ids = new IdMap(Array.from({ length: items }, (_, n) => `item-${n}`));
  return encodeArtifact({
    kind: 'hybrid',
    created: '2026-01-01T00:00:00.000Z',
    data: { from: null, to: null, users, items, interactions: users * events },
    configuration: {},
    seed: 3,
    metrics: null,
    backend: 'none',
    parts: toParts({ model, items: ids }),
  });
}

function randomAls(items: number, dimensions: number, random: () => number): AlsModel {
  const itemFactors = Float32Array.from(
    { length: items * dimensions },
    () => spread * (random() - 0.5),
  );
  return new AlsModel({
    dimensions,
    itemFactors,
    // Of independent factors the Gram matrix is close to items · variance · I.
    eigenvalues: new Float32Array(dimensions).fill((items * spread ** 2) / 12),
    unobservedWeight: 0.02,
    regularisation: 0.01,
    exponent: 1,
  });
}

function randomSlim(items: number, neighbours: number, random: () => number): SlimModel {
  const indices = new Uint32Array(items * neighbours);
  for (let item = 0; item < items; item++) {
    const chosen = new Set<number>();
    while (chosen.size < neighbours) chosen.add(Math.floor(random() * items));
    indices.set(Uint32Array.from(chosen).sort(), item * neighbours);
  }
  return new SlimModel({
    rows: items,
    columns: items,
    indptr: prefixSums(new Uint32Array(items).fill(neighbours)),
    indices,
    values: new Float32Array(indices.length).map(() => random() / neighbours),
  });
}
