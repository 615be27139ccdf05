import type { Database } from '../../services/database/database.ts';
import type { Session } from '../../services/database/transaction.ts';
import { makeEvents } from './crm-events.ts';
import type { CrmSizes } from './crm-sizes.ts';

/**
 * Fills an empty, migrated database with a shop for CRM: items of 60 categories and 200 brands in
 * five sizes, rooms with shelves, users with profiles (`user-0` …), and orders. The same sizes give
 * the same shop. Customers come when they come, buy at rates that are long-tailed (log-normal), and
 * leave after exponential times, so that there are those who bought once, loyal ones and lost ones;
 * orders of a customer are a Poisson process while they stay. `event_keys` stays empty.
 *
 * @param onStep called when a step begins
 */
export async function makeCrmShop(
  database: Database,
  sizes: CrmSizes,
  onStep: (step: string) => void = () => undefined,
): Promise<void> {
  await database.session(async (session) => {
    await prepare(session);
    onStep('items, users and rooms');
    await makeItems(session, sizes);
    await makeUsers(session, sizes);
    await makeRooms(session, sizes);
    await makeEvents(session, sizes, onStep);
    onStep('vacuum');
    await session.query('drop table bench_customers');
    for (const table of ['items', 'skus', 'users', 'rooms', 'room_items', 'events']) {
      await session.query(`vacuum (analyze) ${table}`);
    }
    await session.query('checkpoint');
  });
}

async function prepare(session: Session): Promise<void> {
  const settings = {
    work_mem: '256MB',
    maintenance_work_mem: '512MB',
    synchronous_commit: 'off',
    timezone: 'UTC',
  };
  for (const [name, value] of Object.entries(settings)) {
    await session.query('select set_config($1::text, $2::text, false)', [name, value]);
  }
  // From 0 to below 1; streams are independent of each other.
  await session.query(
    `create function pg_temp.uniform(key bigint, stream bigint) returns double precision
     language sql immutable parallel safe
     as 'select (hashint8extended(key, stream) & 9007199254740991) / 9007199254740992::float8'`,
  );
  // Box and Muller.
  await session.query(
    `create function pg_temp.normal(key bigint, stream bigint) returns double precision
     language sql immutable parallel safe
     as 'select sqrt(-2 * ln(1 - pg_temp.uniform(key, stream)))
       * cos(2 * pi() * pg_temp.uniform(key, stream + 1000))'`,
  );
}

async function makeItems(session: Session, { items, days, until }: CrmSizes): Promise<void> {
  await session.query(
    `insert into items (item_id, title, category_path, brand, price, launched_at)
     select 'item-' || n, 'Item number ' || n,
       array['part-' || n % 60 % 8, 'leaf-' || n % 60], 'brand-' || n / 7 % 200,
       round(exp(4.6 + 0.7 * pg_temp.normal(n, 1))::numeric) + 9,
       $2::timestamptz - interval '1 day' * ($3::integer + 30)
     from generate_series(0, $1::integer - 1) n`,
    [items, until, days],
  );
  await session.query(
    `insert into skus (sku_id, item_id, size_label, size_order, colour, stock)
     select 'item-' || n || '-' || size, 'item-' || n, size, place,
       (array['black', 'white', 'red', 'blue', 'green'])[1 + n % 5], (n * 7 + place) % 20
     from generate_series(0, $1::integer - 1) n,
       unnest(array['XS', 'S', 'M', 'L', 'XL']) with ordinality as run (size, place)`,
    [items],
  );
}

async function makeUsers(session: Session, { users, days, until }: CrmSizes): Promise<void> {
  await session.query(
    `insert into users (
       user_id, birth_year, gender, city_tier, channel, height_cm, weight_kg, attributes,
       personalised, marketing_consent, created_at
     )
     select 'user-' || n, 1960 + floor(45 * pg_temp.uniform(n, 2)),
       case when pg_temp.uniform(n, 3) < 0.8 then 'female' else 'male' end,
       1 + floor(5 * pg_temp.uniform(n, 4)),
       (array['app', 'search', 'friend', 'host', 'advert'])[1 + floor(5 * pg_temp.uniform(n, 5))::integer],
       case when pg_temp.uniform(n, 6) < 0.6 then 155 + floor(20 * pg_temp.uniform(n, 7)) end,
       case when pg_temp.uniform(n, 6) < 0.6 then 45 + floor(30 * pg_temp.uniform(n, 8)) end,
       '{}', pg_temp.uniform(n, 9) >= 0.01, pg_temp.uniform(n, 10) < 0.7,
       $2::timestamptz - interval '1 day' * $3::integer
     from generate_series(0, $1::integer - 1) n`,
    [users, until, days],
  );
}

async function makeRooms(session: Session, { rooms, items, until }: CrmSizes): Promise<void> {
  await session.query(
    `insert into rooms (room_id, host_id, title, starts_at)
     select 'room-' || n, 'host-' || n, 'Room ' || n, $2::timestamptz - interval '1 hour'
     from generate_series(0, $1::integer - 1) n`,
    [rooms, until],
  );
  await session.query(
    `insert into room_items (room_id, item_id, position)
     select 'room-' || n, 'item-' || item, row_number() over (partition by n order by item) - 1
     from (
       select distinct n, floor($2::integer * power(pg_temp.uniform(n * 100 + place, 11), 2)) as item
       from generate_series(0, $1::integer - 1) n, generate_series(0, 99) place
     ) shelf`,
    [rooms, items],
  );
}
