import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EncodedArtifact } from '../../../models/artifact/artifact.ts';
import type { ManifestMetrics } from '../../../models/artifact/manifest.ts';
import { rowOf } from '../../../models/dataset/sparse-matrix.ts';
import { createItemNeighboursTrainer } from '../../../models/recommenders/item-neighbours.ts';
import type { Model } from '../../../models/recommenders/model.ts';
import { createPopularityTrainer } from '../../../models/recommenders/popularity.ts';
import { createModelPublisher } from '../../../services/create-services.ts';
import { ModelPublisher } from '../../../services/model-registry/model-publisher.ts';
import { ModelRegistryStore } from '../../../services/model-registry/model-registry-store.ts';
import { evaluateOnSplit } from '../../../services/training-data/evaluate-on-split.ts';
import { encodeModel, encodeTwoBlocks } from '../../helpers/published-model.ts';
import { twoBlocks } from '../../helpers/recommender-suite.ts';
import { insertEvents, insertItems } from '../../helpers/small-shop.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';

const interval = (mean: number) => ({ mean, low: mean, high: mean });

/** The figures of a model that was tested on events from a day of March on. */
function measured(ndcg: number, day = 1, fingerprint = String(day).repeat(64)): ManifestMetrics {
  return {
    split: {
      kind: 'time',
      cutoff: `2026-03-0${day}T00:00:00.000Z`,
      testDays: 1,
      fingerprint: fingerprint.slice(0, 64),
      users: 10,
      interactions: 20,
    },
    k: 20,
    recall: interval(ndcg),
    ndcg: interval(ndcg),
    longTailRecall: null,
    coverage: 1,
    topShare: null,
  };
}

const upTo = (day: number) => ({
  from: '2026-01-01T00:00:00.000Z',
  to: `2026-03-0${day}T00:00:00.000Z`,
});

