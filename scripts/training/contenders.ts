import { measure, type RankingMetrics } from '../../models/evaluation/evaluate-model.ts';
import type { Recommendations, UserMetrics } from '../../models/evaluation/ranking-metrics.ts';
import type { PartLists } from '../../models/evaluation/recommend-parts.ts';
import type { ModelKind } from '../../models/recommenders/model.ts';
import { createPopularityTrainer } from '../../models/recommenders/popularity.ts';
import type { RunOptions } from './choose-settings.ts';
import { measureModel } from './train-model.ts';
import type { HeldOut, TrainingData } from './training-source.ts';

/** What a contender is to the model that a report is about. */
export type Role = 'model' | 'component' | 'baseline' | 'active';

/** One of several models that were measured on the same test. */
export interface Contender {
  readonly name: string;
  readonly role: Role;
  readonly metrics: RankingMetrics;
  readonly perUser: UserMetrics;
  readonly recommendations: Recommendations;
}

/**
 * Measures what a model has to beat: popularity, and of a hybrid each component that counts in it,
 * alone.
 *
 * @param components lists of a hybrid's components
 * @param measured kinds that have been measured on this test already
 */
export async function measureBaselines(
  components: PartLists,
  measured: ReadonlySet<ModelKind>,
  data: TrainingData,
  heldOut: HeldOut,
  options: RunOptions,
): Promise<Contender[]> {
  const { seed, signal } = options;
  const contenders = [...components]
    .filter(([kind]) => kind !== 'popularity' && !measured.has(kind))
    .map(([kind, lists]) => contenderOf(`${kind} alone`, 'component', lists, data, heldOut, seed));
  if (measured.has('popularity')) return contenders;
  const popularity = await createPopularityTrainer().fit(data.dataset, { seed, signal });
  const figures = await measureModel(popularity, data, heldOut, options);
  return [...contenders, { name: 'popularity', role: 'baseline', ...figures }];
}

/** Lists that were ranked elsewhere, measured as the others. */
export function contenderOf(
  name: string,
  role: Role,
  recommendations: Recommendations,
  { dataset }: TrainingData,
  { test }: HeldOut,
  seed: number,
): Contender {
  const { metrics, perUser } = measure(recommendations, test, dataset.interactions, seed);
  return { name, role, metrics, perUser, recommendations };
}
