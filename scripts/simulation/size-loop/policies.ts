import type { SizePredictor } from '../../../models/sizing/size-predictor.ts';
import { defaultSizeConfig } from '../../../models/sizing/training/size-model-config.ts';
import type { SizeRow } from '../../../models/sizing/training/size-row.ts';
import { trainSizeModel } from '../../../models/sizing/training/train-size-model.ts';
import { KnownBodies, KnownItems, Oracle, OwnBelief, SizeChart, UsualSize } from './baselines.ts';
import { GeneralChart } from './general-chart.ts';
import type { MakeSizePolicy, SizeLoopOptions } from './loop.ts';
import { ModelPolicy } from './model-policy.ts';

/** Learning from every outcome and a training a week; from outcomes only; and from nothing more. */
const models = {
  model: { everyDays: 7, learnsOnline: true },
  'model-trained-once': { everyDays: 0, learnsOnline: true },
  'model-told-nothing': { everyDays: 0, learnsOnline: false },
} as const;

export const policies = [
  'own',
  'usual',
  'chart',
  'general-chart',
  'known-bodies',
  'known-items',
  'oracle',
  'model',
  'model-trained-once',
  'model-told-nothing',
] as const;
export type PolicyName = (typeof policies)[number];

export function makePolicy(name: PolicyName, { windowDays }: SizeLoopOptions): MakeSizePolicy {
  switch (name) {
    case 'own':
      return async () => new OwnBelief();
    case 'usual':
      return async ({ world }) => new UsualSize(world, windowDays);
    case 'chart':
      return async ({ world }) => new SizeChart(world);
    case 'general-chart':
      return async ({ world }) => new GeneralChart(world);
    case 'known-bodies':
      return async ({ world }) => new KnownBodies(world);
    case 'known-items':
      return async ({ world }) => new KnownItems(world);
    case 'model':
    case 'model-trained-once':
    case 'model-told-nothing':
      return async ({ world }) => new ModelPolicy({ world, windowDays, train, ...models[name] });
    case 'oracle':
      return async ({ world }) => new Oracle(world);
  }
}

function train(rows: readonly SizeRow[]): SizePredictor {
  return trainSizeModel(rows, defaultSizeConfig, 1).model;
}
