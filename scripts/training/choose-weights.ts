import { BlendPool } from '../../models/evaluation/blend-pool.ts';
import {
  type BlendChoice,
  chooseBlend,
  popularityShiftOf,
} from '../../models/evaluation/choose-blend.ts';
import { sampleUsers } from '../../models/evaluation/sample-users.ts';
import { HybridModel } from '../../models/recommenders/hybrid-model.ts';
import type { ModelKind } from '../../models/recommenders/model.ts';
import { candidatesInThreads } from './candidates-in-threads.ts';
import type { RunOptions } from './choose-settings.ts';
import { withProgress } from './progress.ts';
import { completeSettings, type Settings, trainerOf } from './trainers.ts';
import type { Validation } from './training-source.ts';

/** Validation users that weights are chosen and confirmed on. */
const validationUsers = 5000;

export interface WeightChoice extends BlendChoice {
  /** The component of each weight. */
  readonly kinds: readonly ModelKind[];
}

/**
 * Chooses the weights of a hybrid whose components' settings are known (see `chooseBlend`).
 *
 * @param settings of a hybrid; its weights are the simple rule
 */
export async function chooseWeights(
  settings: Settings,
  { dataset, test }: Validation,
  { k, seed, threads, signal, progress }: RunOptions,
): Promise<{ readonly settings: Settings; readonly choice: WeightChoice }> {
  const trainer = trainerOf('hybrid', settings, threads);
  const model = await withProgress(progress, 'fitting on the validation cut', (onProgress) =>
    trainer.fit(dataset, { seed, signal, onProgress }),
  );
  if (!(model instanceof HybridModel)) throw new TypeError(`a ${model.kind} has no weights`);
  const users = sampleUsers(test, validationUsers, seed);
  const components = model.components.map(({ model: component }) => component);
  const label = 'scoring the validation users';
  const candidates = await withProgress(progress, label, (onProgress) =>
    candidatesInThreads(components, dataset.interactions, users.users, {
      limit: k,
      threads,
      signal,
      onProgress,
    }),
  );
  const pool = new BlendPool(candidates, users, k);
  const choice = chooseBlend({
    ndcg: (weights) => pool.ndcg(weights),
    simple: model.components.map(({ weight }) => weight),
    popularityShift: popularityShiftOf(dataset.interactions, test),
    seed,
  });
  const kinds = model.components.map(({ model: { kind } }) => kind);
  const weights = Object.fromEntries(kinds.map((kind, at) => [kind, choice.weights[at] ?? 0]));
  const weighted = completeSettings('hybrid', { ...settings, weights });
  return { settings: weighted, choice: { ...choice, kinds } };
}
