import { kernelHistograms } from '../../models/kernels/tree-kernels.ts';
import { defaultSizeConfig } from '../../models/sizing/training/size-model-config.ts';
import {
  type SizeTraining,
  trainSizeModel,
} from '../../models/sizing/training/train-size-model.ts';
import { askModel, type TestAnswers } from './ask-model.ts';
import { choiceBaselines } from './choice-baselines.ts';
import { latentSizeChances } from './latent-sizes.ts';
import { later, part, type Split, splitRows } from './parts.ts';
import type { RentalRow } from './read-rows.ts';
import { type SeedFigures, seedFigures } from './seed-figures.ts';
import { sizeRowsOf } from './size-rows.ts';

export interface SeedRun {
  readonly seed: number;
  readonly training: SizeTraining;
  readonly answers: TestAnswers;
  readonly figures: SeedFigures;
}

/** Splits, trains and measures once. The test part is looked at when everything is trained. */
export function measureSeed(
  all: readonly RentalRow[],
  split: Split,
  seed: number,
  onStep: (step: string) => void,
): SeedRun {
  const allParts = splitRows(all, split, seed);
  const rentals = all.filter((_, row) => allParts[row] !== later);
  const parts = allParts.filter((of) => of !== later);
  const config = {
    ...defaultSizeConfig,
    evidence: split === 'random' ? ('others' as const) : ('before' as const),
  };
  const rows = sizeRowsOf(rentals, parts, split, config.folds, seed);
  const began = { wall: performance.now(), cpu: process.cpuUsage() };
  const training = trainSizeModel(
    rows.filter((_, row) => parts[row] !== part.test),
    config,
    seed,
    {
      validation: parts.filter((of) => of !== part.test).map((of) => (of === part.train ? 0 : 1)),
      histograms: kernelHistograms,
      onStep,
    },
  );
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const cpu = process.cpuUsage(began.cpu);
  const seconds = (performance.now() - began.wall) / 1000;
  onStep('test rows');
  const answers = askModel(training.model, rentals, rows, parts, split);
  onStep('baselines');
  const figures = seedFigures(answers, {
    latentChances: latentSizeChances(rentals, parts),
    choices: choiceBaselines(training.model, rows, parts, split),
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakBytes,
  });
  return { seed, training, answers, figures };
}
