import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  buildComplements,
  type ComplementOptions,
  ComplementsStore,
} from '../../../services/related-items/complements-store.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { insertEvents, makePartitions, type TestEvent } from '../../helpers/test-events.ts';

const options: ComplementOptions = {
  since: new Date('2026-01-01T00:00:00Z'),
  minBuyers: 3,
  most: 10,
};

describe('buildComplements', () => {
  let test: TestDatabase;
  let bought: TestEvent[];
  beforeEach(async () => {
    test = await createTestDatabase();
    await makePartitions(test.database, '2025-12-01T00:00:00Z', '2026-01-31T00:00:00Z');
    bought = [];
    await insertItems(
      test.database,
      ['dress', 'dress2', 'belt', 'belt2', 'shoe', 'hat'].map((itemId) => ({
        itemId,
        category: ['women', itemId.replace('2', '')],
      })),
    );
    await insertItems(test.database, [{ itemId: 'unsorted' }]);
  });
  afterEach(() => test.drop());

  const basket = (user: string, items: readonly string[], at = '2026-01-05T10:00:00Z') => {
    for (const item of items) bought.push({ type: 'purchase', user, item, at });
  };
  const build = async (change: Partial<ComplementOptions> = {}) => {
    await insertEvents(test.database, bought);
    bought = [];
    return test.database.transaction((transaction) =>
      buildComplements(transaction, { ...options, ...change }),
    );
  };
  const complements = async (itemId: string) => {
    const found = await new ComplementsStore(test.database).of(itemId);
    return found.map((found) => [found.itemId, found.baskets, found.lift]);
  };

  it('finds what is bought together more than by chance, by hand', async () => {
    for (const n of [1, 2, 3, 4]) basket(`both${n}`, ['dress', 'belt']);
    for (const n of [1, 2, 3]) basket(`hat${n}`, ['hat', 'shoe']);
    basket('one', ['dress', 'shoe']);
    // A basket of one item says nothing about what goes together.
    basket('alone', ['dress']);
    expect(await build()).toEqual({ baskets: 8, items: 4, complements: 4 });
    // Dress is in 5 of 8 baskets, belt in 4, both in 4: (4 + 5) / (5 · 4 / 8 + 5).
    expect(await complements('dress')).toEqual([['belt', 4, 9 / 7.5]]);
    expect(await complements('belt')).toEqual([['dress', 4, 9 / 7.5]]);
    // Hat in 3, shoe in 4, both in 3.
    expect(await complements('hat')).toEqual([['shoe', 3, 8 / 6.5]]);
    expect(await complements('shoe')).toEqual([['hat', 3, 8 / 6.5]]);
  });

  it('takes one viewer’s purchases of a day for a basket, whichever orders they were in', async () => {
    for (const n of [1, 2, 3]) {
      basket(`u${n}`, ['dress'], '2026-01-05T00:10:00Z');
      basket(`u${n}`, ['belt'], '2026-01-05T23:50:00Z');
      basket(`u${n}`, ['shoe'], '2026-01-06T00:10:00Z');
      basket(`u${n}`, ['hat'], '2026-01-07T00:10:00Z');
    }
    for (const n of [4, 5, 6]) basket(`u${n}`, ['shoe', 'hat']);
    await build();
    expect((await complements('dress')).map(([item]) => item)).toEqual(['belt']);
    expect((await complements('shoe')).map(([item]) => item)).toEqual(['hat']);
  });

  it('counts a pair only when enough different buyers had both', async () => {
    for (const day of [1, 2, 3, 4, 5])
      basket('one', ['dress', 'belt'], `2026-01-0${day}T10:00:00Z`);
    basket('two', ['dress', 'belt']);
    for (const n of [1, 2, 3]) basket(`hat${n}`, ['hat', 'shoe']);
    await build();
    expect(await complements('dress')).toEqual([]);
    await build({ minBuyers: 2 });
    expect((await complements('dress')).map(([item, baskets]) => [item, baskets])).toEqual([
      ['belt', 6],
    ]);
  });

  it('pairs no two of a kind, nothing without a category, and no wholesaler’s basket', async () => {
    for (const n of [1, 2, 3]) basket(`u${n}`, ['dress', 'dress2']);
    for (const n of [4, 5, 6]) basket(`u${n}`, ['belt', 'unsorted']);
    for (const n of [7, 8, 9]) {
      const many = Array.from({ length: 51 }, (_, item) => `else${item}`);
      basket(`u${n}`, ['hat', 'shoe', ...many]);
    }
    expect(await build()).toMatchObject({ complements: 0 });
  });

  it('does not take what everybody buys for a complement of everything', async () => {
    // The belt is in every basket: whatever it is bought with, its lift is 1.
    for (const n of [1, 2, 3, 4]) {
      basket(`d${n}`, ['dress', 'belt']);
      basket(`s${n}`, ['shoe', 'belt']);
    }
    await build();
    expect(await complements('dress')).toEqual([]);
  });

  it('trusts a pair that was seen often more than a rare one with a higher ratio', async () => {
    for (let n = 0; n < 30; n++) basket(`a${n}`, ['dress', 'belt']);
    for (let n = 0; n < 3; n++) basket(`b${n}`, ['dress', 'hat']);
    for (let n = 0; n < 60; n++) basket(`c${n}`, ['shoe', 'belt2']);
    await build();
    // Ratios 93 / 33 each; (30 + 5) / (33 · 30 / 93 + 5) against (3 + 5) / (33 · 3 / 93 + 5).
    const found = await complements('dress');
    expect(found.map(([item]) => item)).toEqual(['belt', 'hat']);
    expect(found[0]?.[2]).toBeCloseTo(35 / ((33 * 30) / 93 + 5), 10);
    expect(found[1]?.[2]).toBeCloseTo(8 / ((33 * 3) / 93 + 5), 10);
    await build({ most: 1 });
    expect((await complements('dress')).map(([item]) => item)).toEqual(['belt']);
  });

  it('forgets purchases from before, and items that are hidden', async () => {
    for (const n of [1, 2, 3]) basket(`u${n}`, ['dress', 'belt'], '2025-12-31T10:00:00Z');
    for (const n of [1, 2, 3]) basket(`u${n}`, ['hat', 'shoe']);
    for (const n of [4, 5, 6]) basket(`u${n}`, ['dress2', 'belt2']);
    await build({ since: new Date('2025-01-01T00:00:00Z') });
    expect(await complements('dress')).not.toEqual([]);
    await build();
    expect(await complements('dress')).toEqual([]);
    expect((await complements('shoe')).map(([item]) => item)).toEqual(['hat']);
    await test.database.query(`update items set hidden = true where item_id = 'hat'`);
    expect(await complements('shoe')).toEqual([]);
  });

  it('lets two builds come one after the other', async () => {
    for (const n of [1, 2, 3]) basket(`u${n}`, ['hat', 'shoe']);
    for (const n of [4, 5, 6]) basket(`u${n}`, ['dress', 'belt']);
    await build();
    const again = () =>
      test.database.transaction((transaction) => buildComplements(transaction, options));
    const counts = await Promise.all([again(), again(), again()]);
    expect(counts.map(({ complements }) => complements)).toEqual([4, 4, 4]);
  });
});
