import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeArtifact } from '../../../../models/artifact/artifact.ts';
import {
  readArtifactFolder,
  writeArtifactFolder,
} from '../../../../services/model-registry/artifact-folder.ts';

const artifact = encodeArtifact({
  kind: 'popularity',
  created: '2026-01-31T12:00:00Z',
  data: { from: null, to: null, users: 3, items: 2, interactions: 5 },
  configuration: {},
  seed: 1,
  metrics: null,
  backend: 'typescript',
  parts: new Map([
    ['popularity', { popularity: { shape: [2], data: Float32Array.of(3, 2) } }],
    ['ids', { 'items.bytes': { shape: [2], data: Uint8Array.of(97, 98) } }],
  ]),
});

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'wardrobe-artifact-'));
  folder = join(parent, 'model');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

describe('an artifact folder', () => {
  it('reads back as it was written, and nothing else is left beside it', async () => {
    await writeArtifactFolder(folder, artifact);
    const read = await readArtifactFolder(folder);
    expect(read.manifest).toEqual(artifact.manifest);
    expect(read.parts.get('popularity')?.popularity?.data).toEqual(Float32Array.of(3, 2));
    expect(await readdir(parent)).toEqual(['model']);
  });

  it('makes the folders above it', async () => {
    await writeArtifactFolder(join(folder, 'deeper'), artifact);
    expect((await readArtifactFolder(join(folder, 'deeper'))).manifest).toEqual(artifact.manifest);
  });

  it('is never overwritten', async () => {
    await writeArtifactFolder(folder, artifact);
    await expect(writeArtifactFolder(folder, artifact)).rejects.toThrow('is there already');
    expect(await readdir(parent)).toEqual(['model']);
  });

  it('is not there at all when the write is stopped half way', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(writeArtifactFolder(folder, artifact, signal)).rejects.toThrow('stopped');
    expect(await readdir(parent)).toEqual([]);
  });

  it('is refused by the name of the file that is missing, truncated, longer or altered', async () => {
    await writeArtifactFolder(folder, artifact);
    const path = join(folder, 'popularity.safetensors');
    const bytes = await readFile(path);
    const reading = () => readArtifactFolder(folder);

    await writeFile(path, bytes.subarray(0, -1));
    await expect(reading()).rejects.toThrow('popularity.safetensors is truncated');
    await writeFile(path, Buffer.concat([bytes, Buffer.of(0)]));
    await expect(reading()).rejects.toThrow('popularity.safetensors is altered');
    const altered = Buffer.from(bytes);
    altered.writeUInt8(altered.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    await writeFile(path, altered);
    await expect(reading()).rejects.toThrow('popularity.safetensors is altered: its SHA-256');
    await rm(path);
    await expect(reading()).rejects.toThrow('popularity.safetensors is missing');
  });

  it('is refused when the manifest is missing, cut off or not the schema’s', async () => {
    await expect(readArtifactFolder(folder)).rejects.toThrow('it has no manifest.json');
    await writeArtifactFolder(folder, artifact);
    await writeFile(join(folder, 'manifest.json'), '{"formatVersion": 1');
    await expect(readArtifactFolder(folder)).rejects.toThrow('manifest.json is not JSON');
    await writeFile(join(folder, 'manifest.json'), '{"formatVersion": 1}');
    await expect(readArtifactFolder(folder)).rejects.toThrow('manifest.json is not valid');
  });
});
