import { z } from 'zod';
import {
  formatVersion,
  type Json,
  type Manifest,
  manifestName,
  manifestSchema,
} from './manifest.ts';
import { decodeSafetensors } from './safetensors-decode.ts';
import { encodeSafetensors } from './safetensors-encode.ts';
import { sha256 } from './sha256.ts';
import type { Tensors } from './tensor-types.ts';

/** A trained model as tensors, by the part (file) that they stand in. */
export type Parts = ReadonlyMap<string, Tensors>;

export interface ArtifactContent extends Omit<Manifest, 'formatVersion' | 'version' | 'files'> {
  /** Without one it is made from the date and the content: `20260131-1a2b3c4d`. */
  readonly version?: string;
  readonly parts: Parts;
}

export interface EncodedArtifact {
  readonly manifest: Manifest;
  /** By file name, `manifest.json` among them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface DecodedArtifact {
  readonly manifest: Manifest;
  readonly parts: Parts;
}

/** An artifact that is not whole; `file` is the one at fault. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
  readonly file: string;

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`${file} ${problem}`, options);
    this.file = file;
  }
}

/**
 * A model as files: `<part>.safetensors` for each part and `manifest.json`, which lists their
 * lengths and hashes. The same content gives the same bytes; nothing is read from the clock.
 *
 * @throws ArtifactError when the content does not make a manifest
 */
export function encodeArtifact({ parts, version, ...content }: ArtifactContent): EncodedArtifact {
  const files = new Map<string, Uint8Array>();
  for (const name of [...parts.keys()].sort()) {
    files.set(`${name}.safetensors`, encodeSafetensors(parts.get(name) ?? {}));
  }
  const list = Array.from(files, ([name, bytes]) => {
    return { name, bytes: bytes.length, sha256: sha256(bytes) };
  });
  const manifest = checkManifest({
    formatVersion,
    version: version ?? versionOf(content, list),
    ...content,
    configuration: sorted(content.configuration),
    files: list,
  });
  files.set(manifestName, new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`));
  return { manifest, files };
}

/** @throws ArtifactError naming `manifest.json` when it is not JSON or does not fit the schema */
export function decodeManifest(bytes: Uint8Array): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new ArtifactError(manifestName, 'is not JSON', { cause: error });
  }
  return checkManifest(json);
}

/**
 * Reads an artifact and checks every byte of it against the manifest.
 *
 * @param files by name; those that the manifest does not list are not looked at
 * @throws ArtifactError naming the file that is missing, truncated, altered or not readable
 */
export function decodeArtifact(
  manifestBytes: Uint8Array,
  files: ReadonlyMap<string, Uint8Array>,
): DecodedArtifact {
  const manifest = decodeManifest(manifestBytes);
  const parts = new Map<string, Tensors>();
  for (const expected of manifest.files) {
    const bytes = files.get(expected.name);
    if (bytes === undefined) throw new ArtifactError(expected.name, 'is missing');
    parts.set(expected.name.replace(/\.safetensors$/, ''), decodeFile(bytes, expected));
  }
  return { manifest, parts };
}

function decodeFile(bytes: Uint8Array, expected: Manifest['files'][number]): Tensors {
  const { name } = expected;
  if (bytes.length !== expected.bytes) {
    const how = bytes.length < expected.bytes ? 'truncated' : 'altered';
    throw new ArtifactError(name, `is ${how}: ${bytes.length} bytes, not ${expected.bytes}`);
  }
  if (sha256(bytes) !== expected.sha256) {
    throw new ArtifactError(name, 'is altered: its SHA-256 is not the one in the manifest');
  }
  try {
    return decodeSafetensors(bytes).tensors;
  } catch (error) {
    throw new ArtifactError(name, `cannot be read: ${String(error)}`, { cause: error });
  }
}

function checkManifest(value: unknown): Manifest {
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ArtifactError(manifestName, `is not valid: ${z.prettifyError(parsed.error)}`);
}

/** The date, and eight hex digits of a hash of everything but when it was made. */
function versionOf(
  { created, ...lasting }: Omit<ArtifactContent, 'parts' | 'version'>,
  files: Manifest['files'],
): string {
  const hash = sha256(JSON.stringify(sorted({ ...lasting, files } as Json)));
  return `${created.slice(0, 10).replaceAll('-', '')}-${hash.slice(0, 8)}`;
}

/** The same JSON with the keys of every object in order, so that their order makes no bytes. */
function sorted<J extends Json>(json: J): J {
  if (Array.isArray(json)) return json.map(sorted) as J;
  if (json === null || typeof json !== 'object') return json;
  const entries = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, sorted(value)])) as J;
}
