import { describe, expect, it } from '@jest/globals';
import {
  type ArtifactContent,
  ArtifactError,
  decodeArtifact,
  encodeArtifact,
} from '../../../../models/artifact/artifact.ts';
import { manifestName } from '../../../../models/artifact/manifest.ts';

const content: ArtifactContent = {
  kind: 'popularity',
  created: '2026-01-31T12:00:00Z',
  data: { from: '2025-12-01T00:00:00Z', to: null, users: 3, items: 2, interactions: 5 },
  configuration: { popularity: { count: 'users' }, blend: [1, 2] },
  seed: 7,
  metrics: {
    split: {
      kind: 'time',
      cutoff: '2026-01-01T00:00:00Z',
      testDays: 30,
      fingerprint: '0'.repeat(64),
      users: 2,
      interactions: 3,
    },
    k: 20,
    recall: { mean: 0.2, low: 0.1, high: 0.3 },
    ndcg: { mean: 0.2, low: 0.1, high: 0.3 },
    longTailRecall: null,
    coverage: 0.5,
    topShare: 0.25,
  },
  backend: 'typescript',
  parts: new Map([
    ['popularity', { popularity: { shape: [2], data: Float32Array.of(3, 2) } }],
    ['ids', { 'items.bytes': { shape: [2], data: Uint8Array.of(97, 98) } }],
  ]),
};

function encoded(change: Partial<ArtifactContent> = {}) {
  const { manifest, files } = encodeArtifact({ ...content, ...change });
  const manifestBytes = files.get(manifestName) ?? new Uint8Array();
  return { manifest, files: new Map(files), manifestBytes };
}

describe('encodeArtifact', () => {
  it('reads back as it was, with every file in the manifest', () => {
    const { manifest, files, manifestBytes } = encoded();
    const read = decodeArtifact(manifestBytes, files);
    expect(read.manifest).toEqual(manifest);
    expect(read.parts).toEqual(content.parts);
    const listed = manifest.files.map(({ name }) => name);
    expect(listed).toEqual(['ids.safetensors', 'popularity.safetensors']);
    expect([...files.keys()].sort()).toEqual([...listed, manifestName].sort());
  });

  it('gives the same bytes for the same content, whatever the order of keys and parts', () => {
    const parts = new Map([...content.parts].reverse());
    const configuration = { blend: [1, 2], popularity: { count: 'users' } };
    expect(encoded({ parts, configuration }).files).toEqual(encoded().files);
  });

  it('names the version after the date and the content, not after the time', () => {
    const { version } = encoded().manifest;
    expect(version).toMatch(/^20260131-[0-9a-f]{8}$/);
    expect(encoded({ created: '2026-01-31T23:59:59Z' }).manifest.version).toBe(version);
    expect(encoded({ seed: 8 }).manifest.version).not.toBe(version);
    expect(encoded({ version: 'autumn-1' }).manifest.version).toBe('autumn-1');
  });

  it('refuses content that makes no manifest, with the path', () => {
    expect(() => encoded({ created: 'yesterday' })).toThrow(
      /manifest\.json is not valid.*created/s,
    );
    expect(() => encoded({ parts: new Map() })).toThrow(/files/);
    expect(() => encoded({ version: '../x' })).toThrow(/version/);
  });
});

describe('decodeArtifact', () => {
  const name = 'popularity.safetensors';

  function decodedWith(change: (files: Map<string, Uint8Array>) => void): () => unknown {
    const { files, manifestBytes } = encoded();
    change(files);
    return () => decodeArtifact(manifestBytes, files);
  }

  it('refuses a missing, truncated, longer or altered file with its name', () => {
    const bytes = encoded().files.get(name) ?? new Uint8Array();
    const altered = bytes.slice();
    altered[bytes.length - 1] = 1 + (altered[bytes.length - 1] ?? 0);
    expect(decodedWith((files) => files.delete(name))).toThrow(`${name} is missing`);
    expect(decodedWith((files) => files.set(name, bytes.subarray(0, -1)))).toThrow(
      `${name} is truncated: ${bytes.length - 1} bytes, not ${bytes.length}`,
    );
    expect(decodedWith((files) => files.set(name, new Uint8Array(bytes.length + 1)))).toThrow(
      `${name} is altered`,
    );
    expect(decodedWith((files) => files.set(name, altered))).toThrow(
      `${name} is altered: its SHA-256`,
    );
  });

  it('refuses a manifest that is cut off, of another format, or has an unknown key', () => {
    const { manifest, manifestBytes, files } = encoded();
    const withManifest = (value: unknown) => () =>
      decodeArtifact(new TextEncoder().encode(JSON.stringify(value)), files);
    expect(() => decodeArtifact(manifestBytes.subarray(0, 50), files)).toThrow(ArtifactError);
    expect(withManifest({ ...manifest, formatVersion: 2 })).toThrow(/formatVersion/);
    expect(withManifest({ ...manifest, extra: 1 })).toThrow(/extra/);
  });

  it('refuses a manifest that names a file outside of its folder, or one twice', () => {
    const { manifest, files } = encoded();
    const [first] = manifest.files;
    const withFiles = (list: unknown[]) => () =>
      decodeArtifact(new TextEncoder().encode(JSON.stringify({ ...manifest, files: list })), files);
    expect(withFiles([{ ...first, name: '../x.safetensors' }])).toThrow(/files\[0\].name/);
    expect(withFiles([first, first])).toThrow('names a file twice');
  });
});
