import { logLoss } from '../../evaluation/class-metrics.ts';
import { softmaxInto } from '../trees/softmax.ts';
import { fitIsotonic, type IsotonicCurve, isotonicValue } from './isotonic.ts';
import { fitTemperature, fitVectorScaling, type VectorScaling } from './scaling.ts';

/**
 * How logits become chances that sum to one. A class's chance never falls when its logit rises and
 * the others stay.
 */
export type ClassCalibration =
  | { readonly kind: 'none' }
  | { readonly kind: 'temperature'; readonly factor: number }
  | ({ readonly kind: 'vector' } & VectorScaling)
  /** A curve for each class over its chance without calibration, then divided by their sum. */
  | { readonly kind: 'isotonic'; readonly curves: readonly IsotonicCurve[] };

/** No chance goes below this, so that a sum of curves is never 0. */
const leastChance = 1e-4;

/** logits[from … from + classes − 1] become chances. */
export function calibrateInto(
  calibration: ClassCalibration,
  logits: Float64Array,
  from: number,
  classes: number,
): void {
  const to = from + classes;
  if (calibration.kind === 'temperature') {
    for (let at = from; at < to; at++) logits[at]! *= calibration.factor;
  } else if (calibration.kind === 'vector') {
    const { scales, shifts } = calibration;
    for (let k = 0; k < classes; k++) {
      logits[from + k] = scales[k]! * logits[from + k]! + shifts[k]!;
    }
  }
  softmaxInto(logits, from, to);
  if (calibration.kind !== 'isotonic') return;
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    const value = isotonicValue(calibration.curves[k]!, logits[from + k]!);
    logits[from + k] = Math.max(value, leastChance);
    sum += logits[from + k]!;
  }
  for (let at = from; at < to; at++) logits[at]! /= sum;
}

/**
 * @param logits rows × classes, left as they are
 * @returns rows × classes chances
 */
export function calibrated(
  calibration: ClassCalibration,
  logits: Float64Array,
  classes: number,
): Float64Array {
  const chances = logits.slice();
  for (let from = 0; from < chances.length; from += classes) {
    calibrateInto(calibration, chances, from, classes);
  }
  return chances;
}

const kinds = ['none', 'temperature', 'vector', 'isotonic'] as const;

export interface CalibrationChoice {
  readonly calibration: ClassCalibration;
  /** Mean log loss of each kind on rows that it was not fitted on. */
  readonly losses: Readonly<Record<ClassCalibration['kind'], number>>;
}

/**
 * Fits every kind on parts of the validation rows and takes the one with the least log loss on the
 * rest (the simpler one among equals), fitted on all of them.
 *
 * @param logits rows × classes, of rows that the model was not trained on
 * @param folds row r is held out in fold r mod folds
 */
export function chooseCalibration(
  logits: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
  folds = 5,
): CalibrationChoice {
  const rows = logits.length / classes;
  if (rows < folds || labels.length !== rows) {
    throw new RangeError(`${rows} rows of logits and ${labels.length} labels for ${folds} folds`);
  }
  const losses = { none: 0, temperature: 0, vector: 0, isotonic: 0 };
  for (let fold = 0; fold < folds; fold++) {
    const held = pick(logits, labels, classes, (row) => row % folds === fold);
    const rest = pick(logits, labels, classes, (row) => row % folds !== fold);
    for (const kind of kinds) {
      const fitted = fit(kind, rest.logits, rest.labels, classes);
      const chances = calibrated(fitted, held.logits, classes);
      losses[kind] += (logLoss(chances, held.labels, classes) * held.labels.length) / rows;
    }
  }
  const best = kinds.reduce((kept, kind) => (losses[kind] < losses[kept] ? kind : kept));
  return { calibration: fit(best, logits, labels, classes), losses };
}

function fit(
  kind: ClassCalibration['kind'],
  logits: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): ClassCalibration {
  if (kind === 'none') return { kind };
  if (kind === 'temperature') return { kind, factor: fitTemperature(logits, labels, classes) };
  if (kind === 'vector') return { kind, ...fitVectorScaling(logits, labels, classes) };
  const chances = calibrated({ kind: 'none' }, logits, classes);
  const rows = chances.length / classes;
  const curves = Array.from({ length: classes }, (_, k) =>
    fitIsotonic(
      Float64Array.from({ length: rows }, (_, row) => chances[row * classes + k]!),
      Uint8Array.from({ length: rows }, (_, row) => (labels[row] === k ? 1 : 0)),
    ),
  );
  return { kind, curves };
}

function pick(
  logits: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
  isWanted: (row: number) => boolean,
): { logits: Float64Array; labels: Uint8Array } {
  const rows = Uint32Array.from({ length: labels.length }, (_, row) => row).filter(isWanted);
  const picked = new Float64Array(rows.length * classes);
  for (const [at, row] of rows.entries()) {
    picked.set(logits.subarray(row * classes, (row + 1) * classes), at * classes);
  }
  return { logits: picked, labels: Uint8Array.from(rows, (row) => labels[row]!) };
}
