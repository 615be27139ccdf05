import { fitGroupTemperature } from '../calibration/scaling.ts';
import { choiceColumns } from '../features/choice-features.ts';
import { scoreSize } from '../score-size.ts';
import type { SizeThresholds } from '../size-model.ts';
import { softmaxInto } from '../trees/softmax.ts';
import type { TreeEnsemble } from '../trees/tree-ensemble.ts';
import type { ChoiceRows } from './feature-tables.ts';
import type { SizeModelConfig } from './size-model-config.ts';

/** What confidence goes by where there are too few validation rows. */
const unlearnt = { low: 0.3, high: 0.6 };
const leastRuns = 50;

/** Scores of choices and which of each was kept. */
export interface ScoredChoices {
  readonly scores: Float64Array;
  readonly target: Uint8Array;
  readonly groups: Uint32Array;
}

export function scoreChoices(
  trees: TreeEnsemble | null,
  { values, target, groups }: ChoiceRows,
): ScoredChoices {
  const width = choiceColumns.length;
  const scratch = new Float64Array(1);
  const scores = Float64Array.from(target, (_, row) =>
    scoreSize(trees, values.subarray(row * width, (row + 1) * width), scratch),
  );
  return { scores, target, groups };
}

/** What scores are multiplied by so that their softmax is calibrated; 1 with too few runs. */
export function sharpnessOf({ scores, target, groups }: ScoredChoices): number {
  if (groups.length - 1 < leastRuns) return 1;
  return fitGroupTemperature(scores, groups, (run) => target.indexOf(1, groups[run]));
}

/** The chances of the likeliest size below which the least sure, above which the surest runs are. */
export function chooseThresholds(
  { scores, groups }: ScoredChoices,
  sharpness: number,
  { lowShare, highShare }: Pick<SizeModelConfig, 'lowShare' | 'highShare'>,
): Pick<SizeThresholds, 'low' | 'high'> {
  const runs = groups.length - 1;
  if (runs < leastRuns) return unlearnt;
  const surest = Float64Array.from({ length: runs }, (_, run) => {
    const chances = scores.slice(groups[run], groups[run + 1]).map((score) => sharpness * score);
    softmaxInto(chances, 0, chances.length);
    return chances.reduce((highest, chance) => Math.max(highest, chance), 0);
  }).sort();
  return {
    low: surest[Math.floor(lowShare * runs)]!,
    high: surest[Math.min(runs - 1, Math.floor((1 - highShare) * runs))]!,
  };
}

/** By how much the error of the expected size falls, in steps, when a wearer's pieces are known. */
export function purchaseGain({ values, target }: ChoiceRows): number {
  const width = choiceColumns.length;
  const gap = choiceColumns.indexOf('gap');
  const gapOfWearer = choiceColumns.indexOf('gapOfWearer');
  const count = choiceColumns.indexOf('wearerCount');
  let known = 0;
  let before = 0;
  let after = 0;
  for (let row = 0; row < target.length; row++) {
    const at = row * width;
    if (target[row] === 0 || !(values[at + count]! > 0) || Number.isNaN(values[at + gap]!))
      continue;
    known++;
    before += values[at + gap]! ** 2;
    after += values[at + gapOfWearer]! ** 2;
  }
  if (known < leastRuns) return 0;
  return Math.max(0, Math.sqrt(before / known) - Math.sqrt(after / known));
}
