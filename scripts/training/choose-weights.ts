import { BlendPool } from '../../models/evaluation/blend-pool.ts';
import { splitByBlocks } from '../../models/evaluation/block-split.ts';
import {
  type BlendChoice,
  type BlendCut,
  type CutKind,
  chooseBlend,
  popularityShiftOf,
} from '../../models/evaluation/choose-blend.ts';
import { sampleUsers } from '../../models/evaluation/sample-users.ts';
import type { ComponentKind } from '../../models/recommenders/component-codec.ts';
import { HybridModel } from '../../models/recommenders/hybrid-model.ts';
import type { ModelKind } from '../../models/recommenders/model.ts';
import { candidatesInThreads } from './candidates-in-threads.ts';
import type { RunOptions } from './choose-settings.ts';
import { withProgress } from './progress.ts';
import { completeSettings, type Settings, trainerOf } from './trainers.ts';
import type { TrainingData, Validation } from './training-source.ts';

/**
 * Validation users of each cut that weights are chosen and confirmed on: with 4,000, a gain of .7 %
 * has an interval of one to either side.
 */
const validationUsers = 12_000;
/** The share of each user's items in a block. */
const blockShare = 0.1;
/**
 * What is tried, beside what the simple rule has. Item neighbours say what SLIM says better, and a
 * weight of popularity is paid for with the long tail.
 */
export const blendedKinds = [
  'slim',
  'als',
  'spectral',
  'user-neighbours',
] as const satisfies readonly ComponentKind[];

export interface WeightChoice extends BlendChoice {
  /** The component of each weight. */
  readonly kinds: readonly ModelKind[];
}

/** What weights are chosen on. */
interface BlendData {
  readonly dataset: TrainingData['dataset'];
  readonly validation: Validation;
}

interface Cut extends Omit<Validation, 'kind'> {
  readonly kind: CutKind;
}

/**
 * Chooses the weights of a hybrid whose components' settings are known (see `chooseBlend`), on
 * the validation part, and where that was not cut by time on blocks as well.
 *
 * @param settings of a hybrid; its weights are the simple rule
 */
export async function chooseWeights(
  settings: Settings,
  data: BlendData,
  options: RunOptions,
): Promise<{ readonly settings: Settings; readonly choice: WeightChoice }> {
  const { weights: simple } = completeSettings('hybrid', settings) as { weights: Weights };
  const isBlended = (kind: ModelKind) => blendedKinds.some((blended) => blended === kind);
  const kinds = (Object.keys(simple) as ModelKind[]).filter(
    (kind) => isBlended(kind) || (simple[kind] ?? 0) > 0,
  );
  const cuts: BlendCut[] = [];
  for (const cut of cutsOf(data, options.seed)) {
    cuts.push(await blendCut(cut, kinds, settings, options));
  }
  const choice = chooseBlend({
    cuts,
    simple: kinds.map((kind) => simple[kind] ?? 0),
    seed: options.seed,
  });
  const weights = Object.fromEntries(kinds.map((kind, at) => [kind, choice.weights[at] ?? 0]));
  const weighted = completeSettings('hybrid', { ...settings, weights });
  return { settings: weighted, choice: { ...choice, kinds } };
}

type Weights = Readonly<Partial<Record<ModelKind, number>>>;

function cutsOf({ dataset, validation }: BlendData, seed: number): Cut[] {
  if (validation.kind === 'time') return [validation];
  const { train, test } = splitByBlocks(dataset.interactions, blockShare, seed);
  return [validation, { kind: 'blocks', dataset: { ...dataset, interactions: train }, test }];
}

/** Fits the components on a cut and keeps what they say of its users. */
async function blendCut(
  { kind, dataset, test }: Cut,
  kinds: readonly ModelKind[],
  settings: Settings,
  { k, seed, threads, signal, progress }: RunOptions,
): Promise<BlendCut> {
  const equal = Object.fromEntries(kinds.map((component) => [component, 1]));
  const trainer = trainerOf('hybrid', { ...settings, weights: equal }, threads);
  const model = await withProgress(progress, `fitting on the cut: ${kind}`, (onProgress) =>
    trainer.fit(dataset, { seed, signal, onProgress }),
  );
  if (!(model instanceof HybridModel)) throw new TypeError(`a ${model.kind} has no weights`);
  const models = kinds.flatMap((component) =>
    model.components.flatMap(({ model: part }) => (part.kind === component ? [part] : [])),
  );
  const users = sampleUsers(test, validationUsers, seed);
  const label = `scoring users of the cut: ${kind}`;
  const candidates = await withProgress(progress, label, (onProgress) =>
    candidatesInThreads(models, dataset.interactions, users.users, {
      limit: k,
      threads,
      signal,
      onProgress,
    }),
  );
  const pool = new BlendPool(candidates, users, k);
  return {
    kind,
    ndcg: (weights) => pool.ndcg(weights),
    popularityShift: popularityShiftOf(dataset.interactions, test),
  };
}
