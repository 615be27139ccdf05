import { describe, expect, it } from '@jest/globals';
import {
  type CountedRows,
  fitAdditiveRates,
  ratiosTo,
} from '../../../../models/dataset/additive-rates.ts';
import { changedWeights } from '../../../../models/dataset/event-weights-config.ts';
import {
  type CountedEvent,
  countedEvents,
  learnEventWeights,
} from '../../../../models/dataset/learn-event-weights.ts';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';

/** What a unit of weight adds to the rate, and what there is without any event. */
const perClick = 0.01;
const base = 0.02;

const known: Partial<Record<CountedEvent, number>> = {
  click: 1,
  like: 2.5,
  comment: 2,
  cart: 6,
  uncart: -2,
  purchase: 9,
  'view.short': -0.5,
  'view.least': 1,
  'view.perDoubling': 0.5,
};

/** Rows of users who buy at a rate that is the sum of what their events weigh. */
function shop(rows: number, seed: number): CountedRows {
  const random = seededRandom(seed);
  const columns = countedEvents.length;
  const counts = new Float32Array(rows * columns);
  const outcomes = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const set = (event: CountedEvent, count: number) => {
      counts[row * columns + countedEvents.indexOf(event)] = count;
    };
    const often = (mean: number) => {
      let count = 0;
      for (let p = Math.exp(-mean), q = random(); q < 1 - p && count < 9; count++) {
        p += (1 - p) * 0.5;
        q = random();
      }
      return count;
    };
    const clicks = often(0.8);
    set('impression', 3 + 4 * random());
    set('click', clicks);
    // Those who click like, cart and buy more: without all of them in, a click would say too much.
    set('like', random() < 0.1 + 0.1 * clicks ? 1 : 0);
    set('comment', random() < 0.1 ? 1 : 0);
    const carts = random() < 0.05 + 0.1 * clicks ? 1 : 0;
    set('cart', carts);
    set('uncart', carts === 1 && random() < 0.3 ? 1 : 0);
    set('purchase', random() < 0.3 * carts + 0.02 ? 1 : 0);
    set('view.short', random() < 0.3 ? 1 : 0);
    const long = random() < 0.4 ? 1 : 0;
    set('view.least', long);
    set('view.perDoubling', long * 4 * random());
    let rate = base;
    countedEvents.forEach((event, column) => {
      rate += perClick * (known[event] ?? 0) * (counts[row * columns + column] as number);
    });
    outcomes[row] = random() < rate ? 1 : 0;
  }
  const users = Uint32Array.from({ length: rows }, (_, row) => Math.floor(row / 4));
  return { counts, columns, outcomes, users };
}

describe('fitAdditiveRates', () => {
  it('gives the worked solution of a small exact case', () => {
    // y = 1 + 2a without any noise: whatever the weights are, the line goes through all points.
    const rows = {
      columns: 1,
      counts: Float32Array.of(0, 1, 2, 4),
      outcomes: Float32Array.of(1, 3, 5, 9),
      users: Uint32Array.of(0, 1, 2, 3),
    };
    const { base: found, rates, covariance } = fitAdditiveRates(rows);
    expect(found).toBeCloseTo(1, 4);
    expect(rates[0]).toBeCloseTo(2, 4);
    for (const value of covariance) expect(value).toBeCloseTo(0, 8);
  });

  it('is less sure where the rows of a user are copies of each other', () => {
    const once = shop(4_000, 3);
    const spread = (rows: CountedRows) => fitAdditiveRates(rows).covariance[0] as number;
    const alone = spread({ ...once, users: once.users.map((_, row) => row) });
    const twice = (values: Float32Array, width: number) => {
      const out = new Float32Array(2 * values.length);
      for (let row = 0; row < values.length / width; row++) {
        const part = values.subarray(row * width, (row + 1) * width);
        out.set(part, 2 * row * width);
        out.set(part, (2 * row + 1) * width);
      }
      return out;
    };
    const copied = {
      columns: once.columns,
      counts: twice(once.counts, once.columns),
      outcomes: twice(once.outcomes, 1),
      users: Uint32Array.from({ length: 8_000 }, (_, row) => row >> 1),
    };
    expect(spread(copied) / alone).toBeCloseTo(1, 3);
  });

  it('refuses rows that nothing came of', () => {
    const rows = shop(10, 1);
    expect(() => fitAdditiveRates({ ...rows, outcomes: new Float32Array(10) })).toThrow(RangeError);
  });
});

describe('learnEventWeights', () => {
  it('finds the weights that a shop was made with, within the intervals it gives', () => {
    const learnt = learnEventWeights(shop(200_000, 7), 1);
    if (!learnt) throw new Error('nothing was learnt');
    let inside = 0;
    for (const { event, weight } of learnt.weights) {
      const truth = known[event];
      if (truth === undefined) continue;
      if (truth >= weight.low && truth <= weight.high) inside++;
      expect(Math.abs(weight.ratio - truth)).toBeLessThanOrEqual(1.5 * (weight.high - weight.low));
    }
    // Of nine intervals of 95 %, all but one may be expected to hold.
    expect(inside).toBeGreaterThanOrEqual(8);
    const byEvent = new Map(learnt.weights.map((weight) => [weight.event, weight]));
    expect(byEvent.get('cart')?.isLearnt).toBe(true);
    expect(byEvent.get('cart')?.weight.low).toBeGreaterThan(3);
    expect(byEvent.get('uncart')?.weight.high).toBeLessThan(0);
    const weights = changedWeights(learnt.changes);
    expect(weights.types.click).toBe(1);
    expect(weights.types.cart).toBeCloseTo(byEvent.get('cart')?.weight.ratio as number, 2);
    expect(weights.types.impression).toBe(0);
  });

  it('says that there is not enough of an event that few users had', () => {
    const learnt = learnEventWeights(shop(200_000, 7), 1);
    const share = learnt?.weights.find(({ event }) => event === 'share');
    expect(share).toMatchObject({ rows: 0, isLearnt: false });
    expect(learnt?.changes.types).not.toHaveProperty('share');
    expect(learnt?.changes.return).toEqual({});
  });

  it('has no unit where a click says nothing that can be told', () => {
    expect(learnEventWeights(shop(300, 2), 1)).toBeUndefined();
  });

  it('draws the same intervals for the same seed', () => {
    const rates = fitAdditiveRates(shop(20_000, 5));
    const unit = countedEvents.indexOf('click');
    expect(ratiosTo(rates, unit, { seed: 4 })).toEqual(ratiosTo(rates, unit, { seed: 4 }));
  });
});
