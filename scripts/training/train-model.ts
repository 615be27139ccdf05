import type { ContentEncoder } from '../../models/content/content-encoder.ts';
import { withNewUsers } from '../../models/content/new-user-lists.ts';
import type { SparseMatrix } from '../../models/dataset/sparse-matrix.ts';
import type { RankingMetrics } from '../../models/evaluation/evaluate-model.ts';
import { measure } from '../../models/evaluation/evaluate-model.ts';
import type { Recommendations, UserMetrics } from '../../models/evaluation/ranking-metrics.ts';
import type { RankingOptions } from '../../models/evaluation/recommend-all.ts';
import type { PartLists } from '../../models/evaluation/recommend-parts.ts';
import { HybridModel } from '../../models/recommenders/hybrid-model.ts';
import type { Model, ModelKind, ParentModel } from '../../models/recommenders/model.ts';
import { type ChosenSettings, chooseSettings, type RunOptions } from './choose-settings.ts';
import { blendedKinds, chooseWeights, type WeightChoice } from './choose-weights.ts';
import { type ColdReport, coldReport } from './cold-report.ts';
import { FitRecorder, type LearningCurve } from './learning-curve.ts';
import { withProgress } from './progress.ts';
import { rankInThreads, rankPartsInThreads } from './rank-in-threads.ts';
import { completeSettings, type Settings, trainerOf } from './trainers.ts';
import type { HeldOut, TrainingData } from './training-source.ts';

/**
 * What is chosen on the validation part: nothing, a hybrid's weights alone, these and the settings
 * that differ most between data sets, or every setting too.
 */
export const tuneChoices = ['none', 'weights', 'quick', 'all'] as const;
export type Tune = (typeof tuneChoices)[number];

export interface Choice {
  readonly settings: Settings;
  readonly tried: Readonly<Record<string, ChosenSettings['tried']>>;
  readonly blend?: WeightChoice;
}

/**
 * Chooses a model's settings without a look at the test.
 *
 * @param given settings that are known, where not everything is chosen; the others are defaults
 */
export async function chooseModel(
  kind: ModelKind,
  data: TrainingData,
  { tune, given }: { readonly tune: Tune; readonly given?: Settings | undefined },
  options: RunOptions,
): Promise<Choice> {
  const tried: Record<string, ChosenSettings['tried']> = {};
  const depth = tune === 'quick' || tune === 'all' ? tune : undefined;
  if (tune === 'none' || (depth === undefined && kind !== 'hybrid')) {
    return { settings: completeSettings(kind, given), tried };
  }
  const { dataset, validation } = data;
  if (!validation) throw new TypeError('settings are to be chosen and there is no validation part');
  if (kind !== 'hybrid') {
    const chosen = await chooseSettings(kind, validation, depth ?? 'quick', options);
    return { settings: chosen.settings, tried: { [kind]: chosen.tried } };
  }
  const components: Settings = { ...given };
  if (depth) {
    for (const component of blendedKinds) {
      const chosen = await chooseSettings(component, validation, depth, options);
      components[component] = chosen.settings;
      if (chosen.tried.length > 0) tried[component] = chosen.tried;
    }
  }
  const settings = completeSettings('hybrid', components);
  const cuts = { dataset, validation };
  const { settings: weighted, choice } = await chooseWeights(settings, cuts, options);
  return { settings: weighted, tried, blend: choice };
}

export interface Fitted {
  readonly model: Model;
  /** One of each part that has a loss. */
  readonly learning: readonly LearningCurve[];
  /** How long each part took. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Fits on all of the training data, from a parent where there is one. */
export async function fitModel(
  kind: ModelKind,
  { dataset }: TrainingData,
  settings: Settings,
  { seed, threads, signal, progress }: RunOptions,
  parent?: ParentModel,
): Promise<Fitted> {
  const recorder = new FitRecorder(kind);
  const model = await withProgress(progress, `fitting ${kind}`, (onProgress) =>
    trainerOf(kind, settings, threads).fit(dataset, {
      seed,
      signal,
      onProgress: (step) => {
        recorder.take(step);
        onProgress(step);
      },
      ...(parent && { parent }),
    }),
  );
  return { model, learning: recorder.curves(), seconds: recorder.seconds() };
}

export interface Measured {
  readonly metrics: RankingMetrics;
  readonly perUser: UserMetrics;
  readonly cold: ColdReport;
  readonly recommendations: Recommendations;
  /** What each weighted component of a hybrid recommends by itself; of others nothing. */
  readonly components: PartLists;
}

/**
 * Ranks for every test user and measures.
 *
 * @param content what users without a history are ranked with, where their profiles say something
 */
export async function measureModel(
  model: Model,
  data: TrainingData,
  heldOut: HeldOut,
  { k, seed, threads, signal, progress }: RunOptions,
  content?: ContentEncoder,
): Promise<Measured> {
  const { test } = heldOut;
  const { interactions } = data.dataset;
  const label = `ranking for the test users (${model.kind})`;
  const { ranked, components } = await withProgress(progress, label, (onProgress) =>
    rank(model, interactions, test.users, { limit: k, threads, signal, onProgress }),
  );
  const recommendations =
    content && data.content
      ? withNewUsers(ranked, test.users, interactions, model, content, data.content.users)
      : ranked;
  const { metrics, perUser } = measure(recommendations, test, interactions, seed);
  const cold = coldReport(perUser, data, heldOut, seed);
  return { metrics, perUser, cold, recommendations, components };
}

async function rank(
  model: Model,
  train: SparseMatrix,
  users: Uint32Array,
  options: RankingOptions,
): Promise<{ readonly ranked: Recommendations; readonly components: PartLists }> {
  if (!(model instanceof HybridModel)) {
    return { ranked: await rankInThreads(model, train, users, options), components: new Map() };
  }
  const { whole, components } = await rankPartsInThreads(model, train, users, options);
  return { ranked: whole, components };
}
