import { encodeArtifact } from '../../models/artifact/artifact.ts';
import { IdMap } from '../../models/dataset/id-map.ts';
import { seededRandom } from '../../models/dataset/seeded-random.ts';
import { AlsModel } from '../../models/recommenders/als-model.ts';
import { toParts } from '../../models/recommenders/model-codec.ts';
import type { Database } from '../../services/database/database.ts';

export interface ShopSize {
  readonly items: number;
  readonly users: number;
  readonly factors: number;
}

/** Events a user, over half a year; four in a hundred are purchases. */
const eventsPerUser = 50;

/** Items in four sizes, a tenth of the SKUs sold out; users with half a year of events. */
export async function fillShop(database: Database, { items, users }: ShopSize): Promise<void> {
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
  await fillEvents(database, items, users);
  for (const table of ['items', 'skus', 'item_features', 'users', 'events']) {
    await database.query(`vacuum analyze ${table}`);
  }
}

async function fillEvents(database: Database, items: number, users: number): Promise<void> {
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
    [items, users, eventsPerUser],
  );
}

const spread = 0.35;

/** An ALS model of random factors: as much work to answer from as a trained one. */
export function makeArtifact({ items, users, factors }: ShopSize) {
  const random = seededRandom(3);
  const itemFactors = Float32Array.from(
    { length: items * factors },
    () => spread * (random() - 0.5),
  );
  const model = new AlsModel({
    dimensions: factors,
    itemFactors,
    // Of independent factors the Gram matrix is close to items · variance · I.
    eigenvalues: new Float32Array(factors).fill((items * spread ** 2) / 12),
    unobservedWeight: 0.02,
    regularisation: 0.01,
    exponent: 1,
  });
  const ids = new IdMap(Array.from({ length: items }, (_, n) => `item-${n}`));
  return encodeArtifact({
    kind: 'als',
    created: '2026-01-01T00:00:00.000Z',
    data: { from: null, to: null, users, items, interactions: users * eventsPerUser },
    configuration: {},
    seed: 3,
    metrics: null,
    backend: 'none',
    parts: toParts({ model, items: ids }),
  });
}
