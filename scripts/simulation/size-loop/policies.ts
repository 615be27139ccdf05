import { kernelHistograms } from '../../../models/kernels/tree-kernels.ts';
import type { SizePredictor } from '../../../models/sizing/size-predictor.ts';
import { defaultSizeConfig } from '../../../models/sizing/training/size-model-config.ts';
import type { SizeRow } from '../../../models/sizing/training/size-row.ts';
import { trainSizeModel } from '../../../models/sizing/training/train-size-model.ts';
import { KnownBodies, KnownItems, Oracle, OwnBelief, SizeChart, UsualSize } from './baselines.ts';
import { GeneralChart } from './general-chart.ts';
import type { MakeSizePolicy, SizeLoopOptions } from './loop.ts';
import { ModelPolicy } from './model-policy.ts';

/**
 * The likeliest to be kept; the advised size; that, or how the item runs; only how it runs; and the
 * third trained every week, and told nothing after it was trained.
 */
const models = {
  'model-kept': { everyDays: 0, learnsOnline: true, names: 'kept', warns: false },
  'model-advice': { everyDays: 0, learnsOnline: true, names: 'advised', warns: false },
  model: { everyDays: 0, learnsOnline: true, names: 'advised', warns: true },
  'model-runs': { everyDays: 0, learnsOnline: true, names: 'nothing', warns: true },
  'model-trained-weekly': { everyDays: 7, learnsOnline: true, names: 'advised', warns: true },
  'model-told-nothing': { everyDays: 0, learnsOnline: false, names: 'advised', warns: true },
} as const;

export const policies = [
  'own',
  'usual',
  'chart',
  'general-chart',
  'known-bodies',
  'known-items',
  'oracle',
  'model-kept',
  'model-advice',
  'model',
  'model-runs',
  'model-trained-weekly',
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
    case 'model-kept':
    case 'model-advice':
    case 'model':
    case 'model-runs':
    case 'model-trained-weekly':
    case 'model-told-nothing':
      return async ({ world }) => {
        const train = (rows: readonly SizeRow[], night: number) =>
          night === 0 ? first(world.seed, rows) : trained(rows);
        return new ModelPolicy({ world, windowDays, train, ...models[name] });
      };
    case 'oracle':
      return async ({ world }) => new Oracle(world);
  }
}

function trained(rows: readonly SizeRow[]): SizePredictor {
  return trainSizeModel(rows, defaultSizeConfig, 1, { histograms: kernelHistograms }).model;
}

/** The model of the first night: the past of a seed is the same for every policy. */
const firsts = new Map<string, SizePredictor>();

function first(seed: number, rows: readonly SizeRow[]): SizePredictor {
  const key = `${seed} ${rows.length} ${rows.at(-1)?.at}`;
  const model = firsts.get(key) ?? trained(rows);
  firsts.set(key, model);
  return model;
}
