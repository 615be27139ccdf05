import type { Json } from '../../models/artifact/manifest.ts';
import { componentKinds } from '../../models/recommenders/component-codec.ts';
import {
  componentConfigs,
  createComponentTrainer,
} from '../../models/recommenders/component-trainers.ts';
import { createHybridTrainer, hybridConfigSchema } from '../../models/recommenders/hybrid.ts';
import type { ModelKind, Trainer } from '../../models/recommenders/model.ts';
import { UsageError } from '../../services/errors.ts';

export const modelKinds: readonly ModelKind[] = [...componentKinds, 'hybrid'];

const schemas = { ...componentConfigs, hybrid: hybridConfigSchema } as const;

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
  return kind === 'hybrid'
    ? createHybridTrainer(hybridConfigSchema.parse(settings), threads)
    : createComponentTrainer(kind, settings, threads);
}

/** What computes a model of this kind, for its manifest. */
export function backendOf(kind: ModelKind): string {
  return ['slim', 'als', 'spectral', 'hybrid'].includes(kind) ? 'wasm-simd' : 'typescript';
}
