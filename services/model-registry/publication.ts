import { type Manifest, manifestSchema } from '../../models/artifact/manifest.ts';
import { ConflictError } from '../errors.ts';
import type { ModelRegistryStore } from './model-registry-store.ts';
import type { Comparison } from './publication-gate.ts';

export interface PublishOptions {
  /** Activates also what is worse or cannot be compared. */
  readonly force?: boolean;
  /** How much worse the figure may be than the active one's, as a share of it; 0 unless given. */
  readonly tolerance?: number;
}

export interface Publication {
  readonly version: string;
  /** What was active before; undefined: nothing. The version itself: it was active already. */
  readonly replaced: string | undefined;
  /** Undefined where there was nothing to compare with, or no fair way. */
  readonly comparison: Comparison | undefined;
  /** Why `force` was needed. */
  readonly forced: string | undefined;
}

export interface Judgement {
  readonly comparison?: Comparison;
  /** Why the candidate is refused; undefined: it is not. */
  readonly objection?: string;
}

/** @param active undefined: nothing is */
export type Judge = (
  candidate: Manifest,
  active: Manifest | undefined,
  tolerance: number,
) => Promise<Judgement>;

/**
 * Registers an artifact that has been checked, and activates it when the judge has no objection.
 * Doing so again changes nothing.
 *
 * @throws ConflictError when it is refused (it stays registered, and what was active stays), and
 *   when the registry has another artifact under this version
 */
export async function publish(
  store: ModelRegistryStore,
  judge: Judge,
  { manifest, files }: { manifest: Manifest; files: ReadonlyMap<string, Uint8Array> },
  { force = false, tolerance = 0 }: PublishOptions,
): Promise<Publication> {
  await store.register(manifest, files);
  const { version } = manifest;
  while (true) {
    const registered = await store.active();
    const active = registered && manifestSchema.parse(registered.manifest);
    const isSame = active?.version === version;
    const { comparison, objection } = isSame ? {} : await judge(manifest, active, tolerance);
    if (objection !== undefined && !force) {
      throw new ConflictError(`${version} is not activated: ${objection}`);
    }
    // Somebody else may have activated another version meanwhile: then against that one.
    if (await store.activate(version, active?.version)) {
      return { version, replaced: active?.version, comparison, forced: objection };
    }
  }
}
