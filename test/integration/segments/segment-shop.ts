import type { Database } from '../../../services/database/database.ts';
import { insertEvents, makePartitions } from '../../helpers/test-events.ts';

/** The moment that everything is counted to. */
export const now = new Date('2026-06-30T12:00:00Z');

/**
 * Eight users, written down by hand:
 *
 * | user | gender | born | consent | switch | tier | orders, spend | clicks | alive |
 * | ann | female | 1990 | yes | on | high_value | 3, 300 less 50 | 4 | .9 |
 * | ben | male | 1985 | no | on | promising | 1, 100 | 2 | .6 |
 * | cat | female | 2000 | yes | on | dormant | 1, 80 | 0 | .3 |
 * | dan | male | – | no | on | lost | 1, 40 | 0 | .1 |
 * | eve | female | 1995 | yes | off | was high_value | 9, 900 | 9 | .9 |
 * | fay | – | – | no | on | prospect | 0 | 1 | – |
 * | gus | male | 1970 | yes | on | prospect | 0 | 0 (no events) | – |
 * | hal | other | 1990 | no | on | – (forgot) | – | – | – |
 */
export async function makeSegmentShop(database: Database): Promise<void> {
  await database.query(
    `insert into users (user_id, gender, birth_year, city_tier, channel, height_cm, personalised,
       marketing_consent, attributes, forget_before, created_at)
     values
       ('ann', 'female', 1990, 1, 'app', 165, true, true,
         '{"vip": true, "points": 120, "club": "gold", "likes": ["silk", "linen"]}', null,
         '2025-01-01Z'),
       ('ben', 'male', 1985, 2, 'web', 180, true, false, '{"points": 20, "club": "silver"}', null,
         '2025-01-01Z'),
       ('cat', 'female', 2000, 1, 'web', null, true, true, '{"points": "many"}', null,
         '2025-01-01Z'),
       ('dan', 'male', null, 3, null, null, true, false, '{}', null, '2025-01-01Z'),
       ('eve', 'female', 1995, 1, 'app', 170, false, true, '{}', null, '2025-01-01Z'),
       ('fay', null, null, null, 'app', null, true, false, '{}', null, '2026-06-01Z'),
       ('gus', 'male', 1970, 2, 'mini_program', 175, true, true, '{}', null, '2026-06-20Z'),
       ('hal', 'other', 1990, 2, 'web', null, true, false, '{}', '2026-06-25T00:00Z',
         '2025-01-01Z')`,
  );
  await database.query(
    `insert into items (item_id, category_path, brand, price)
     values ('dress', '{women,dresses}', 'Linea', 100), ('shirt', '{men,shirts}', 'Korda', 40),
       ('scarf', '{women,accessories}', 'Linea', 20)`,
  );
  await database.query(
    `insert into rooms (room_id, host_id, theme)
     values ('evening', 'mia', 'linen'), ('noon', 'leo', 'sport')`,
  );
  await makeEvents(database);
  await makeFeatures(database);
}

async function makeEvents(database: Database): Promise<void> {
  await makePartitions(database, '2025-06-01T00:00:00Z', '2026-07-31T00:00:00Z');
  const event = (user: string, type: string, at: string, item?: string, more: object = {}) => ({
    ...{ user, type, at },
    ...(item !== undefined && { item }),
    ...more,
  });
  await insertEvents(database, [
    event('ann', 'click', '2026-06-29T10:00:00Z', 'dress'),
    event('ann', 'click', '2026-06-29T11:00:00Z', 'scarf'),
    event('ann', 'click', '2026-06-01T10:00:00Z', 'shirt'),
    event('ann', 'click', '2026-01-01T10:00:00Z', 'dress'),
    event('ann', 'view', '2026-06-28T10:00:00Z', 'dress', { value: 30_000 }),
    event('ann', 'purchase', '2026-06-20T10:00:00Z', 'dress', { price: 90, quantity: 2 }),
    event('ann', 'purchase', '2026-03-01T10:00:00Z', 'shirt', { price: 60 }),
    event('ann', 'purchase', '2025-07-01T10:00:00Z', 'shirt', { price: 60 }),
    event('ann', 'return', '2026-06-25T10:00:00Z', 'dress', { price: 50, reason: 'too_small' }),
    event('ben', 'click', '2026-06-29T10:00:00Z', 'shirt'),
    event('ben', 'click', '2026-06-30T13:00:00Z', 'dress'), // after now
    event('ben', 'purchase', '2026-06-15T10:00:00Z', 'dress', { price: 100 }),
    event('cat', 'purchase', '2026-02-01T10:00:00Z', 'dress', { price: 80 }),
    event('dan', 'purchase', '2025-06-15T10:00:00Z', 'shirt', { price: 40 }),
    event('eve', 'purchase', '2026-06-29T10:00:00Z', 'dress', { price: 900 }),
    event('eve', 'click', '2026-06-29T10:00:00Z', 'dress'),
    event('fay', 'click', '2026-06-29T10:00:00Z', 'scarf'),
    event('hal', 'click', '2026-06-24T10:00:00Z', 'dress'), // before what is forgotten
    event('hal', 'click', '2026-06-26T10:00:00Z', 'dress'),
  ]);
  await database.query(
    `update events set room_id = case when item_id = 'scarf' then 'noon' else 'evening' end
     where type = 'click' and occurred_at >= '2026-06-24Z'`,
  );
}

