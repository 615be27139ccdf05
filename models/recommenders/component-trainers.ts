import { alsConfigSchema, createAlsTrainer } from './als.ts';
import type { ComponentKind } from './component-codec.ts';
import { createItemNeighboursTrainer, itemNeighboursConfigSchema } from './item-neighbours.ts';
import type { Trainer } from './model.ts';
import { createPopularityTrainer, popularityConfigSchema } from './popularity.ts';
import { createSlimTrainer, slimConfigSchema } from './slim.ts';
import { createSpectralTrainer, spectralConfigSchema } from './spectral.ts';
import { createUserNeighboursTrainer, userNeighboursConfigSchema } from './user-neighbours.ts';

/**
 * The settings of each component. How many threads a fit uses changes how long it takes and nothing
 * else: it is not a setting.
 */
export const componentConfigs = {
  popularity: popularityConfigSchema,
  'item-neighbours': itemNeighboursConfigSchema,
  slim: slimConfigSchema.omit({ threads: true }),
  als: alsConfigSchema.omit({ threads: true }),
  spectral: spectralConfigSchema.omit({ threads: true }),
  'user-neighbours': userNeighboursConfigSchema,
} as const;

/**
 * The trainer of one component.
 *
 * @param settings of its kind; what is missing is the default
 * @throws ZodError for an unknown key or a value out of range
 */
export function createComponentTrainer(
  kind: ComponentKind,
  settings: unknown,
  threads: number,
): Trainer {
  switch (kind) {
    case 'popularity':
      return createPopularityTrainer(componentConfigs.popularity.parse(settings));
    case 'item-neighbours':
      return createItemNeighboursTrainer(componentConfigs['item-neighbours'].parse(settings));
    case 'slim':
      return createSlimTrainer({ ...componentConfigs.slim.parse(settings), threads });
    case 'als':
      return createAlsTrainer({ ...componentConfigs.als.parse(settings), threads });
    case 'spectral':
      return createSpectralTrainer({ ...componentConfigs.spectral.parse(settings), threads });
    case 'user-neighbours':
      return createUserNeighboursTrainer(componentConfigs['user-neighbours'].parse(settings));
  }
}
