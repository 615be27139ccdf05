import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { eventWeights } from '../../../../models/dataset/event-weights.ts';
import {
  AudienceIndexes,
  type AudienceIndexesOptions,
} from '../../../../services/audiences/audience-indexes.ts';
import type { AudienceJob } from '../../../../services/audiences/audience-protocol.ts';
import type { AudienceThread } from '../../../../services/audiences/audience-thread.ts';
import type { ServingModel } from '../../../../services/model-registry/serving-model.ts';

/** A thread that says nothing but when it is ended. */
function threadFor({ version, before }: AudienceJob) {
  const thread = {
    version,
    computedAt: new Date(before),
    users: 1,
    bytes: 1,
    hasEnded: false,
    ask: () => Promise.reject(new Error('nothing is asked here')),
    close: async () => {
      thread.hasEnded = true;
    },
  };
  return thread;
}

interface Start {
  readonly job: AudienceJob;
  readonly signal: AbortSignal;
  readonly finish: (thread: AudienceThread) => void;
  readonly fail: (error: Error) => void;
}

describe('users that are kept for audiences', () => {
  let version: string | undefined;
  let now: Date;
  let starts: Start[];
  let indexes: AudienceIndexes;

  const make = (more: Partial<AudienceIndexesOptions> = {}) =>
    new AudienceIndexes({
      models: { current: () => (version ? ({ version } as ServingModel) : undefined) },
      start: (job, signal) =>
        new Promise((finish, fail) => {
          signal.addEventListener('abort', () => fail(new Error('aborted')));
          starts.push({ job, signal, finish, fail });
        }),
      databaseUrl: 'postgres://nowhere/',
      modelFolder: '/nowhere',
      weights: eventWeights,
      mostUsers: 10,
      freshFor: 60_000,
      patience: 20,
      now: () => now,
      logger: pino({ level: 'silent' }),
      ...more,
    });
  const versionUsed = (of = indexes) => of.use(async (thread) => thread.version);
  /** What was started finishes, and is there. */
  const finishLast = async () => {
    const last = starts.at(-1);
    if (!last) throw new Error('nothing was started');
    const thread = threadFor(last.job);
    last.finish(thread);
    await new Promise((resolve) => setImmediate(resolve));
    return thread;
  };

  beforeEach(() => {
    version = 'v1';
    now = new Date('2026-05-01T00:00:00Z');
    starts = [];
    indexes = make();
  });
  afterEach(() => indexes.close());

  it('are none without a model, and where none are wanted', async () => {
    expect(await versionUsed(make({ mostUsers: 0 }))).toEqual({ missing: 'off' });
    version = undefined;
    expect(await versionUsed()).toEqual({ missing: 'no_model' });
    expect(starts).toEqual([]);
  });

  it('are read by the first question, which waits for a while, and once', async () => {
    expect(await versionUsed()).toEqual({ missing: 'building' });
    expect(await versionUsed()).toEqual({ missing: 'building' });
    expect(starts).toHaveLength(1);
    expect(starts[0]?.job).toMatchObject({ version: 'v1', mostUsers: 10, before: now.getTime() });
    await finishLast();
    expect(await versionUsed()).toEqual({ result: 'v1' });
    expect(starts).toHaveLength(1);
  });

  it('answer a question that waits as soon as they are read', async () => {
    indexes = make({ patience: 60_000 });
    const asked = versionUsed();
    await finishLast();
    expect(await asked).toEqual({ result: 'v1' });
  });

  it('are read anew when they are old or another model is active, and answer meanwhile', async () => {
    void versionUsed();
    const first = await finishLast();
    now = new Date(now.getTime() + 59_999);
    await versionUsed();
    expect(starts).toHaveLength(1);
    now = new Date(now.getTime() + 1);
    expect(await versionUsed()).toEqual({ result: 'v1' });
    expect(starts).toHaveLength(2);
    await finishLast();
    expect(first.hasEnded).toBe(true);
    version = 'v2';
    expect(await versionUsed()).toEqual({ result: 'v1' });
    await finishLast();
    expect(await versionUsed()).toEqual({ result: 'v2' });
  });

  it('stay for a question that is under way when others take over', async () => {
    void versionUsed();
    const first = await finishLast();
    let done: () => void = () => undefined;
    const asked = indexes.use(
      () =>
        new Promise<void>((resolve) => {
          done = resolve;
        }),
    );
    version = 'v2';
    await versionUsed();
    await finishLast();
    expect(await versionUsed()).toEqual({ result: 'v2' });
    expect(first.hasEnded).toBe(false);
    done();
    await asked;
    expect(first.hasEnded).toBe(true);
  });

  it('are not read again and again where they cannot be', async () => {
    const asked = versionUsed();
    await new Promise((resolve) => setImmediate(resolve));
    starts[0]?.fail(new Error('no such model'));
    expect(await asked).toEqual({ missing: 'failed' });
    expect(await versionUsed()).toEqual({ missing: 'failed' });
    expect(starts).toHaveLength(1);
    // Another version may be better.
    version = 'v2';
    expect(await versionUsed()).toEqual({ missing: 'building' });
    expect(starts).toHaveLength(2);
  });

  it('are read again when their thread has ended', async () => {
    void versionUsed();
    await (await finishLast()).close();
    expect(await versionUsed()).toEqual({ missing: 'building' });
    expect(starts).toHaveLength(2);
  });

  it('are let go of when the service stops, also while they are being read', async () => {
    void versionUsed();
    const thread = await finishLast();
    version = 'v2';
    await versionUsed();
    await indexes.close();
    expect(thread.hasEnded).toBe(true);
    expect(starts[1]?.signal.aborted).toBe(true);
  });
});
