import { readFile } from 'node:fs/promises';
import { UsageError } from '../../services/errors.ts';
import type { Tune } from './train-model.ts';
import type { Settings } from './trainers.ts';

export interface GivenSettings {
  /** Undefined without a file. */
  readonly given: Settings | undefined;
  readonly tune: Tune;
}

/**
 * What `--settings` and `--tune` say together: settings that are given are not chosen.
 *
 * @param path a JSON object of settings, or a report of `evaluate --json`, which has one
 * @param fallback what is chosen when neither option is there
 * @throws UsageError when the file is not JSON, or for `--settings` with a `--tune` that chooses them
 */
export async function readSettings(
  path: string | undefined,
  tune: Tune | undefined,
  fallback: Tune,
): Promise<GivenSettings> {
  if (path === undefined) return { given: undefined, tune: tune ?? fallback };
  if (tune === 'all' || tune === 'quick') {
    throw new UsageError(`--tune ${tune} chooses what --settings gives; use one`);
  }
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be read: ${reason}`, [], { cause: error });
  }
  const settings = isObject(json) && isObject(json.settings) ? json.settings : json;
  if (!isObject(settings)) throw new UsageError(`${path} is not a JSON object`);
  return { given: settings as Settings, tune: tune ?? 'none' };
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
