import { z } from 'zod';
import type { Dataset } from '../dataset/dataset.ts';
import { type ComponentKind, componentKinds } from './component-codec.ts';
import { componentConfigs, createComponentTrainer } from './component-trainers.ts';
import { type HybridComponent, HybridModel } from './hybrid-model.ts';
import type { FitContext, Trainer } from './model.ts';
import { parentComponent } from './parent-component.ts';

const weight = z.number().min(0);

/**
 * The settings of each component and its weight: local SLIM and ALS by default. Popularity is there
 * for a user of whom nothing is known, whatever its weight.
 */
export const hybridConfigSchema = z.strictObject({
  popularity: componentConfigs.popularity.prefault({}),
  'item-neighbours': componentConfigs['item-neighbours'].prefault({}),
  slim: componentConfigs.slim.prefault({}),
  als: componentConfigs.als.prefault({}),
  spectral: componentConfigs.spectral.prefault({}),
  'user-neighbours': componentConfigs['user-neighbours'].prefault({}),
  weights: z
    .strictObject({
      popularity: weight.default(0),
      'item-neighbours': weight.default(0),
      slim: weight.default(1),
      als: weight.default(1),
      spectral: weight.default(0),
      'user-neighbours': weight.default(0),
    })
    .prefault({}),
});
export type HybridConfig = z.infer<typeof hybridConfigSchema>;

const stepsEach = 1000;

/**
 * Fits popularity and the components with a weight above 0, and blends them (see HybridModel).
 *
 * @param threads of each fit; they change the time, not the result
 * @throws ZodError for an unknown key or a value out of range
 */
export function createHybridTrainer(
  config: z.input<typeof hybridConfigSchema> = {},
  threads = 1,
): Trainer {
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
        const model = await createComponentTrainer(kind, parsed[kind], threads).fit(dataset, part);
        components.push({ model, weight: parsed.weights[kind] });
      }
      return new HybridModel(components);
    },
  };
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
