import { describe, expect, it } from '@jest/globals';
import { runSizeLoop } from '../../../../../scripts/simulation/size-loop/loop.ts';
import { makePolicy } from '../../../../../scripts/simulation/size-loop/policies.ts';
import type { SizeQuestion } from '../../../../../scripts/simulation/size-loop/size-policy.ts';
import {
  compareSizes,
  describeSizes,
} from '../../../../../scripts/simulation/size-loop/size-table.ts';
import { usualTrust } from '../../../../../scripts/simulation/sizes.ts';
import type { EventRow } from '../../../../../services/simulation/shop-store.ts';

const until = new Date('2026-05-01T00:00:00Z');
const options = {
  ...{ users: 1500, items: 200, rooms: 2, days: 75, seed: 7, until },
  ...{ policyDays: 15, windowDays: 14, trust: usualTrust },
};
const always = { ...options, trust: { share: 1, reach: Number.POSITIVE_INFINITY } };

describe('the closed loop of sizes', () => {
  it('brings back least when the best size is named, and more when it is not taken', async () => {
    const own = await runSizeLoop(options, makePolicy('own', options));
    const oracle = await runSizeLoop(options, makePolicy('oracle', options));
    const followed = await runSizeLoop(always, makePolicy('oracle', always));
    expect(own.all.orders).toBeGreaterThan(300);
    expect([oracle.all.orders, followed.all.orders]).toEqual([own.all.orders, own.all.orders]);
    expect(own.all.advised).toBe(0);
    expect(oracle.all.exact).toBe(own.all.orders);
    expect(oracle.all.returned).toBeLessThan(0.8 * own.all.returned);
    expect(followed.all.wrong).toBe(0);
    expect(followed.all.returned / own.all.orders).toBeLessThan(0.03);
  });

  it('is the same when it is run again, and left to themselves people need no trust', async () => {
    const first = await runSizeLoop(options, makePolicy('usual', options));
    expect(await runSizeLoop(options, makePolicy('usual', options))).toEqual(first);
    const own = await runSizeLoop(options, makePolicy('own', options));
    expect(await runSizeLoop(always, makePolicy('own', always))).toEqual(own);
  });

  it('asks in the order of time and tells what has happened before, nothing else', async () => {
    const seen: EventRow[] = [];
    const asked: SizeQuestion[] = [];
    let past = 0;
    await runSizeLoop(options, async (morning) => {
      past = morning.past.length;
      return {
        advise: async (question) => {
          expect(seen.every(({ occurredAt }) => occurredAt <= question.time)).toBe(true);
          asked.push(question);
          return undefined;
        },
        observe: async (events) => {
          seen.push(...events);
        },
        nightly: async () => undefined,
        close: async () => undefined,
      };
    });
    const times = asked.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const bought = seen.slice(past).filter(({ type }) => type === 'purchase');
    expect(bought.map(({ userId }) => userId)).toEqual(asked.map(({ userId }) => userId));
    const orders = new Set(
      seen.flatMap(({ type, orderId }) => (type === 'purchase' ? [orderId] : [])),
    );
    const returns = seen.filter(({ type }) => type === 'return');
    expect(returns.length).toBeGreaterThan(100);
    expect(returns.every(({ orderId }) => orders.has(orderId))).toBe(true);
  });

  it('reports differences to the baselines on the same seeds', () => {
    const counts = (returned: number) => ({
      ...{ orders: 200, wrong: 80, returned, advised: 100, exact: 60, withinOne: 90 },
      advisedReturned: 0,
      warned: 20,
    });
    const figures = (returned: number) =>
      ({ all: counts(returned) }) as unknown as Parameters<
        typeof compareSizes
      >[0][number]['figures'][string];
    const rows = compareSizes([
      { seed: 1, figures: { own: figures(30), usual: figures(28) } },
      { seed: 2, figures: { own: figures(34), usual: figures(30) } },
    ]);
    const [own] = rows;
    expect(own).toMatchObject({ group: 'all', policy: 'own', orders: 400 });
    expect(own?.values['returned for size'].mean).toBeCloseTo(0.16, 12);
    expect(own?.values['named exactly'].mean).toBeCloseTo(0.6, 12);
    // 0.01 and 0.02: the mean, and 12.706 × 0.005 to either side.
    expect(own?.against.usual?.mean).toBeCloseTo(0.015, 12);
    expect(own?.against.usual?.high).toBeCloseTo(0.07853, 5);
    expect(describeSizes(rows.slice(0, 1))).toContain('| +1.5 (−4.9 to +7.9) |');
  });
});
