import { z } from 'zod';
import type { Dataset } from '../dataset/dataset.ts';
import { alsConfigSchema, createAlsTrainer } from './als.ts';
import { type ComponentKind, componentKinds } from './component-codec.ts';
import { type HybridComponent, HybridModel } from './hybrid-model.ts';
import { createItemNeighboursTrainer, itemNeighboursConfigSchema } from './item-neighbours.ts';
import type { FitContext, Trainer } from './model.ts';
import { parentComponent } from './parent-component.ts';
import { createPopularityTrainer, popularityConfigSchema } from './popularity.ts';
import { createSlimTrainer, slimConfigSchema } from './slim.ts';
import { createSpectralTrainer, spectralConfigSchema } from './spectral.ts';
import { createUserNeighboursTrainer, userNeighboursConfigSchema } from './user-neighbours.ts';

const weight = z.number().min(0);

/**
 * The configuration of each component and its weight. Popularity has none by default: it is there
 * for a user of whom nothing is known.
 */
export const hybridConfigSchema = z.strictObject({
  popularity: popularityConfigSchema.prefault({}),
  'item-neighbours': itemNeighboursConfigSchema.prefault({}),
  slim: slimConfigSchema.prefault({}),
  als: alsConfigSchema.prefault({}),
  spectral: spectralConfigSchema.prefault({}),
  'user-neighbours': userNeighboursConfigSchema.prefault({}),
  weights: z
    .strictObject({
      popularity: weight.default(0),
      'item-neighbours': weight.default(1),
      slim: weight.default(0),
      als: weight.default(1),
      spectral: weight.default(0),
      'user-neighbours': weight.default(0),
    })
    .prefault({}),
});
export type HybridConfig = z.infer<typeof hybridConfigSchema>;

const stepsEach = 1000;

/**
 * Fits popularity, item neighbours and implicit ALS, and blends them (see HybridModel).
 *
 * @throws ZodError for an unknown key or a value out of range
 */
export function createHybridTrainer(config: z.input<typeof hybridConfigSchema> = {}): Trainer {
  const parsed = hybridConfigSchema.parse(config);
  return {
    kind: 'hybrid',
    async fit(dataset: Dataset, context: FitContext): Promise<HybridModel> {
      const components: HybridComponent[] = [];
      const kinds = componentKinds.filter((kind) => {
        return kind === 'popularity' || parsed.weights[kind] > 0;
      });
      for (const [at, kind] of kinds.entries()) {
        const part = partOf(context, kind, at, kinds.length);
        const model = await componentTrainer(kind, parsed).fit(dataset, part);
        components.push({ model, weight: parsed.weights[kind] });
      }
      return new HybridModel(components);
    },
  };
}

function componentTrainer(kind: keyof HybridConfig['weights'], config: HybridConfig): Trainer {
  switch (kind) {
    case 'popularity':
      return createPopularityTrainer(config.popularity);
    case 'item-neighbours':
      return createItemNeighboursTrainer(config['item-neighbours']);
    case 'slim':
      return createSlimTrainer(config.slim);
    case 'als':
      return createAlsTrainer(config.als);
    case 'spectral':
      return createSpectralTrainer(config.spectral);
    case 'user-neighbours':
      return createUserNeighboursTrainer(config['user-neighbours']);
  }
}

/**
 * The context of component `at` of `count`: its steps as a share of the whole, under its name, and
 * the parent's component of its kind.
 */
function partOf(
  { onProgress, parent, ...rest }: FitContext,
  part: ComponentKind,
  at: number,
  count: number,
): FitContext {
  const component = parent && parentComponent(parent, part);
  const context = { ...rest, ...(component && { parent: component }) };
  if (!onProgress) return context;
  const total = stepsEach * count;
  return {
    ...context,
    onProgress: (step) => {
      const done = stepsEach * at + Math.round((stepsEach * step.done) / step.total);
      onProgress({ ...step, done, total, part });
    },
  };
}