async function makeFeatures(database: Database): Promise<void> {
  await database.query(
    `insert into user_features (user_id, clicks, impressions, purchases, units, spend, returns,
       returned_units, refunds, first_event_at, last_event_at, last_purchase_at, computed_at)
     values
       ('ann', 4, 40, 3, 4, 300, 1, 1, 50, '2025-07-01Z', '2026-06-29T11:00Z', '2026-06-20Z', now()),
       ('ben', 2, 2, 1, 1, 100, 0, 0, 0, '2026-06-15Z', '2026-06-30Z', '2026-06-15Z', now()),
       ('cat', 0, 0, 1, 1, 80, 0, 0, 0, '2026-02-01Z', '2026-02-01Z', '2026-02-01Z', now()),
       ('dan', 0, 0, 1, 1, 40, 0, 0, 0, '2025-06-15Z', '2025-06-15Z', '2025-06-15Z', now()),
       ('eve', 9, 9, 9, 9, 900, 0, 0, 0, '2026-06-29Z', '2026-06-29Z', '2026-06-29Z', now()),
       ('fay', 1, 0, 0, 0, 0, 0, 0, 0, '2026-06-29Z', '2026-06-29Z', null, now())`,
  );
  await database.query(
    `insert into user_rfm (user_id, first_order_at, last_order_at, frequency, monetary,
       recency_score, frequency_score, monetary_score, tier, rfm_group, previous_tier, tier_since,
       computed_at)
     values
       ('ann', '2025-07-01Z', '2026-06-20Z', 3, 250, 5, 5, 5, 'high_value', 'champions',
         'promising', '2026-06-20Z', now()),
       ('ben', '2026-06-15Z', '2026-06-15Z', 1, 100, 4, 2, 4, 'promising', 'recent', null,
         '2026-06-15Z', now()),
       ('cat', '2026-02-01Z', '2026-02-01Z', 1, 80, 2, 2, 3, 'dormant', 'about_to_sleep', 'new',
         '2026-05-01Z', now()),
       ('dan', '2025-06-15Z', '2025-06-15Z', 0, 0, null, null, null, 'lost', 'lost', 'dormant',
         '2026-01-01Z', now()),
       ('eve', '2026-06-29Z', '2026-06-29Z', 9, 900, 5, 5, 5, 'high_value', 'champions', null,
         '2026-06-29Z', now()),
       ('fay', null, null, 0, 0, null, null, null, 'prospect', 'prospect', null, '2026-06-29Z', now()),
       ('gus', null, null, 0, 0, null, null, null, 'prospect', 'prospect', null, '2026-06-29Z', now())`,
  );
  await database.query(
    `insert into user_clv
     select n.id, n.alive, n.alive, n.alive * 3, n.alive * 12, n.alive * 50, n.alive * 150,
       n.alive * 600, n.band, 'value-1', now()
     from (values ('ann', .9, 'active'), ('ben', .6, 'at_risk'), ('cat', .3, 'likely_lost'),
       ('dan', .1, 'lost'), ('eve', .9, 'active')) n (id, alive, band)`,
  );
  await makeTagsAndSizes(database);
}

async function makeTagsAndSizes(database: Database): Promise<void> {
  await database.query(
    `insert into tag_settings (lasting, half_life_days, landmark, least_weight)
     values (1, 30, '2020-01-01T00:00:00Z', 1.5)`,
  );
  await database.query(
    `insert into user_tag_sums (user_id, tag, value, clicks, total, last_evidence_at, computed_at)
     values ('ann', 'brand', 'Linea', 4, 20, now(), now()), ('ann', 'brand', 'Korda', 1, 2, now(), now()),
       ('ben', 'brand', 'Korda', 2, 5, now(), now()), ('cat', 'brand', 'Linea', 1, 1, now(), now()),
       ('eve', 'brand', 'Linea', 1, 9, now(), now()), ('ann', 'category', 'dresses', 4, 20, now(), now())`,
  );
  await database.query(
    `insert into skus (sku_id, item_id, size_label, size_order)
     values ('dress-S', 'dress', 'S', 1), ('dress-M', 'dress', 'M', 2), ('shirt-M', 'shirt', 'M', 1)`,
  );
  await database.query(
    `insert into user_sku_outcomes (user_id, sku_id, kept, too_small, too_large, computed_at)
     values ('ann', 'dress-S', 1, 1, 0, now()), ('ann', 'shirt-M', 2, 0, 0, now()),
       ('ben', 'dress-M', 1, 0, 0, now()), ('cat', 'dress-S', 1, 0, 0, now())`,
  );
}
