import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { churnBand } from '../../../models/segmentation/value/churn-band.ts';
import { expectedOrders } from '../../../models/segmentation/value/expected-orders.ts';
import { expectedSpend } from '../../../models/segmentation/value/gamma-gamma.ts';
import { probabilityAlive } from '../../../models/segmentation/value/score-customers.ts';
import { ConflictError } from '../../../services/errors.ts';
import { ValueService } from '../../../services/value/value-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { insertEvents, makePartitions, type TestEvent } from '../../helpers/test-events.ts';
import { day, order, randomOrders, start } from './value-orders.ts';

interface Value {
  readonly alive: number;
  readonly orders: [number, number, number];
  readonly spend: [number, number, number];
  readonly band: string;
  readonly version: string;
}

describe('customer value', () => {
  let test: TestDatabase;
  let service: ValueService;
  const asOf = new Date(start + 360 * day);
  const many = randomOrders(1500, 3);

  const insertUsers = () =>
    test.database.query(
      `insert into users (user_id) select distinct user_id from events where user_id is not null
       on conflict do nothing`,
    );
  const fill = async (events: readonly TestEvent[]) => {
    await insertEvents(test.database, events);
    await insertUsers();
  };
  const rowOf = async (user: string): Promise<Value | undefined> => {
    const [row] = await test.database.query<Value>(
      `select probability_alive as alive, churn_band as band, model_version as version,
         array[expected_orders_30d, expected_orders_90d, expected_orders_365d] as orders,
         array[expected_spend_30d, expected_spend_90d, expected_spend_365d] as spend
       from user_clv where user_id = $1::text`,
      [user],
    );
    return row;
  };
  const allRows = () => test.database.query('select * from user_clv order by user_id');

  beforeAll(async () => {
    test = await createTestDatabase();
    service = new ValueService(test.database, 'UTC');
    await makePartitions(test.database, '2019-12-01T00:00:00Z', '2021-02-28T00:00:00Z');
  });
  beforeEach(async () => {
    await test.database.query(
      'truncate events, users, user_clv, value_models, feature_exclusions cascade',
    );
  });
  afterAll(() => test.drop());

  it('finds the parameters that the orders were made with', async () => {
    await fill(many);
    const { report, users } = await service.build({ asOf });
    const { bgNbd } = report;
    expect(users).toBe(1500);
    expect(bgNbd.customers).toBe(1500);
    for (const [name, truth] of Object.entries({ r: 1, alpha: 40, a: 1, b: 3 })) {
      const of = name as keyof typeof bgNbd.parameters;
      const error = bgNbd.standardErrors?.[of] ?? 0;
      expect(Math.abs(bgNbd.parameters[of] - truth)).toBeLessThan(3 * error);
    }
  });

  it('scores each user by the kept parameters: whoever has them finds the same', async () => {
    await fill([...many, order('one', 300, 20), order('two', 100, 20), order('two', 340.4, 35)]);
    await fill([order('two', 340, 15), { ...order('two', 350, 10), type: 'return' }]);
    const { version, asOf: kept } = await service.build({ asOf });
    const model = await service.active();
    expect(model?.version).toBe(version);
    expect(model?.asOf).toEqual(kept);
    if (model === undefined) throw new Error('no model');
    const { bgNbd, gammaGamma } = model.parameters;

    // Two orders of one day are one repeat; 35 + 15 − 10 of it stays.
    const alive = probabilityAlive(bgNbd, 1, 240, 260);
    const orders = [30, 90, 365].map((ahead) => alive * expectedOrders(bgNbd, 1)(260, ahead));
    const each = expectedSpend(gammaGamma, 1, 40);
    const two = await rowOf('two');
    expect(two?.alive).toBeCloseTo(alive, 14);
    orders.forEach((expected, at) => {
      expect(two?.orders[at]).toBeCloseTo(expected, 13);
      expect(two?.spend[at]).toBeCloseTo(expected * each, 11);
    });
    expect(two?.band).toBe(churnBand(alive));

    // Who ordered once is worth what everybody's orders are.
    const one = await rowOf('one');
    expect(one?.alive).toBe(1);
    const population = (gammaGamma.p * gammaGamma.gamma) / (gammaGamma.q - 1);
    expect((one?.spend[2] ?? 0) / (one?.orders[2] ?? 1)).toBeCloseTo(population, 10);
    expect(one?.version).toBe(version);
  });

  it('has no value of who has not ordered, has the switch off, or is left out of features', async () => {
    await fill([
      ...many,
      { user: 'looks', item: 'i1', type: 'click', at: '2020-02-01T00:00:00Z' },
      order('off', 10, 20),
      order('excluded', 10, 20),
      order('keeps', 10, 20),
    ]);
    await test.database.query(`update users set personalised = false where user_id = 'off'`);
    await test.database.query(`insert into feature_exclusions values ('excluded')`);
    const { users } = await service.build({ asOf });
    expect(users).toBe(1501);
    for (const user of ['looks', 'off', 'excluded']) expect(await rowOf(user)).toBeUndefined();
    expect(await rowOf('keeps')).toBeDefined();
  });

  it('counts only what was done after a user asked for the rest to be forgotten', async () => {
    await fill([
      ...many,
      ...[order('asked', 10, 20), order('asked', 50, 20), order('asked', 200, 20)],
      order('all', 10, 20),
      order('same', 200, 20),
    ]);
    const time = (at: number) => new Date(start + at * day).toISOString();
    await test.database.query(
      `update users set forget_before = case user_id when 'asked' then $1::timestamptz
         else $2::timestamptz end
       where user_id in ('asked', 'all')`,
      [time(50), time(300)],
    );
    await service.build({ asOf });
    expect(await rowOf('asked')).toEqual(await rowOf('same'));
    expect(await rowOf('all')).toBeUndefined();
  });

  it('takes a return without a price at what the item cost in its order', async () => {
    const priced = (user: string, back: Partial<TestEvent>) => [
      order(user, 10, 20),
      order(user, 50, 60),
      { ...order(user, 52, 0), type: 'return', ...back } as TestEvent,
    ];
    await fill([...many, ...priced('told', { price: 60 })]);
    const { price: _, ...silent } = order('untold', 52, 0);
    await fill([...priced('untold', {}).slice(0, 2), { ...silent, type: 'return' }]);
    await test.database.query(
      `update events set order_id = 'o' where user_id = 'untold'
       and (type = 'return' or unit_price = 60)`,
    );
    await service.build({ asOf });
    expect(await rowOf('untold')).toEqual(await rowOf('told'));
  });

  it('counts days by the shop’s clock', async () => {
    // 23:30 and 00:30 in Shanghai: two days there, one in UTC.
    const at = (time: string): TestEvent => ({ ...order('late', 0, 20), at: time });
    await fill([...many, at('2020-03-01T15:30:00Z'), at('2020-03-01T16:30:00Z')]);
    await service.build({ asOf });
    const inUtc = await rowOf('late');
    expect(inUtc?.alive).toBe(1);
    await new ValueService(test.database, 'Asia/Shanghai').build({ asOf });
    const inShanghai = await rowOf('late');
    expect(inShanghai?.alive).toBeLessThan(1);
  });

  it('is of a past day what it was on that day', async () => {
    await fill(many);
    const past = new Date(start + 250 * day);
    const { version } = await service.build({ asOf: past });
    const then = await allRows();
    const { version: now, before } = await service.build({ asOf });
    expect(now).not.toBe(version);
    expect(before?.version).toBe(version);
    await fill([order('new', 300, 20)]);
    expect((await service.build({ asOf: past })).version).toBe(version);
    const timeless = (rows: unknown[]) =>
      rows.map((row) => ({ ...(row as object), computed_at: undefined }));
    expect(timeless(await allRows())).toEqual(timeless(then));
    const models = await test.database.query<{ version: string; active: boolean }>(
      'select version, active from value_models order by as_of',
    );
    expect(models).toEqual([
      { version, active: true },
      { version: now, active: false },
    ]);
  });

  it('leaves the rows that are there when there is too little, and says why', async () => {
    await fill(many);
    await service.build({ asOf });
    const kept = await allRows();
    const early = new Date(start + 5 * day);
    await expect(service.build({ asOf: early })).rejects.toThrow(
      /^no customer value: expected at least 500 customers with orders, got \d+$/,
    );
    await expect(service.build({ asOf: early })).rejects.toThrow(ConflictError);
    expect(await allRows()).toEqual(kept);
    expect(await service.active()).toBeDefined();
  });

  it('has none at all of an empty shop', async () => {
    await expect(service.build({ asOf })).rejects.toThrow(/got 0$/);
    expect(await service.active()).toBeUndefined();
  });

  it('reads ids with characters that a copy escapes', async () => {
    const ids = ['买家\\一', 'a\\nb', 'ü'];
    await fill([...many, ...ids.map((id) => order(id, 40, 20))]);
    await service.build({ asOf });
    for (const id of ids) expect(await rowOf(id)).toBeDefined();
  });
});