describe('publishing', () => {
  let test: TestDatabase;
  let store: ModelRegistryStore;
  beforeEach(async () => {
    test = await createTestDatabase();
    store = new ModelRegistryStore(test.database);
  });
  afterEach(() => test.drop());

  const publisher = () =>
    new ModelPublisher({ store, measure: () => Promise.reject(new Error('nothing to measure')) });
  const publish = ({ manifest, files }: EncodedArtifact, options = {}) =>
    publisher().publish(manifest, files, options);
  const artifact = (version: string, metrics: ManifestMetrics | null = null, data = upTo(1)) =>
    encodeTwoBlocks({ version, metrics, data });
  const activeVersions = async () => {
    const rows = await test.database.query<{ version: string }>(
      'select version from model_versions where active',
    );
    return rows.map(({ version }) => version);
  };

  it('activates the first version without a comparison', async () => {
    const published = await publish(await artifact('a'));
    expect(published).toMatchObject({ version: 'a', replaced: undefined, comparison: undefined });
    expect(await activeVersions()).toEqual(['a']);
  });

  it('keeps the files byte for byte', async () => {
    const a = await artifact('a');
    await publish(a);
    const kept = await store.files('a');
    expect([...kept.keys()].sort()).toEqual([...a.files.keys()].sort());
    for (const [name, bytes] of a.files)
      expect(Buffer.from(kept.get(name) ?? [])).toEqual(Buffer.from(bytes));
  });

  it('keeps a file of more than one chunk', async () => {
    const { manifest, files } = await artifact('a');
    const large = Uint8Array.from({ length: 9_000_001 }, (_, n) => n % 251);
    await store.register(
      manifest,
      new Map([...files, ['large', large], ['none', new Uint8Array()]]),
    );
    const kept = await store.files('a');
    expect(Buffer.from(kept.get('large') ?? []).equals(large)).toBe(true);
    expect(kept.get('none')).toHaveLength(0);
  });

  it('activates a version that is as good on the same split, and tells both figures', async () => {
    await publish(await artifact('a', measured(0.2)));
    expect(await publish(await artifact('b', measured(0.2)))).toMatchObject({
      replaced: 'a',
      comparison: { metric: 'NDCG@20', candidate: 0.2, active: 0.2, measuredAnew: false },
    });
    expect(await activeVersions()).toEqual(['b']);
  });

  it('refuses a version that is worse on the same split', async () => {
    await publish(await artifact('a', measured(0.2)));
    await expect(publish(await artifact('b', measured(0.19)))).rejects.toThrow(
      'b is not activated: it is worse on the same split: NDCG@20 0.1900, the active a has 0.2000',
    );
    expect(await activeVersions()).toEqual(['a']);
  });

  it('takes a version that is worse by no more than the tolerance', async () => {
    await publish(await artifact('a', measured(0.2)));
    const b = await artifact('b', measured(0.19));
    await expect(publish(b, { tolerance: 0.04 })).rejects.toThrow('worse');
    expect(await publish(b, { tolerance: 0.06 })).toMatchObject({ forced: undefined });
  });

  it('activates what is worse when it is forced to', async () => {
    await publish(await artifact('a', measured(0.2)));
    const published = await publish(await artifact('b', measured(0.1)), { force: true });
    expect(published.forced).toContain('worse');
    expect(await activeVersions()).toEqual(['b']);
  });

  it('refuses a version without figures', async () => {
    await publish(await artifact('a', measured(0.2)));
    await expect(publish(await artifact('b'))).rejects.toThrow('b has not been measured');
  });

  it('refuses versions of different splits where none can be taken again', async () => {
    const given = (fingerprint: string): ManifestMetrics => {
      const metrics = measured(0.3, 1, fingerprint.repeat(64));
      return { ...metrics, split: { ...metrics.split, kind: 'given' } };
    };
    await publish(await artifact('a', given('a')));
    await expect(publish(await artifact('b', given('b')))).rejects.toThrow('different splits');
  });

  it('measures the active version on the split of the candidate when it has not seen that', async () => {
    const candidate = await artifact('b', measured(0.2, 3), upTo(3));
    await publish(await artifact('a', measured(0.5, 2), upTo(3)));
    const asked: string[] = [];
    const measuring = (ndcg: number) =>
      new ModelPublisher({
        store,
        measure: async ({ items }, { cutoff, testDays }, { k }) => {
          asked.push(`${items.size} items, ${testDays} day from ${cutoff}, ${k}`);
          return measured(ndcg, 3);
        },
      });
    const b = [candidate.manifest, candidate.files] as const;
    await expect(measuring(0.21).publish(...b)).rejects.toThrow('0.2000, the active a has 0.2100');
    expect(await measuring(0.19).publish(...b)).toMatchObject({
      comparison: { candidate: 0.2, active: 0.19, measuredAnew: true },
    });
    expect(asked).toEqual(Array(2).fill('12 items, 1 day from 2026-03-03T00:00:00.000Z, 20'));
  });

  it('refuses to compare with a version that has learnt from the test of the candidate', async () => {
    await publish(await artifact('a', measured(0.5, 2), upTo(4)));
    await expect(publish(await artifact('b', measured(0.2, 3), upTo(3)))).rejects.toThrow(
      'the active a has learnt from events up to 2026-03-04',
    );
  });

  it('refuses to compare when the events of the split have changed', async () => {
    await publish(await artifact('a', measured(0.5, 2), upTo(3)));
    const changing = new ModelPublisher({
      store,
      measure: async () => measured(0.1, 3, 'f'.repeat(64)),
    });
    const { manifest, files } = await artifact('b', measured(0.2, 3), upTo(3));
    await expect(changing.publish(manifest, files)).rejects.toThrow('have changed since');
  });

  it('changes nothing when the same artifact is published again', async () => {
    const a = await artifact('a', measured(0.2));
    await publish(a);
    expect(await publish(a)).toMatchObject({ version: 'a', replaced: 'a' });
    await expect(store.rollback()).rejects.toThrow('no model was active before a');
  });

  it('refuses another artifact under a version that is taken', async () => {
    await publish(await artifact('a', measured(0.2)));
    await expect(publish(await artifact('a', measured(0.3)))).rejects.toThrow(
      'version a is another artifact already',
    );
  });

  it.each(['missing', 'truncated', 'altered'])('names a file that is %s', async (how) => {
    const { manifest, files } = await artifact('a');
    const broken = new Map(files);
    const name = 'item-neighbours.safetensors';
    const bytes = (files.get(name) ?? new Uint8Array()).slice();
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    if (how === 'missing') broken.delete(name);
    else broken.set(name, how === 'altered' ? bytes : bytes.subarray(1));
    await expect(publisher().publish(manifest, broken)).rejects.toThrow(`${name} is ${how}`);
    expect(await test.database.query('select 1 from model_versions')).toEqual([]);
  });

  it('leaves exactly one version active when many are published at once', async () => {
    const artifacts = await Promise.all(
      Array.from({ length: 8 }, (_, n) => artifact(`v${n}`, measured(0.1 + n / 100))),
    );
    const ends = await Promise.allSettled(artifacts.map((one) => publish(one)));
    const refused = ends.filter(({ status }) => status === 'rejected');
    for (const end of refused)
      expect(String((end as PromiseRejectedResult).reason)).toMatch('worse');
    // The best is refused by none.
    expect(await activeVersions()).toEqual(['v7']);
    const standing = await test.database.query('select 1 from model_activations');
    expect(standing).toHaveLength(ends.length - refused.length);
  });

  it('registers once what is published twice at once', async () => {
    const a = await artifact('a');
    const ends = await Promise.all([publish(a), publish(a), publish(a)]);
    expect(ends.map(({ version }) => version)).toEqual(['a', 'a', 'a']);
    expect(await test.database.query('select 1 from model_activations')).toHaveLength(1);
  });

  it('rolls back step by step to the first version, and no further', async () => {
    for (const version of ['a', 'b', 'c']) await publish(await artifact(version), { force: true });
    expect(await store.rollback()).toEqual({ from: 'c', to: 'b' });
    expect(await activeVersions()).toEqual(['b']);
    expect(await store.rollback()).toEqual({ from: 'b', to: 'a' });
    await expect(store.rollback()).rejects.toThrow('no model was active before a');
    expect(await activeVersions()).toEqual(['a']);
  });

  it('rolls back through a version that was active twice', async () => {
    for (const version of ['a', 'b', 'a']) await publish(await artifact(version), { force: true });
    expect(await store.rollback()).toEqual({ from: 'a', to: 'b' });
    expect(await store.rollback()).toEqual({ from: 'b', to: 'a' });
    await expect(store.rollback()).rejects.toThrow('no model was active before a');
  });

  it('goes back to where it was after a rollback and a new version', async () => {
    for (const version of ['a', 'b']) await publish(await artifact(version), { force: true });
    await store.rollback();
    await publish(await artifact('c'), { force: true });
    expect(await store.rollback()).toEqual({ from: 'c', to: 'a' });
  });

  it('has nothing to roll back in an empty registry', async () => {
    await expect(store.rollback()).rejects.toThrow('no model is active');
  });

  it('measures the active version on the events in the database', async () => {
    // Everybody does what the two blocks of taste say, and on the last day wants what they lack.
    const { users, items, interactions } = twoBlocks();
    const before = users.ids().flatMap((userId, user) =>
      Array.from(rowOf(interactions, user).indices, (item) => ({
        userId,
        itemId: items.idOf(item),
        type: 'like',
        occurredAt: '2026-02-01T00:00:00Z',
      })),
    );
    const after = users.ids().map((userId, user) => {
      return { userId, itemId: items.idOf(user), type: 'like', occurredAt: '2026-03-03T12:00:00Z' };
    });
    await insertItems(
      test.database,
      items.ids().map((itemId) => ({ itemId })),
    );
    await insertEvents(test.database, [...before, ...after]);
    const split = { cutoff: '2026-03-03T00:00:00.000Z', testDays: 1 };
    const measuredOf = (model: Model) =>
      evaluateOnSplit(test.database, { model, items }, split, { k: 1, seed: 0 });

    const good = await createItemNeighboursTrainer().fit(twoBlocks(), { seed: 1 });
    const poor = await createPopularityTrainer().fit(twoBlocks(), { seed: 1 });
    const encode = (model: Model, version: string, metrics: ManifestMetrics) =>
      encodeModel(model, items, { version, metrics, data: upTo(2) });
    await publish(encode(poor, 'poor', measured(0.9, 2)));
    const publishing = createModelPublisher(test.database);
    const next = encode(good, 'good', await measuredOf(good));
    const published = await publishing.publish(next.manifest, next.files);
    // All items are as popular: the first that a user lacks is the right one for the first block,
    // whose users lack one of its items, and for nobody of the second.
    expect(published.comparison).toEqual({
      metric: 'NDCG@1',
      candidate: 1,
      active: 0.5,
      measuredAnew: true,
    });

    const worse = encode(poor, 'worse', await measuredOf(poor));
    await expect(publishing.publish(worse.manifest, worse.files)).rejects.toThrow(
      'the active good has 1.0000',
    );
  });
});
