import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../../models/dataset/seeded-random.ts';
import { fitIsotonic, isotonicValue } from '../../../../../models/sizing/calibration/isotonic.ts';

describe('isotonic regression', () => {
  it('pools what violates the order, worked out by hand', () => {
    const curve = fitIsotonic([1, 2, 3, 4, 5, 6], [1, 3, 2, 4, 3, 5]);
    expect([1, 2, 3, 4, 5, 6].map((score) => isotonicValue(curve, score))).toEqual([
      1, 2.5, 2.5, 3.5, 3.5, 5,
    ]);
  });

  it('pools back as far as it has to', () => {
    const curve = fitIsotonic([1, 2, 3, 4], [3, 4, 5, 0]);
    expect([...curve.values]).toEqual([3, 3]);
  });

  it('takes equal scores as one point, in whatever order they come', () => {
    const curve = fitIsotonic([2, 1, 2, 1], [1, 1, 0, 0]);
    expect([...curve.values]).toEqual([0.5, 0.5]);
  });

  it('is straight between points and level outside', () => {
    const curve = fitIsotonic([0, 1], [0, 1]);
    expect([-5, 0.25, 0.5, 7].map((score) => isotonicValue(curve, score))).toEqual([
      0, 0.25, 0.5, 1,
    ]);
  });

  it('never falls and keeps the mean', () => {
    const random = seededRandom(3);
    const scores = Float64Array.from({ length: 500 }, random);
    const outcomes = scores.map((score) => (random() < score * score ? 1 : 0));
    const curve = fitIsotonic(scores, outcomes);
    const values = [...scores].sort((a, b) => a - b).map((score) => isotonicValue(curve, score));
    expect(values).toEqual([...values].sort((a, b) => a - b));
    const sum = outcomes.reduce((all, outcome) => all + outcome, 0);
    expect(values.reduce((all, value) => all + value, 0)).toBeCloseTo(sum, 9);
  });

  it('refuses nothing, and what is no number', () => {
    expect(() => fitIsotonic([], [])).toThrow('0 scores');
    expect(() => fitIsotonic([1, Number.NaN], [0, 1])).toThrow('score of row 1');
  });
});
