import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import {
  ArtifactError,
  type DecodedArtifact,
  decodeArtifact,
  decodeManifest,
  type EncodedArtifact,
} from '../../models/artifact/artifact.ts';
import { manifestName } from '../../models/artifact/manifest.ts';
import { ConflictError, NotFoundError } from '../errors.ts';

/** One read or write; Node's own whole-file functions stop at 2 GiB. */
const chunk = 1 << 26;

/** @throws ConflictError when something is at `folder` already; better said before a long training */
export async function assertNoArtifact(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (found) throw taken(resolve(folder));
}

/**
 * Writes an artifact to `folder` so that it is there whole or not at all: into a temporary folder
 * beside it, flushed to the disk, then renamed. Ctrl-C, a crash or a full disk leave no `folder`.
 *
 * @param signal an aborted write rejects with its reason and removes the temporary folder
 * @throws ConflictError when `folder` exists already
 */
export async function writeArtifactFolder(
  folder: string,
  { files }: Pick<EncodedArtifact, 'files'>,
  signal?: AbortSignal,
): Promise<void> {
  const target = resolve(folder);
  await assertNoArtifact(target);
  await mkdir(dirname(target), { recursive: true });
  const temporary = join(dirname(target), `.${basename(target)}-${randomUUID()}`);
  await mkdir(temporary);
  try {
    for (const [name, bytes] of files) await writeDurably(join(temporary, name), bytes, signal);
    await flushFolder(temporary);
    signal?.throwIfAborted();
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (isCode(error, 'ENOTEMPTY', 'EEXIST')) throw taken(target);
    throw error;
  }
  await flushFolder(dirname(target));
}

/**
 * Reads an artifact and checks every byte against its manifest.
 *
 * @throws NotFoundError when `folder` has no manifest, and ArtifactError naming the file that is
 *   missing, truncated, altered or not readable
 */
export async function readArtifactFolder(folder: string): Promise<DecodedArtifact> {
  const { manifestBytes, files } = await readArtifactFiles(folder);
  return decodeArtifact(manifestBytes, files);
}

/** An artifact as it lies in a folder. */
export interface ArtifactFiles {
  readonly manifestBytes: Uint8Array;
  /** By name, `manifest.json` among them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads the files of an artifact. Their lengths are checked, their content is not.
 *
 * @throws NotFoundError when `folder` has no manifest, and ArtifactError naming the file that is
 *   missing or of another length
 */
export async function readArtifactFiles(folder: string): Promise<ArtifactFiles> {
  const manifestBytes = await readManifestBytes(folder);
  const files = new Map([[manifestName, manifestBytes]]);
  for (const { name, bytes } of decodeManifest(manifestBytes).files) {
    files.set(name, await readWhole(folder, name, bytes));
  }
  return { manifestBytes, files };
}

async function readManifestBytes(folder: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, manifestName));
  } catch (error) {
    if (!isCode(error, 'ENOENT', 'ENOTDIR')) throw error;
    throw new NotFoundError(`${resolve(folder)} is not an artifact: it has no ${manifestName}`);
  }
}

/** The file's bytes; a file of another length is refused before it is read. */
async function readWhole(folder: string, name: string, expected: number): Promise<Uint8Array> {
  const path = join(folder, name);
  try {
    const { size } = await stat(path);
    if (size !== expected) {
      const how = size < expected ? 'truncated' : 'altered';
      throw new ArtifactError(name, `is ${how}: ${size} bytes, not ${expected}`);
    }
    const bytes = new Uint8Array(size);
    const file = await open(path);
    try {
      for (let at = 0; at < size; ) {
        const { bytesRead } = await file.read(bytes, at, Math.min(chunk, size - at), at);
        if (bytesRead === 0) throw new ArtifactError(name, `is truncated: it ends at ${at}`);
        at += bytesRead;
      }
    } finally {
      await file.close();
    }
    return bytes;
  } catch (error) {
    if (isCode(error, 'ENOENT')) throw new ArtifactError(name, 'is missing', { cause: error });
    throw error;
  }
}

async function writeDurably(path: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (let at = 0; at < bytes.length; ) {
      signal?.throwIfAborted();
      const { bytesWritten } = await file.write(bytes, at, Math.min(chunk, bytes.length - at), at);
      at += bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is lasting only when the folder that holds the name is on the disk. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch((error: unknown) => {
    // Windows cannot open a folder; it has no such flush.
    if (isCode(error, 'EISDIR', 'EPERM', 'EACCES')) return undefined;
    throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}

function taken(target: string): ConflictError {
  return new ConflictError(`${target} is there already; an artifact is never overwritten`);
}

function isCode(error: unknown, ...codes: string[]): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return codes.includes(String(code));
}
