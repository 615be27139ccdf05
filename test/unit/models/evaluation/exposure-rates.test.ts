import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';
import { exposureRate } from '../../../../models/evaluation/exposure-rates.ts';

const examination = Float64Array.of(1, 0.5, 0.01, Number.NaN);

function rate(
  cells: readonly (readonly [bucket: number, place: number, shown: number, hits: number])[],
  buckets = 4,
) {
  return exposureRate(
    {
      buckets: Uint32Array.from(cells, ([bucket]) => bucket),
      positions: Uint32Array.from(cells, ([, place]) => place),
      shown: Float64Array.from(cells, ([, , shown]) => shown),
      hits: Float64Array.from(cells, ([, , , hits]) => hits),
    },
    { buckets, examination, clip: 0.1, seed: 1 },
  );
}

describe('exposureRate', () => {
  it('is the same for equally attractive items in good places and in bad ones', () => {
    // Attraction .2: clicked .2 of the time at the first place, .1 at the second.
    const good = rate([
      [0, 0, 90, 18],
      [1, 1, 10, 1],
    ]);
    const bad = rate([
      [0, 0, 10, 2],
      [1, 1, 90, 9],
    ]);
    expect(good.raw.mean).toBeCloseTo(0.19, 12);
    expect(bad.raw.mean).toBeCloseTo(0.11, 12);
    expect(good.corrected.mean).toBeCloseTo(0.2, 12);
    expect(bad.corrected.mean).toBeCloseTo(0.2, 12);
    expect(good).toMatchObject({ shown: 100, hits: 19 });
  });

  it('clips the weight of a hit without bringing in a bias', () => {
    // At .01 the weight is 10 and not 100: 1,000 shown are 10 looks at weight 10. 2 hits of them are
    // 20, beside 20 of 100 at the first place: 40 / (100 + 100).
    const found = rate([
      [0, 0, 100, 20],
      [1, 2, 1000, 2],
    ]);
    expect(found.corrected.mean).toBeCloseTo(0.2, 12);
  });

  it('leaves places of which nothing is known out of the corrected rate', () => {
    const found = rate([
      [0, 0, 100, 20],
      [1, 3, 100, 0],
      [1, 9, 100, 0],
    ]);
    expect(found.raw.mean).toBeCloseTo(20 / 300, 12);
    expect(found.corrected.mean).toBeCloseTo(0.2, 12);
    expect(rate([[0, 3, 10, 1]]).corrected.mean).toBeNaN();
  });

  it('is no number when nothing was shown', () => {
    expect(rate([])).toMatchObject({ shown: 0, hits: 0, raw: { mean: Number.NaN } });
  });

  it('has an interval as wide as that of the viewers’ rates', () => {
    const random = seededRandom(8);
    const cells = Array.from({ length: 1_000 }, (_, bucket) => {
      const hits = Array.from({ length: 20 }, () => (random() < 0.1 ? 1 : 0));
      return [bucket, 0, 20, hits.reduce<number>((sum, hit) => sum + hit, 0)] as const;
    });
    const { raw } = rate(cells, 1_000);
    // 20,000 shown: a standard error of √(.1 · .9 / 20,000) = .0021.
    expect(raw.high - raw.low).toBeGreaterThan(0.0068);
    expect(raw.high - raw.low).toBeLessThan(0.0098);
  });
});
