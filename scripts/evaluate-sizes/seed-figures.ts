import { meanOneVsRestAuc, oneVsRestAucs } from '../../models/evaluation/class-metrics.ts';
import { topLabelError } from '../../models/evaluation/reliability.ts';
import { sizeHits } from '../../models/evaluation/size-hits.ts';
import type { ChoiceAnswer, TestAnswers } from './ask-model.ts';
import type { ChoiceBaselines } from './choice-baselines.ts';

export interface Hits {
  readonly exact: number;
  readonly withinOne: number;
}

/** Everything that is measured with one seed. */
export interface SeedFigures {
  readonly testRows: number;
  /** Mean of the three one-against-rest AUCs; of 1-LV-LR on the same rows. */
  readonly auc: number;
  readonly aucs: readonly number[];
  readonly latentAuc: number;
  /** Of the rows whose item, and whose wearer, have and do not have a known outcome. */
  readonly aucKnownItems: number;
  readonly aucNewItems: number;
  readonly aucKnownWearers: number;
  readonly aucNewWearers: number;
  readonly newItemShare: number;
  /** Of the likeliest class, over bins of the same width and of the same number of rows. */
  readonly calibration: number;
  readonly calibrationOfRows: number;
  /** Test rows that were kept, and the share of them whose size is in the run. */
  readonly keptRows: number;
  readonly keptInRun: number;
  readonly choice: Hits;
  readonly coldShare: number;
  readonly cold: Hits;
  readonly warm: Hits;
  readonly abstainedShare: number;
  readonly afterAbstaining: Hits;
  readonly mostFrequent: Hits;
  readonly usual: Hits;
  readonly bodyAndWearer: Hits;
  /** Of the training: on the clock, and of processor time. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most memory that the process has had when training has ended. */
  readonly peakBytes: number;
}

export function seedFigures(
  answers: TestAnswers,
  {
    latentChances,
    choices: baselines,
    seconds,
    cpuSeconds,
    peakBytes,
  }: {
    readonly latentChances: Float64Array;
    readonly choices: ChoiceBaselines;
    readonly seconds: number;
    readonly cpuSeconds: number;
    readonly peakBytes: number;
  },
): SeedFigures {
  const { chances, labels, newItems, newWearers, choices } = answers;
  const error = topLabelError(chances, labels, 3);
  const aucs = oneVsRestAucs(chances, labels, 3);
  const cold = choices.filter(({ isCold }) => isCold);
  const sure = choices.filter(({ isUnsure }) => !isUnsure);
  return {
    testRows: labels.length,
    auc: meanOneVsRestAuc(chances, labels, 3),
    aucs: [...aucs],
    latentAuc: meanOneVsRestAuc(latentChances, labels, 3),
    aucKnownItems: aucWhere(answers, (row) => newItems[row] === 0),
    aucNewItems: aucWhere(answers, (row) => newItems[row] === 1),
    aucKnownWearers: aucWhere(answers, (row) => newWearers[row] === 0),
    aucNewWearers: aucWhere(answers, (row) => newWearers[row] === 1),
    newItemShare: newItems.reduce((sum, one) => sum + one, 0) / newItems.length,
    calibration: error.ofWidth,
    calibrationOfRows: error.ofRows,
    keptRows: choices.length,
    keptInRun: choices.filter(({ isKeptInRun }) => isKeptInRun).length / choices.length,
    choice: hitsOf(choices),
    coldShare: cold.length / choices.length,
    cold: hitsOf(cold),
    warm: hitsOf(choices.filter(({ isCold }) => !isCold)),
    abstainedShare: 1 - sure.length / choices.length,
    afterAbstaining: hitsOf(sure),
    mostFrequent: hitsOf(baselines.mostFrequent),
    usual: hitsOf(baselines.usual),
    bodyAndWearer: hitsOf(baselines.bodyAndWearer),
    seconds,
    cpuSeconds,
    peakBytes,
  };
}

/** Shares of all rows: where nothing can be suggested, that is a miss. */
function hitsOf(choices: readonly Pick<ChoiceAnswer, 'suggested' | 'kept'>[]): Hits {
  const { rows, answered, exact, withinOne } = sizeHits(
    choices.map(({ suggested }) => suggested),
    choices.map(({ kept }) => kept),
  );
  const share = answered / rows;
  return { exact: share * exact, withinOne: share * withinOne };
}

function aucWhere({ chances, labels }: TestAnswers, isWanted: (row: number) => boolean): number {
  const rows = Array.from(labels, (_, row) => row).filter(isWanted);
  const some = Float64Array.from(
    rows.flatMap((row) => [...chances.subarray(3 * row, 3 * row + 3)]),
  );
  return meanOneVsRestAuc(
    some,
    rows.map((row) => labels[row] ?? 0),
    3,
  );
}
