import { describe, expect, it } from '@jest/globals';
import { FeatureBagsBuilder } from '../../../../models/content/feature-bags.ts';
import { FeatureSet } from '../../../../models/content/feature-set.ts';
import { applyLinear, RidgeProblem } from '../../../../models/content/ridge.ts';

/** Rows with the features that are named, each with weight 1. */
function bagsOf(...rows: readonly (readonly string[])[]) {
  const builder = new FeatureBagsBuilder();
  rows.forEach((names, row) => {
    const features = new FeatureSet(2 ** 16);
    for (const name of names) features.add(name);
    builder.add(row, features);
  });
  return builder.build(rows.length);
}

const all = { mostFeatures: 100, fewestRows: 1 };

describe('RidgeProblem', () => {
  it('solves a case worked out by hand', () => {
    // One feature, two rows with it of target 3 and one without of target 0, λ = 1:
    // (2 + 1) w + 2 b = 6, 2 w + (3 + 1) b = 6, so w = 1.5 and b = .75.
    const bags = bagsOf(['a'], ['a'], []);
    const targets = Float32Array.of(3, 3, 0);
    const problem = new RidgeProblem(bags, targets, Float32Array.of(1, 1, 1), all);
    const map = problem.solve(1);
    expect(problem.solve(1)).toEqual(map);
    expect(applyLinear(map, bags, 2)[0]).toBeCloseTo(0.75, 6);
    expect(applyLinear(map, bags, 0)[0]).toBeCloseTo(2.25, 6);
  });

  it('leaves out rows of weight 0, rare features, and features past the most frequent', () => {
    const bags = bagsOf(['a', 'b'], ['a', 'b', 'c'], ['a'], ['rare']);
    const targets = Float32Array.of(1, 1, 0, 99);
    const weights = Float32Array.of(1, 1, 1, 0);
    const options = { mostFeatures: 2, fewestRows: 2 };
    const map = new RidgeProblem(bags, targets, weights, options).solve(1e-6);
    expect(map.buckets.length).toBe(2);
    expect(applyLinear(map, bags, 1)[0]).toBeCloseTo(1, 3);
    expect(applyLinear(map, bags, 2)[0]).toBeCloseTo(0, 3);
  });

  it('refuses to learn from nothing', () => {
    const fit = () => new RidgeProblem(bagsOf(['a']), Float32Array.of(1), Float32Array.of(0), all);
    expect(fit).toThrow(/no row has a weight/);
  });
});

describe('FeatureBagsBuilder', () => {
  it('keeps rows in their order whatever order they come in, and leaves the others empty', () => {
    const builder = new FeatureBagsBuilder();
    const features = (name: string) => {
      const set = new FeatureSet(64);
      set.add(name, 2);
      return set;
    };
    builder.add(2, features('x'));
    builder.add(0, features('y'));
    const bags = builder.build(4);
    expect(Array.from(bags.indptr)).toEqual([0, 1, 1, 2, 2]);
    expect(Array.from(bags.weights)).toEqual([2, 2]);
    expect(() => builder.build(2)).toThrow(/row 2 is outside/);
  });

  it('grows past its first room', () => {
    const builder = new FeatureBagsBuilder();
    for (let row = 0; row < 3000; row++) {
      const set = new FeatureSet(2 ** 16);
      set.add(`row ${row}`, row + 1);
      builder.add(row, set);
    }
    expect(builder.build(3000).weights[2999]).toBe(3000);
  });
});
