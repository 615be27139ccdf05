import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeArtifact, type EncodedArtifact } from '../../../models/artifact/artifact.ts';
import { manifestName } from '../../../models/artifact/manifest.ts';
import { fromParts, type TrainedModel } from '../../../models/recommenders/model-codec.ts';
import { simulateShop } from '../../../scripts/simulation/simulate-shop.ts';
import { databaseSource } from '../../../scripts/training/database-source.ts';
import { trainArtifact } from '../../../scripts/training/train-artifact.ts';
import { evaluateOnSplit } from '../../../services/training-data/evaluate-on-split.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { insertEvents, makePartitions } from '../../helpers/test-events.ts';

const until = new Date('2026-05-01T00:00:00Z');
const { signal } = new AbortController();

describe('databaseSource', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
    await simulateShop(test.database, {
      users: 400,
      items: 60,
      rooms: 2,
      days: 30,
      seed: 5,
      until,
    });
  });
  afterAll(() => test.drop());

  const train = async (testDays: number) => {
    const said: string[] = [];
    const artifact = await trainArtifact(databaseSource(test.database, { testDays }), {
      kind: 'item-neighbours',
      tune: 'weights',
      k: 10,
      seed: 1,
      threads: 1,
      created: until.toISOString(),
      signal,
      progress: () => ({ update: () => undefined, stop: () => undefined }),
      report: (text) => said.push(text),
    });
    return { artifact, said: said.join('') };
  };

  it('trains before the cutoff and says on which split it measured', async () => {
    const { artifact, said } = await train(5);
    const { data, metrics } = artifact.manifest;
    expect(metrics?.split).toMatchObject({ kind: 'time', testDays: 5 });
    const cutoff = metrics?.split.cutoff ?? '';
    expect(until.getTime() - Date.parse(cutoff)).toBeGreaterThanOrEqual(5 * 86_400_000);
    expect(Date.parse(data.to ?? '')).toBeLessThan(Date.parse(cutoff));
    expect(said).toMatch(/test {2,}\d+ users, \d+ interactions \(time, from 2026-04-2/);
    expect(said).toMatch(/validation {2,}\d+ users, \d+ interactions \(time\)/);
    expect(said).toMatch(/warm users {2,}\d+ of \d+/);
    expect(said).toMatch(/Recall@10, warm users {2}0\.\d{4}/);
  });

  it('is measured the same by evaluateOnSplit, which reads the split anew', async () => {
    const { artifact } = await train(5);
    const { metrics } = artifact.manifest;
    const { cutoff = '', testDays = 0 } = metrics?.split ?? {};
    const trained = reopened(artifact);
    const options = { k: 10, seed: 1, signal };
    expect(await evaluateOnSplit(test.database, trained, { cutoff, testDays }, options)).toEqual(
      metrics,
    );
    const { artifact: older } = await train(12);
    const measured = await evaluateOnSplit(
      test.database,
      reopened(older),
      { cutoff, testDays },
      options,
    );
    expect(older.manifest.data.items).toBeLessThan(artifact.manifest.data.items);
    expect(measured.split).toEqual(metrics?.split);
    await expect(
      evaluateOnSplit(
        test.database,
        trained,
        { cutoff: '2031-01-01T00:00:00Z', testDays },
        options,
      ),
    ).rejects.toThrow('no test events in the 5 days from 2031-01-01T00:00:00Z');
  });

  it('gives the same artifact for the same data and seed', async () => {
    const [first, again] = [await train(5), await train(5)];
    expect(again.artifact.manifest).toEqual(first.artifact.manifest);
    expect(first.artifact.files.has(manifestName)).toBe(true);
  });

  it('trains on everything when nothing is held out', async () => {
    const { artifact } = await train(0);
    expect(artifact.manifest.metrics).toBeNull();
    expect(Date.parse(artifact.manifest.data.to ?? '')).toBeGreaterThan(
      until.getTime() - 2 * 86_400_000,
    );
  });

  it('says what is missing when there is too little to train on', async () => {
    await expect(train(40)).rejects.toThrow(/no events before 2026-03-.* to train on/);
    const empty = await createTestDatabase();
    try {
      const load = () => databaseSource(empty.database, { testDays: 1 }).load(1, signal);
      await expect(load()).rejects.toThrow('the database has no events to train on');
      await makePartitions(empty.database, '2020-01-01T00:00:00Z', '2020-01-31T00:00:00Z');
      await insertEvents(empty.database, [
        { user: 'u1', item: 'i1', type: 'uncart', at: '2020-01-02T00:00:00Z' },
        { user: 'u1', item: 'i1', type: 'click', at: '2020-01-12T00:00:00Z' },
      ]);
      await expect(load()).rejects.toThrow('nobody took an interest in anything before');
    } finally {
      await empty.drop();
    }
  });

  it('chooses on a random tenth when the days before the cutoff hold too little', async () => {
    const few = await createTestDatabase();
    try {
      await makePartitions(few.database, '2020-01-01T00:00:00Z', '2020-01-31T00:00:00Z');
      const click = (user: number, day: number) => ({
        user: `u${user}`,
        item: `i${day}`,
        type: 'click',
        at: `2020-01-${String(day).padStart(2, '0')}T00:00:00Z`,
      });
      const days = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20];
      await insertEvents(
        few.database,
        [1, 2].flatMap((user) => days.map((day) => click(user, day))),
      );
      const data = await databaseSource(few.database, { testDays: 2 }).load(1, signal);
      expect(data.validation?.kind).toBe('random');
      expect(data.validation?.test.relevant.indices.length).toBe(2);
      expect(data.heldOut?.split).toMatchObject({ users: 2, interactions: 2 });
    } finally {
      await few.drop();
    }
  });
});

function reopened({ files }: EncodedArtifact): TrainedModel {
  const { manifest, parts } = decodeArtifact(files.get(manifestName) ?? new Uint8Array(), files);
  return fromParts(manifest.kind, parts);
}
