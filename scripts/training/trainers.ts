import { z } from 'zod';
import type { Json } from '../../models/artifact/manifest.ts';
import { alsConfigSchema, createAlsTrainer } from '../../models/recommenders/als.ts';
import { createHybridTrainer, hybridConfigSchema } from '../../models/recommenders/hybrid.ts';
import {
  createItemNeighboursTrainer,
  itemNeighboursConfigSchema,
} from '../../models/recommenders/item-neighbours.ts';
import type { ModelKind, Trainer } from '../../models/recommenders/model.ts';
import {
  createPopularityTrainer,
  popularityConfigSchema,
} from '../../models/recommenders/popularity.ts';
import { createSlimTrainer, slimConfigSchema } from '../../models/recommenders/slim.ts';
import { createSpectralTrainer, spectralConfigSchema } from '../../models/recommenders/spectral.ts';
import {
  createUserNeighboursTrainer,
  userNeighboursConfigSchema,
} from '../../models/recommenders/user-neighbours.ts';
import { UsageError } from '../../services/errors.ts';

export const modelKinds = [
  'popularity',
  'item-neighbours',
  'slim',
  'als',
  'spectral',
  'user-neighbours',
  'hybrid',
] as const satisfies readonly ModelKind[];

/** How many threads a fit uses changes how long it takes and nothing else: not a setting. */
const schemas = {
  popularity: popularityConfigSchema,
  'item-neighbours': itemNeighboursConfigSchema,
  slim: slimConfigSchema.omit({ threads: true }),
  als: alsConfigSchema.omit({ threads: true }),
  spectral: spectralConfigSchema.omit({ threads: true }),
  'user-neighbours': userNeighboursConfigSchema,
  hybrid: z.strictObject({
    ...hybridConfigSchema.shape,
    slim: slimConfigSchema.omit({ threads: true }).prefault({}),
    als: alsConfigSchema.omit({ threads: true }).prefault({}),
    spectral: spectralConfigSchema.omit({ threads: true }).prefault({}),
  }),
} as const;

/** The settings of one kind of model, every one of them spelt out: what a manifest records. */
export type Settings = Record<string, Json>;

/**
 * Settings with the defaults filled in.
 *
 * @throws UsageError naming every unknown key and value out of range
 */
export function completeSettings(kind: ModelKind, settings: Settings = {}): Settings {
  const parsed = schemas[kind].safeParse(settings);
  if (parsed.success) return parsed.data as Settings;
  const issues = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
  throw new UsageError(`settings of ${kind}: ${issues.join('; ')}`);
}

/** The trainer of one kind with these settings. */
export function trainerOf(kind: ModelKind, settings: Settings, threads: number): Trainer {
  switch (kind) {
    case 'popularity':
      return createPopularityTrainer(popularityConfigSchema.parse(settings));
    case 'item-neighbours':
      return createItemNeighboursTrainer(itemNeighboursConfigSchema.parse(settings));
    case 'slim':
      return createSlimTrainer(slimConfigSchema.parse({ ...settings, threads }));
    case 'als':
      return createAlsTrainer(alsConfigSchema.parse({ ...settings, threads }));
    case 'spectral':
      return createSpectralTrainer(spectralConfigSchema.parse({ ...settings, threads }));
    case 'user-neighbours':
      return createUserNeighboursTrainer(userNeighboursConfigSchema.parse(settings));
    case 'hybrid': {
      const config = schemas.hybrid.parse(settings);
      const { slim, als, spectral } = config;
      return createHybridTrainer({
        ...config,
        slim: { ...slim, threads },
        als: { ...als, threads },
        spectral: { ...spectral, threads },
      });
    }
  }
}

/** What computes a model of this kind, for its manifest. */
export function backendOf(kind: ModelKind): string {
  return ['slim', 'als', 'spectral', 'hybrid'].includes(kind) ? 'wasm-simd' : 'typescript';
}
