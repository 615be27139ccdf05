import { logLoss, meanOneVsRestAuc } from '../../evaluation/class-metrics.ts';
import { topLabelError } from '../../evaluation/reliability.ts';
import { type ClassCalibration, calibrated } from '../calibration/class-calibration.ts';
import { fitColumns } from '../features/fit-features.ts';
import type { TreeEnsemble } from '../trees/tree-ensemble.ts';
import type { ScoredChoices } from './choose-thresholds.ts';
import type { FitRows } from './feature-tables.ts';

/** How a model does on its validation rows; null where it has no trees or nothing to measure. */
export interface ValidationFigures {
  readonly auc: number | null;
  readonly logLoss: number | null;
  readonly calibrationError: number | null;
  /** Of kept pieces whose size is in the run: the likeliest size is it, or beside it. */
  readonly exact: number | null;
  readonly withinOne: number | null;
}

export function validationFigures(
  { rows, values, target }: FitRows,
  trees: TreeEnsemble | null,
  calibration: ClassCalibration,
  scored: ScoredChoices,
): ValidationFigures {
  const hits = hitsOf(scored);
  if (!trees || rows === 0) return { auc: null, logLoss: null, calibrationError: null, ...hits };
  const logits = trees.predictTable({ rows, columns: fitColumns.length, values });
  const chances = calibrated(calibration, logits, 3);
  const auc = meanOneVsRestAuc(chances, target, 3);
  return {
    auc: Number.isNaN(auc) ? null : auc,
    logLoss: logLoss(chances, target, 3),
    calibrationError: topLabelError(chances, target, 3).ofWidth,
    ...hits,
  };
}

function hitsOf({ scores, target, groups }: ScoredChoices) {
  const runs = groups.length - 1;
  let exact = 0;
  let withinOne = 0;
  for (let run = 0; run < runs; run++) {
    let best = groups[run]!;
    for (let at = best; at < groups[run + 1]!; at++) if (scores[at]! > scores[best]!) best = at;
    const off = Math.abs(best - target.indexOf(1, groups[run]));
    if (off === 0) exact++;
    if (off <= 1) withinOne++;
  }
  return runs > 0
    ? { exact: exact / runs, withinOne: withinOne / runs }
    : { exact: null, withinOne: null };
}
