import { describe, expect, it } from '@jest/globals';
import { changesOf, gainsOf, pairedGain } from '../../../../models/evaluation/compare-models.ts';
import { noItem } from '../../../../models/recommenders/top-items.ts';

describe('pairedGain', () => {
  it('is the mean difference, and how many users it went up and down for', () => {
    const after = Float64Array.of(0.5, 1, 0.25, 0, Number.NaN);
    const before = Float64Array.of(0.25, 0.5, 0.5, 0, 1);
    const { difference, up, down } = pairedGain(after, before, 1);
    expect(difference.mean).toBe((0.25 + 0.5 - 0.25 + 0) / 4);
    expect([up, down]).toEqual([2, 1]);
    expect(difference.low).toBeGreaterThanOrEqual(-0.25);
    expect(difference.high).toBeLessThanOrEqual(0.5);
  });

  it('sees a gain that is the same for all users, however much they differ', () => {
    const before = Float64Array.of(0, 0.5, 0.125, 0.75);
    const { difference } = pairedGain(
      before.map((value) => value + 0.25),
      before,
      1,
    );
    expect(difference).toEqual({ mean: 0.25, low: 0.25, high: 0.25 });
  });

  it('refuses users who are not the same', () => {
    expect(() => pairedGain(new Float64Array(2), new Float64Array(3), 1)).toThrow(
      '2 and 3 users are not the same users',
    );
  });

  it('takes both metrics', () => {
    const metrics = (recall: number, ndcg: number) => ({
      recall: Float64Array.of(recall),
      ndcg: Float64Array.of(ndcg),
      longTailRecall: Float64Array.of(0),
    });
    const { recall, ndcg } = gainsOf(metrics(1, 0.25), metrics(0.5, 0.5), 1);
    expect([recall.difference.mean, ndcg.difference.mean]).toEqual([0.5, -0.25]);
  });
});

describe('changesOf', () => {
  const lists = (...items: number[]) => ({ limit: 2, items: Uint32Array.from(items) });

  it('says what the lists have in common and which items are shown more and less', () => {
    const before = lists(0, 1, 0, 2, 0, 1);
    const after = lists(0, 1, 2, 0, 3, 2);
    const { overlap, sameFirst, gained, lost } = changesOf(after, before, {
      itemCount: 4,
      most: 1,
      seed: 1,
    });
    expect(overlap.mean).toBeCloseTo((2 / 2 + 2 / 2 + 0 / 2) / 3, 12);
    expect(sameFirst).toBe(1 / 3);
    // Item 2 and item 3 gain one user each, items 0 and 1 lose one each: the first of equals.
    expect(gained).toEqual([{ item: 2, before: 1, after: 2 }]);
    expect(lost).toEqual([{ item: 0, before: 3, after: 2 }]);
  });

  it('measures against the longer list where one ends early', () => {
    const { overlap } = changesOf(lists(5, noItem), lists(4, 5), {
      itemCount: 6,
      most: 5,
      seed: 1,
    });
    expect(overlap.mean).toBe(0.5);
  });

  it('refuses lists of other users', () => {
    const options = { itemCount: 6, most: 5, seed: 1 };
    expect(() => changesOf(lists(1, 2), lists(1, 2, 3, 4), options)).toThrow('same users');
  });
});
