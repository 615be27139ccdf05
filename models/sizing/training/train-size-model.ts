import { type ClassCalibration, chooseCalibration } from '../calibration/class-calibration.ts';
import { choiceColumns } from '../features/choice-features.ts';
import { fitColumns } from '../features/fit-features.ts';
import { SizeModel } from '../size-model.ts';
import type { HistogramMaker } from '../trees/train-trees.ts';
import { trainTrees } from '../trees/train-trees.ts';
import type { TreeEnsemble } from '../trees/tree-ensemble.ts';
import { chooseThresholds, purchaseGain, scoreChoices, sharpnessOf } from './choose-thresholds.ts';
import {
  type ChoiceRows,
  type FitRows,
  featureTables,
  mostValidationRows,
} from './feature-tables.ts';
import { holdBack } from './hold-back.ts';
import { learnUsual } from './learn-usual.ts';
import { indexRows } from './row-index.ts';
import type { SizeModelConfig } from './size-model-config.ts';
import type { SizeRow } from './size-row.ts';
import { type ValidationFigures, validationFigures } from './validation-figures.ts';

export interface SizeTrainingOptions {
  /** 1 for rows that only validate; without it a tenth is held back (see `holdBack`). */
  readonly validation?: Uint8Array | undefined;
  readonly histograms?: HistogramMaker | undefined;
  /** Told before each step. */
  readonly onStep?: ((step: string) => void) | undefined;
}

export interface SizeTraining {
  readonly model: SizeModel;
  /** Rows that the trees were grown from, and rounds that were kept. */
  readonly fitRows: number;
  readonly fitRounds: number;
  readonly choiceRows: number;
  readonly choiceRounds: number;
  readonly validationRows: number;
  /** On rows that no tree was grown from; they chose rounds, calibration and thresholds. */
  readonly validation: ValidationFigures;
}

/**
 * Trains a model of sizes on what pieces turned out to be.
 *
 * @throws RangeError when there is no row to learn from
 */
export function trainSizeModel(
  rows: readonly SizeRow[],
  config: SizeModelConfig,
  seed: number,
  options: SizeTrainingOptions = {},
): SizeTraining {
  const { onStep = () => {}, histograms } = options;
  const validation = options.validation ?? holdBack(rows, config.evidence, seed);
  const learnt = validation.map((held) => 1 - held);
  if (!learnt.includes(1)) throw new RangeError('there is no row to learn sizes from');
  const index = indexRows(rows, learnt, config.folds, seed);
  onStep('bodies');
  const { evidence, tables } = learnUsual(index, config, seed, histograms);
  onStep('features');
  const learntRows = featureTables(index, evidence, 1, config, seed);
  const most = { mostFitRows: mostValidationRows, mostChoiceRows: mostValidationRows };
  const held = featureTables(index, evidence, 0, most, seed);
  onStep('trees of fit');
  const fitTrees = growFit(learntRows.fit, held.fit, config, seed, histograms);
  onStep('trees of choice');
  const choiceTrees = growChoice(learntRows.choice, held.choice, config, seed, histograms);
  const fitCalibration = calibrationOf(fitTrees, held.fit);
  const scored = scoreChoices(choiceTrees, held.choice);
  const sharpness = sharpnessOf(scored);
  const thresholds = {
    ...chooseThresholds(scored, sharpness, config),
    purchaseGain: purchaseGain(held.choice),
  };
  return {
    model: new SizeModel({
      ...tables,
      fitTrees,
      fitCalibration,
      choiceTrees,
      sharpness,
      thresholds,
    }),
    fitRows: learntRows.fit.rows,
    fitRounds: fitTrees?.rounds ?? 0,
    choiceRows: learntRows.choice.groups.length - 1,
    choiceRounds: choiceTrees?.rounds ?? 0,
    validationRows: validation.reduce((sum, one) => sum + one, 0),
    validation: validationFigures(held.fit, fitTrees, fitCalibration, scored),
  };
}

function growFit(
  learnt: FitRows,
  held: FitRows,
  { fit, patience, leastRows }: SizeModelConfig,
  seed: number,
  histograms: HistogramMaker | undefined,
): TreeEnsemble | null {
  if (learnt.rows < leastRows) return null;
  const columns = fitColumns.length;
  const validation = { table: { ...held, columns }, target: held.target, patience };
  return trainTrees(
    { ...learnt, columns },
    learnt.target,
    {
      ...fit,
      ...{ objective: 'multiclass', classes: 3, seed },
      ...(held.rows >= leastHeld && { validation }),
    },
    histograms,
  );
}

function growChoice(
  learnt: ChoiceRows,
  held: ChoiceRows,
  { choice, patience, leastRows }: SizeModelConfig,
  seed: number,
  histograms: HistogramMaker | undefined,
): TreeEnsemble | null {
  if (learnt.groups.length - 1 < leastRows) return null;
  const table = ({ target, values }: ChoiceRows) => {
    return { rows: target.length, columns: choiceColumns.length, values };
  };
  const { target, groups } = held;
  const validation = { table: table(held), target, groups, patience };
  return trainTrees(
    table(learnt),
    learnt.target,
    {
      ...choice,
      ...{ objective: 'choice', groups: learnt.groups, seed },
      ...(groups.length - 1 >= leastHeld && { validation }),
    },
    histograms,
  );
}

/** That of the chances on rows that no tree was grown from. */
function calibrationOf(
  trees: TreeEnsemble | null,
  { rows, values, target }: FitRows,
): ClassCalibration {
  if (!trees || rows < leastHeld) return { kind: 'none' };
  const logits = trees.predictTable({ rows, columns: fitColumns.length, values });
  return chooseCalibration(logits, target, 3).calibration;
}

/** With fewer validation rows the rounds are not cut short: their loss says nothing. */
const leastHeld = 50;
