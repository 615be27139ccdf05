import { describe, expect, it } from '@jest/globals';
import {
  areaUnderCurve,
  logLoss,
  meanOneVsRestAuc,
  oneVsRestAucs,
} from '../../../../models/evaluation/class-metrics.ts';

describe('area under the curve', () => {
  it('is the share of pairs that are in order', () => {
    // Of the pairs (.35, .1), (.35, .4), (.8, .1), (.8, .4) one is not.
    expect(areaUnderCurve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
  });

  it('counts a tie half', () => {
    expect(areaUnderCurve([5, 5], [0, 1])).toBe(0.5);
    // Positives 2 and 3 against negatives 1 and 2: 1 + ½ + 1 + 1 of 4.
    expect(areaUnderCurve([1, 2, 2, 3], [0, 1, 0, 1])).toBe(0.875);
  });

  it('is no number where there is nothing to compare', () => {
    expect(areaUnderCurve([1, 2], [1, 1])).toBeNaN();
    expect(areaUnderCurve([1, 2], [0, 0])).toBeNaN();
  });

  it('refuses a score that is none', () => {
    expect(() => areaUnderCurve([1, Number.NaN], [1, 0])).toThrow('score of row 1');
  });

  it('is averaged over the classes, each against the others', () => {
    const chances = Float64Array.of(0.7, 0.2, 0.1, 0.5, 0.4, 0.1, 0.6, 0.1, 0.3, 0.1, 0.1, 0.8);
    const labels = [0, 1, 1, 2];
    // Class 0: .7 above .5, .6, .1. Class 1: .4 and .1 against .2 and .1. Class 2: .8 above all.
    expect([...oneVsRestAucs(chances, labels, 3)]).toEqual([1, 0.625, 1]);
    expect(meanOneVsRestAuc(chances, labels, 3)).toBe(0.875);
  });
});

describe('log loss', () => {
  it('is the mean of −ln p of what came true', () => {
    const chances = Float64Array.of(0.5, 0.25, 0.25, 0.1, 0.8, 0.1);
    expect(logLoss(chances, [0, 2], 3)).toBeCloseTo((Math.log(2) + Math.log(10)) / 2, 12);
  });

  it('is finite where the impossible came true', () => {
    expect(logLoss(Float64Array.of(1, 0), [1], 2)).toBeCloseTo(15 * Math.log(10), 9);
  });
});
