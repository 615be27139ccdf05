import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../../models/dataset/seeded-random.ts';
import {
  fitGroupTemperature,
  fitPlatt,
  fitTemperature,
  fitVectorScaling,
} from '../../../../../models/sizing/calibration/scaling.ts';
import { softmaxInto } from '../../../../../models/sizing/trees/softmax.ts';

describe('Platt scaling', () => {
  it('is worked out by hand for two scores', () => {
    // Three of four are right at either score; targets 5/6 and 1/6 make their mean ⅔.
    const { scale, shift } = fitPlatt([1, 1, 1, 1, -1, -1, -1, -1], [1, 1, 1, 0, 0, 0, 0, 1]);
    expect(scale).toBeCloseTo(Math.log(2), 8);
    expect(shift).toBeCloseTo(0, 8);
  });

  it('is finite where the score says all', () => {
    const { scale } = fitPlatt([1, -1], [1, 0]);
    // ⅔ and ⅓
    expect(scale).toBeCloseTo(Math.log(2), 8);
  });

  it('never turns the order around', () => {
    expect(fitPlatt([1, 1, -1, -1], [0, 0, 1, 1]).scale).toBeGreaterThan(0);
  });
});

describe('temperature', () => {
  it('is worked out by hand', () => {
    const logits = Float64Array.of(2, 0, 2, 0, 2, 0, 2, 0);
    expect(fitTemperature(logits, [0, 0, 0, 1], 2)).toBeCloseTo(Math.log(3) / 2, 8);
  });

  it('of groups is worked out by hand', () => {
    // e^a / (e^a + 2) = ½
    const scores = Float64Array.of(1, 0, 0, 1, 0, 0);
    const factor = fitGroupTemperature(scores, Uint32Array.of(0, 3, 6), (group) => group * 4);
    expect(factor).toBeCloseTo(Math.log(2), 6);
  });
});

describe('vector scaling', () => {
  it('gives each class its share and finds what the logits were made with', () => {
    const random = seededRandom(8);
    const rows = 4000;
    const logits = new Float64Array(3 * rows).map(() => 4 * random() - 2);
    const [scales, shifts] = [[0.5, 1.5, 1] as const, [0.3, 0, -0.3] as const];
    const labels = Uint8Array.from({ length: rows }, (_, row) => {
      const chances = Float64Array.from({ length: 3 }, (_, k) => {
        return (scales[k] ?? 0) * (logits[3 * row + k] ?? 0) + (shifts[k] ?? 0);
      });
      softmaxInto(chances, 0, 3);
      const drawn = random();
      return drawn < (chances[0] ?? 0) ? 0 : drawn < 1 - (chances[2] ?? 0) ? 1 : 2;
    });
    const found = fitVectorScaling(logits, labels, 3);
    for (const [k, scale] of scales.entries()) expect(found.scales[k]).toBeCloseTo(scale, 0.8);
    expect((found.shifts[0] ?? 0) - (found.shifts[2] ?? 0)).toBeCloseTo(0.6, 0.8);
    let share = 0;
    for (let row = 0; row < rows; row++) {
      const chances = logits.slice(3 * row, 3 * row + 3).map((logit, k) => {
        return (found.scales[k] ?? 0) * logit + (found.shifts[k] ?? 0);
      });
      softmaxInto(chances, 0, 3);
      share += (chances[1] ?? 0) / rows;
    }
    const counted = labels.filter((label) => label === 1).length / rows;
    expect(share).toBeCloseTo(counted, 6);
  });
});
