import { describe, expect, it } from '@jest/globals';
import { decodeArtifact } from '../../../../models/artifact/artifact.ts';
import { manifestName } from '../../../../models/artifact/manifest.ts';
import { sha256 } from '../../../../models/artifact/sha256.ts';
import type { ModelKind } from '../../../../models/recommenders/model.ts';
import { fromParts } from '../../../../models/recommenders/model-codec.ts';
import { folderSource } from '../../../../scripts/training/folder-source.ts';
import { trainArtifact } from '../../../../scripts/training/train-artifact.ts';
import type { Tune } from '../../../../scripts/training/train-model.ts';
import { modelKinds, type Settings } from '../../../../scripts/training/trainers.ts';
import type { WarmStart } from '../../../../scripts/training/warm-start.ts';
import { blockFiles, withFolder } from '../../../helpers/dataset-folder.ts';
import { historyFrom, scoresOf } from '../../../helpers/recommender-suite.ts';

const { train, test } = blockFiles(60);
const blocks = { 'train.txt': train, 'test.txt.gz': test };

interface Change {
  readonly kind?: ModelKind;
  readonly tune?: Tune;
  readonly seed?: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly given?: Settings;
  readonly warmStart?: WarmStart;
}

function trained(change: Change = {}, files: Record<string, string> = blocks) {
  const reports: string[] = [];
  const options = {
    kind: 'hybrid' as const,
    tune: 'weights' as const,
    k: 2,
    seed: 1,
    threads: 1,
    created: '2026-01-31T12:00:00.000Z',
    signal: new AbortController().signal,
    progress: () => ({ update: () => undefined, stop: () => undefined }),
    report: (text: string) => reports.push(text),
    ...change,
  };
  return withFolder(files, async (folder) => {
    const source = { ...folderSource(folder), name: 'blocks' };
    return { ...(await trainArtifact(source, options)), report: reports.join('') };
  });
}

describe('trainArtifact', () => {
  it.each(modelKinds)(
    'makes an artifact of %s that reads back and says what it is',
    async (kind) => {
      const { manifest, files } = await trained({ kind });
      const read = decodeArtifact(files.get(manifestName) ?? new Uint8Array(), files);
      const { model, items } = fromParts(read.manifest.kind, read.parts);
      expect([model.kind, items.size]).toEqual([kind, 20]);
      expect(scoresOf(model, historyFrom([0])).every(Number.isFinite)).toBe(true);
      expect(manifest).toMatchObject({
        kind,
        data: { from: null, to: null, users: 60, items: 20, interactions: 480 },
        metrics: { k: 2, split: { kind: 'given', users: 60, interactions: 120 } },
      });
    },
  );

  it('finds the two held-out items of every user where taste is plain', async () => {
    const { manifest, report } = await trained();
    expect(manifest.metrics).toMatchObject({
      recall: { mean: 1, low: 1, high: 1 },
      ndcg: { mean: 1 },
      coverage: 1,
    });
    expect(report).toContain('Recall@2');
    expect(report).toContain('1.0000  (95 % 1.0000 to 1.0000)');
  });

  it('gives the same bytes for the same data, settings and seed, on any number of threads', async () => {
    const { files } = await trained();
    expect((await trained({ threads: 2 })).files).toEqual(files);
    expect((await trained({ seed: 2 })).files).not.toEqual(files);
  });

  it('records every setting and the weights, and not the number of threads', async () => {
    const { configuration } = (await trained()).manifest;
    expect(configuration).toMatchObject({
      popularity: { count: 'users' },
      slim: { neighbours: 200 },
      als: { epochs: 8 },
      weights: { popularity: 0, slim: 1, als: 1 },
    });
    expect(JSON.stringify(configuration)).not.toContain('threads');
  });

  it('keeps the simple rule where there is nothing to validate on, and measures nothing without a test', async () => {
    const { manifest, report } = await trained({}, { 'train.txt': 'ann hat\nbob cap\nzoe hat\n' });
    expect(manifest.configuration).toMatchObject({ weights: { slim: 1, als: 1 } });
    expect(manifest.metrics).toBeNull();
    expect(report).toContain('gain-not-clear');
  });

  it('starts from a parent with its settings, and says so in the manifest', async () => {
    const first = await trained({ tune: 'none', given: { als: { dimensions: 8 } } });
    const parent = {
      manifest: first.manifest,
      sha256: sha256(first.files.get(manifestName) ?? ''),
      parent: fromParts(
        'hybrid',
        decodeArtifact(first.files.get(manifestName) ?? new Uint8Array(), first.files).parts,
      ),
    };
    const { manifest, report, files } = await trained({ tune: 'none', warmStart: parent });
    expect(manifest.configuration).toEqual(first.manifest.configuration);
    expect(manifest.parent).toEqual({
      version: first.manifest.version,
      sha256: parent.sha256,
      components: ['als'],
      items: 20,
    });
    expect(report).toContain(`starts from  als of ${first.manifest.version}, 20 items known`);
    expect((await trained({ tune: 'none', warmStart: parent, threads: 2 })).files).toEqual(files);
  });

  it('stops with the reason of its signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(trained({ signal })).rejects.toThrow('enough');
  });
});
