import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { UnavailableError } from '../../../../services/errors.ts';
import { ExposureLog, type LogOutcome } from '../../../../services/exposure/exposure-log.ts';
import type { LoggedAnswer } from '../../../../services/exposure/logged-answer.ts';

const answer = (requestId: string): LoggedAnswer => ({
  requestId,
  viewer: { userId: 'u', sessionId: null },
  roomId: null,
  modelVersion: null,
  variant: 'default',
  shownAt: new Date(0),
  items: [{ itemId: 'i', source: 'popularity', score: 1 }],
});

/** A sink whose writes end when they are told to. */
class Sink {
  readonly batches: string[][] = [];
  readonly #ends: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  write(answers: readonly LoggedAnswer[]): Promise<void> {
    this.batches.push(answers.map(({ requestId }) => requestId));
    return new Promise((resolve, reject) => this.#ends.push({ resolve, reject }));
  }

  async end(error?: unknown): Promise<void> {
    const next = this.#ends.shift();
    if (error === undefined) next?.resolve();
    else next?.reject(error);
    await jest.advanceTimersByTimeAsync(0);
  }
}

describe('ExposureLog', () => {
  let sink: Sink;
  let log: ExposureLog;
  let outcomes: Record<LogOutcome, number>;
  let errors: boolean[];
  beforeEach(() => {
    jest.useFakeTimers();
    sink = new Sink();
    outcomes = { written: 0, dropped: 0, failed: 0 };
    errors = [];
    log = new ExposureLog(sink, {
      ...{ gatherFor: 100, largestBatch: 3, mostWaiting: 5 },
      onOutcome: (outcome, answers) => {
        outcomes[outcome] += answers;
      },
      onError: (_, isTriedAgain) => errors.push(isTriedAgain),
    });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('writes what has gathered, after a while', async () => {
    log.add(answer('a'));
    await jest.advanceTimersByTimeAsync(60);
    log.add(answer('b'));
    expect(sink.batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(40);
    expect(sink.batches).toEqual([['a', 'b']]);
    await sink.end();
    expect(outcomes.written).toBe(2);
  });

  it('does not wait when there are enough for a statement, and writes one at a time', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) log.add(answer(id));
    expect(sink.batches).toEqual([['a', 'b', 'c']]);
    await sink.end();
    expect(sink.batches).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e', 'f'],
    ]);
    await sink.end();
    await jest.advanceTimersByTimeAsync(100);
    expect(sink.batches.at(-1)).toEqual(['g']);
  });

  it('drops and counts what does not fit, and takes more when there is room', async () => {
    for (const id of ['a', 'b', 'c']) log.add(answer(id));
    for (const id of ['d', 'e', 'f', 'g', 'h', 'i', 'j']) log.add(answer(id));
    expect(outcomes.dropped).toBe(2);
    await sink.end();
    log.add(answer('k'));
    expect(outcomes.dropped).toBe(2);
  });

  it('keeps what an outage did not let it write, in its order', async () => {
    log.add(answer('a'));
    await jest.advanceTimersByTimeAsync(100);
    log.add(answer('b'));
    await sink.end(new UnavailableError('out'));
    expect(errors).toEqual([true]);
    await jest.advanceTimersByTimeAsync(100);
    expect(sink.batches.at(-1)).toEqual(['a', 'b']);
    await sink.end(Object.assign(new Error('shutting down'), { code: '57P01' }));
    await jest.advanceTimersByTimeAsync(100);
    await sink.end();
    expect(outcomes).toEqual({ written: 2, dropped: 0, failed: 0 });
  });

  it('gives up answers that cannot be written, and goes on with the next', async () => {
    for (const id of ['a', 'b', 'c', 'd']) log.add(answer(id));
    await sink.end(new Error('bad'));
    await jest.advanceTimersByTimeAsync(100);
    await sink.end();
    expect(errors).toEqual([false]);
    expect(outcomes).toEqual({ written: 1, dropped: 0, failed: 3 });
  });

  it('writes what waits before it closes, and takes nothing after', async () => {
    for (const id of ['a', 'b', 'c', 'd']) log.add(answer(id));
    const closed = log.close();
    log.add(answer('late'));
    await sink.end();
    await sink.end();
    await closed;
    expect(sink.batches).toEqual([['a', 'b', 'c'], ['d']]);
    expect(outcomes).toEqual({ written: 4, dropped: 1, failed: 0 });
  });

  it('closes also when the database is out', async () => {
    for (const id of ['a', 'b', 'c', 'd']) log.add(answer(id));
    const closed = log.close();
    await sink.end(new UnavailableError('out'));
    await sink.end(new UnavailableError('out'));
    await closed;
    expect(outcomes).toEqual({ written: 0, dropped: 0, failed: 4 });
  });

  it('has nothing to say about an answer without items', async () => {
    log.add({ ...answer('a'), items: [] });
    await log.close();
    expect(sink.batches).toEqual([]);
  });
});
