import { ArtifactError, decodeArtifact } from '../../models/artifact/artifact.ts';
import { type Manifest, manifestName } from '../../models/artifact/manifest.ts';
import { sha256 } from '../../models/artifact/sha256.ts';
import { AlsModel } from '../../models/recommenders/als-model.ts';
import type { ModelKind, ParentModel } from '../../models/recommenders/model.ts';
import { fromParts } from '../../models/recommenders/model-codec.ts';
import { parentComponent } from '../../models/recommenders/parent-component.ts';
import { UsageError } from '../../services/errors.ts';
import {
  type ArtifactFiles,
  readArtifactFiles,
} from '../../services/model-registry/artifact-folder.ts';
import { ModelRegistryStore } from '../../services/model-registry/model-registry-store.ts';
import { withDatabase } from '../with-database.ts';
import type { Settings } from './trainers.ts';
import type { TrainingData } from './training-source.ts';

/** A trained model that another fit starts from. */
export interface WarmStart {
  readonly manifest: Manifest;
  /** Of its `manifest.json`, which has those of its other files. */
  readonly sha256: string;
  readonly parent: ParentModel;
}

/**
 * Reads the artifact that a fit is to start from, and checks every byte of it.
 *
 * @param from its folder, or `active`: the version that is active in the database
 * @throws UsageError when no version is active, and naming the file that is missing, truncated,
 *   altered or not readable; NotFoundError when the folder has no manifest
 */
export async function readWarmStart(from: string): Promise<WarmStart> {
  try {
    const { manifestBytes, files } =
      from === 'active' ? await activeFiles() : await readArtifactFiles(from);
    const { manifest, parts } = decodeArtifact(manifestBytes, files);
    return { manifest, sha256: sha256(manifestBytes), parent: fromParts(manifest.kind, parts) };
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    throw new UsageError(`--warm-start ${from}: ${error.message}`, [], { cause: error });
  }
}

function activeFiles(): Promise<ArtifactFiles> {
  return withDatabase('train', async (database) => {
    const store = new ModelRegistryStore(database);
    const version = await store.activeVersion();
    if (version === undefined) throw new UsageError('--warm-start active: no version is active');
    const files = await store.files(version);
    return { manifestBytes: files.get(manifestName) ?? new Uint8Array(), files };
  });
}

/** What the parent was fitted with, as settings of `kind`. */
export function settingsOf({ manifest }: WarmStart, kind: ModelKind): Settings {
  const { kind: parentKind, configuration } = manifest;
  if (parentKind === kind) return configuration;
  if (kind === 'hybrid') return { [parentKind]: configuration };
  return (configuration[kind] ?? {}) as Settings;
}

/**
 * The parent of a fit of `kind`.
 *
 * @throws UsageError when it has nothing that this fit could start from, or has seen what the fit
 *   is to be measured on
 */
export function parentOf(
  { manifest, parent }: WarmStart,
  kind: ModelKind,
  settings: Settings,
  { heldOut }: TrainingData,
): ParentModel {
  const als = parentComponent(parent, 'als');
  const hasAls = kind === 'als' || (settings.weights as { als?: number } | undefined)?.als;
  if (!(als?.model instanceof AlsModel) || !hasAls) {
    throw new UsageError(
      `--warm-start: a fit can start from the factors of ALS, which ${hasAls ? `${manifest.version} (${manifest.kind}) has not` : `this ${kind} does not fit`}`,
    );
  }
  const own = (kind === 'hybrid' ? settings.als : settings) as { readonly dimensions: number };
  if (als.model.dimensions !== own.dimensions) {
    throw new UsageError(
      `--warm-start: ${manifest.version} has ${als.model.dimensions} dimensions, the settings say ${own.dimensions}`,
    );
  }
  const cutoff = heldOut?.split.cutoff;
  if (cutoff !== undefined && manifest.data.to !== null && manifest.data.to >= cutoff) {
    throw new UsageError(
      `--warm-start: ${manifest.version} has seen part of the test: its events go to ${manifest.data.to}, the test begins at ${cutoff}`,
    );
  }
  return als;
}

/** What a manifest says of the parent. */
export function describeParent(
  { manifest, sha256: digest }: WarmStart,
  { dataset }: TrainingData,
  { items }: ParentModel,
): NonNullable<Manifest['parent']> {
  const known = dataset.items.ids().filter((id) => items.indexOf(id) !== undefined);
  return {
    version: manifest.version,
    sha256: digest,
    components: ['als'],
    items: known.length,
  };
}
