import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeArtifact } from '../../../models/artifact/artifact.ts';
import { manifestName } from '../../../models/artifact/manifest.ts';
import type { ModelKind } from '../../../models/recommenders/model.ts';
import { fromParts } from '../../../models/recommenders/model-codec.ts';
import { simulateShop } from '../../../scripts/simulation/simulate-shop.ts';
import { databaseSource } from '../../../scripts/training/database-source.ts';
import { reportRun } from '../../../scripts/training/report-run.ts';
import { databaseShop } from '../../../scripts/training/shop.ts';
import { type TrainedArtifact, trainArtifact } from '../../../scripts/training/train-artifact.ts';
import { evaluateOnSplit } from '../../../services/training-data/evaluate-on-split.ts';
import { activateArtifact } from '../../helpers/published-model.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';

const until = new Date('2026-05-01T00:00:00Z');

describe('reportRun on a database', () => {
  let test: TestDatabase;
  let candidate: TrainedArtifact;
  beforeAll(async () => {
    test = await createTestDatabase();
    const size = { users: 400, items: 60, rooms: 2, days: 30 };
    await simulateShop(test.database, { ...size, seed: 5, until });
    candidate = await trained('als', 5);
  });
  afterAll(() => test.drop());

  const options = {
    ...{ k: 10, seed: 1, threads: 1, created: until.toISOString() },
    signal: new AbortController().signal,
    progress: () => ({ update: () => undefined, stop: () => undefined }),
  };
  const trained = (kind: ModelKind, testDays: number) =>
    trainArtifact(databaseSource(test.database, { testDays }), {
      ...options,
      ...{ kind, tune: 'none' as const, report: () => undefined },
    });
  const reported = async () => {
    const said: string[] = [];
    const { run, data, watch } = candidate;
    const report = await reportRun(run, data, {
      ...options,
      ...{ dataset: 'database', shop: databaseShop(test.database), watch },
      report: (text) => said.push(text),
    });
    return { report, said: said.join('') };
  };

  it('says that there is no active version, and names items by their titles', async () => {
    const { report } = await reported();
    expect(report.active).toEqual({
      why: 'No version is active yet: this model would be the first one.',
    });
    expect(report.models.map(({ name, role }) => [name, role])).toEqual([
      ['als', 'model'],
      ['popularity', 'baseline'],
    ]);
    expect(report.neighbours.length).toBe(4);
    for (const { item, similar } of report.neighbours) {
      expect([item, ...similar].every(({ title }) => (title ?? '').length > 0)).toBe(true);
    }
  });

  it('sets the active version beside it as evaluateOnSplit measures it', async () => {
    const older = await trained('item-neighbours', 12);
    expect(older.manifest.data.items).toBeLessThan(candidate.manifest.data.items);
    await activateArtifact(test.database, older);
    const { report, said } = await reported();
    const { cutoff = '', testDays = 0 } = candidate.manifest.metrics?.split ?? {};
    const { manifest, parts } = decodeArtifact(
      older.files.get(manifestName) ?? new Uint8Array(),
      older.files,
    );
    const expected = await evaluateOnSplit(
      test.database,
      fromParts(manifest.kind, parts),
      { cutoff, testDays },
      options,
    );
    const active = report.models.find(({ role }) => role === 'active');
    expect(active?.metrics.recall).toEqual(expected.recall);
    expect(active?.metrics.ndcg).toEqual(expected.ndcg);
    const [model] = report.models;
    expect(active?.gain?.ndcg.difference.mean).toBeCloseTo(
      (model?.metrics.ndcg.mean ?? 0) - expected.ndcg.mean,
      12,
    );
    expect(said).toContain(`active version  ${older.manifest.version} (item-neighbours)`);
    expect(report.active).toMatchObject({ version: older.manifest.version });
    if ('why' in report.active) throw new Error(report.active.why);
    const { gained, lost, overlap } = report.active;
    expect(overlap.mean).toBeGreaterThan(0);
    expect(overlap.mean).toBeLessThan(1);
    for (const { before, after } of gained) expect(after).toBeGreaterThan(before);
    for (const { before, after } of lost) expect(after).toBeLessThan(before);
  });

  it('compares lists alone with a version that has learnt from the test', async () => {
    await activateArtifact(test.database, await trained('popularity', 0));
    const { report, said } = await reported();
    expect(report.models.some(({ role }) => role === 'active')).toBe(false);
    expect(report.active).toMatchObject({
      unfair: expect.stringContaining('has learnt from events up to'),
      overlap: { mean: expect.any(Number) },
    });
    expect(said).toContain('not in the table: the active');
  });

  it('says so where the active version cannot be read', async () => {
    await test.database.query(
      `update model_files set bytes = $1::bytea
       where name = 'ids.safetensors' and version = (
         select version from model_versions where active)`,
      [Buffer.from('none')],
    );
    const { report } = await reported();
    expect(report.active).toEqual({
      why: expect.stringMatching(/^The active version cannot be read: ids\.safetensors is/),
    });
  });
});
