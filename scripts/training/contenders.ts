import { measure, type RankingMetrics } from '../../models/evaluation/evaluate-model.ts';
import type { Recommendations, UserMetrics } from '../../models/evaluation/ranking-metrics.ts';
import { HybridModel } from '../../models/recommenders/hybrid-model.ts';
import type { Model, ModelKind } from '../../models/recommenders/model.ts';
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
 * alone. Components are fitted already; ranking is all that it costs.
 *
 * @param measured kinds that have been measured on this test already
 */
export async function measureBaselines(
  model: Model,
  measured: ReadonlySet<ModelKind>,
  data: TrainingData,
  heldOut: HeldOut,
  options: RunOptions,
): Promise<Contender[]> {
  const contenders: Contender[] = [];
  for (const { name, role, baseline } of await baselinesOf(model, data, options)) {
    if (measured.has(baseline.kind)) continue;
    const figures = await measureModel(baseline, data, heldOut, options);
    contenders.push({ name, role, ...figures });
  }
  return contenders;
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

async function baselinesOf(model: Model, { dataset }: TrainingData, { seed, signal }: RunOptions) {
  const popularity = await createPopularityTrainer().fit(dataset, { seed, signal });
  const components = model instanceof HybridModel ? model.components : [];
  return [
    ...components
      .filter(({ weight, model: { kind } }) => weight > 0 && kind !== 'popularity')
      .map(({ model: component }) => ({
        name: `${component.kind} alone`,
        role: 'component' as const,
        baseline: component,
      })),
    { name: 'popularity', role: 'baseline' as const, baseline: popularity },
  ];
}
