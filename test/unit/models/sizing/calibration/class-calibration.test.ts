import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../../models/dataset/seeded-random.ts';
import { topLabelError } from '../../../../../models/evaluation/reliability.ts';
import {
  decodeCalibration,
  encodeCalibration,
} from '../../../../../models/sizing/calibration/calibration-tensors.ts';
import {
  type ClassCalibration,
  calibrated,
  chooseCalibration,
} from '../../../../../models/sizing/calibration/class-calibration.ts';

const rows = 6000;

/** Labels drawn from the chances that `truth` makes of the logits. */
function drawn(
  truth: ClassCalibration,
  seed: number,
): { logits: Float64Array; labels: Uint8Array } {
  const random = seededRandom(seed);
  const logits = new Float64Array(3 * rows).map(() => 4 * random() - 2);
  const chances = calibrated(truth, logits, 3);
  const labels = Uint8Array.from({ length: rows }, (_, row) => {
    const at = random();
    const first = chances[3 * row] ?? 0;
    return at < first ? 0 : at < first + (chances[3 * row + 1] ?? 0) ? 1 : 2;
  });
  return { logits, labels };
}

const bent: ClassCalibration = {
  kind: 'isotonic',
  curves: Array.from({ length: 3 }, () => ({
    scores: Float64Array.of(0, 0.3, 0.31, 1),
    values: Float64Array.of(0.1, 0.12, 0.6, 0.65),
  })),
};
const shifted: ClassCalibration = {
  kind: 'vector',
  scales: Float64Array.of(0.4, 1.5, 1),
  shifts: Float64Array.of(0.5, 0, -0.5),
};
const truths: readonly ClassCalibration[] = [
  { kind: 'none' },
  { kind: 'temperature', factor: 0.5 },
  shifted,
  bent,
];

describe.each(truths)('where the truth is $kind', (truth) => {
  const { logits, labels } = drawn(truth, 5);
  const { calibration, losses } = chooseCalibration(logits, labels, 3);

  it('chooses what does well on rows that it was not fitted on', () => {
    expect(losses[calibration.kind]).toBe(Math.min(...Object.values(losses)));
    expect(losses[truth.kind] - losses[calibration.kind]).toBeLessThan(0.001);
  });

  it('is calibrated on other rows', () => {
    const other = drawn(truth, 6);
    const errorOf = (by: ClassCalibration): number =>
      topLabelError(calibrated(by, other.logits, 3), other.labels, 3).ofWidth;
    expect(errorOf(calibration)).toBeLessThan(0.04);
    if (truth.kind !== 'none') {
      expect(errorOf(calibration)).toBeLessThan(errorOf({ kind: 'none' }));
    }
  });

  it('makes chances that sum to one', () => {
    const chances = calibrated(calibration, logits, 3);
    for (let row = 0; row < rows; row += 97) {
      const [a = 0, b = 0, c = 0] = chances.subarray(3 * row);
      expect(a + b + c).toBeCloseTo(1, 12);
      expect(Math.min(a, b, c)).toBeGreaterThan(0);
    }
  });

  it.each([0, 1, 2])('never lowers the chance of class %i when its logit rises', (k) => {
    const steps = Float64Array.from({ length: 600 }, (_, at) =>
      at % 3 === k ? Math.floor(at / 3) / 20 - 5 : 0.3 * ((at % 3) - 1),
    );
    const chances = calibrated(calibration, steps, 3).filter((_, at) => at % 3 === k);
    expect([...chances]).toEqual([...chances].sort((a, b) => a - b));
  });

  it('is the same when it is read from an artifact', () => {
    const read = decodeCalibration(encodeCalibration(truth), 3);
    expect(read).toEqual(truth);
  });
});

describe('what is no calibration', () => {
  it('is refused', () => {
    expect(() => decodeCalibration({}, 3)).toThrow('"kind" names no calibration');
    const { factors, ...rest } = encodeCalibration(shifted);
    expect(() => decodeCalibration(rest, 3)).toThrow('"factors" is not 3 finite numbers');
    const turned = { shape: [3], data: Float64Array.of(1, -1, 1) };
    expect(() => decodeCalibration({ ...rest, factors: turned }, 3)).toThrow('not above 0');
    expect(factors?.shape).toEqual([3]);
    const falling = {
      ...encodeCalibration(bent),
      values: { shape: [12], data: new Float64Array(12).map((_, at) => -at) },
    };
    expect(() => decodeCalibration(falling, 3)).toThrow('"values" is no rising curve');
  });

  it('is not chosen from too few rows', () => {
    expect(() => chooseCalibration(new Float64Array(6), [0, 1], 3)).toThrow('for 5 folds');
  });
});
