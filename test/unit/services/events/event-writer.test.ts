import { describe, expect, it } from '@jest/globals';
import { UnavailableError } from '../../../../services/errors.ts';
import {
  type EventSink,
  EventWriter,
  type EventWriterOptions,
} from '../../../../services/events/event-writer.ts';
import type { NewEvent } from '../../../../services/events/events-store.ts';

const event = (eventId: string): NewEvent => ({
  eventId,
  userId: 'u1',
  sessionId: null,
  itemId: 'i1',
  skuId: null,
  roomId: null,
  type: 'click',
  value: null,
  quantity: null,
  unitPrice: null,
  orderId: null,
  reason: null,
  properties: null,
  occurredAt: '2026-01-31T12:00:00.000Z',
});

const events = (...ids: string[]) => ids.map(event);

/** A sink whose statements wait until they are let go, and that keeps ids like the database. */
class HeldSink implements EventSink {
  readonly statements: string[][] = [];
  readonly stored = new Set<string>();
  readonly #gates: (() => void)[] = [];
  failWith: (ids: readonly string[]) => unknown = () => undefined;

  async insert(batch: readonly NewEvent[]): Promise<Set<string>> {
    const ids = batch.map((each) => each.eventId);
    this.statements.push(ids);
    await new Promise<void>((resolve) => this.#gates.push(resolve));
    const failure = this.failWith(ids);
    if (failure !== undefined) throw failure;
    const known = new Set(ids.filter((id) => this.stored.has(id)));
    for (const id of ids) this.stored.add(id);
    return known;
  }

  /** Lets the statements finish one after another until there is none left. */
  async finish(): Promise<void> {
    let idle = 0;
    while (idle < 10) {
      const gate = this.#gates.shift();
      idle = gate === undefined ? idle + 1 : 0;
      gate?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function setUp(options: Partial<EventWriterOptions> = {}) {
  const sink = new HeldSink();
  const batches: number[] = [];
  const splits: unknown[] = [];
  const writer = new EventWriter(sink, {
    inFlight: 1,
    worthwhileBatch: 1,
    largestBatch: 10,
    mostWaiting: 100,
    onBatch: (size) => batches.push(size),
    onSplit: (error) => splits.push(error),
    ...options,
  });
  return { sink, writer, batches, splits };
}

const poison = (ids: readonly string[]) =>
  ids.includes('bad') ? Object.assign(new Error('poison'), { code: '22P02' }) : undefined;

describe('the event writer', () => {
  it('puts what arrives during a statement into the next one', async () => {
    const { sink, writer, batches } = setUp();
    const answers = [writer.write(events('a')), writer.write(events('b', 'c'))];
    answers.push(writer.write(events('d')));
    await sink.finish();
    expect(await Promise.all(answers)).toEqual([
      { accepted: 1, duplicates: 0 },
      { accepted: 2, duplicates: 0 },
      { accepted: 1, duplicates: 0 },
    ]);
    expect(sink.statements).toEqual([['a'], ['b', 'c', 'd']]);
    expect(batches).toEqual([1, 3]);
  });

  it('answers a call only when its statement is over', async () => {
    const { sink, writer } = setUp();
    let answered = false;
    const writing = writer.write(events('a')).then(() => {
      answered = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    await sink.finish();
    await writing;
    expect(answered).toBe(true);
  });

  it('keeps as many statements under way as it may', async () => {
    const { sink, writer } = setUp({ inFlight: 2 });
    const answers = ['a', 'b', 'c', 'd'].map((id) => writer.write(events(id)));
    expect(sink.statements).toEqual([['a'], ['b']]);
    await sink.finish();
    await Promise.all(answers);
    expect(sink.statements).toEqual([['a'], ['b'], ['c', 'd']]);
  });

  it('starts a further statement only when enough has gathered for it', async () => {
    const { sink, writer } = setUp({ inFlight: 2, worthwhileBatch: 3 });
    const answers = ['a', 'b', 'c'].map((id) => writer.write(events(id)));
    expect(sink.statements).toEqual([['a']]);
    answers.push(writer.write(events('d')), writer.write(events('e')));
    expect(sink.statements).toEqual([['a'], ['b', 'c', 'd']]);
    await sink.finish();
    await Promise.all(answers);
    expect(sink.statements).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  });

  it('does not put more than the largest batch together, and never divides a call', async () => {
    const { sink, writer } = setUp({ largestBatch: 3 });
    const answers = [
      writer.write(events('a')),
      writer.write(events('b', 'c')),
      writer.write(events('d', 'e')),
      writer.write(events('f', 'g', 'h', 'i')),
    ];
    await sink.finish();
    await Promise.all(answers);
    expect(sink.statements).toEqual([['a'], ['b', 'c'], ['d', 'e'], ['f', 'g', 'h', 'i']]);
  });

  it('counts an id once within a call, between calls and against what is stored', async () => {
    const { sink, writer } = setUp();
    sink.stored.add('old');
    const answers = [
      writer.write(events('first')),
      writer.write(events('a', 'a', 'old')),
      writer.write(events('a', 'b', 'old')),
    ];
    await sink.finish();
    expect(await Promise.all(answers)).toEqual([
      { accepted: 1, duplicates: 0 },
      { accepted: 1, duplicates: 2 },
      { accepted: 1, duplicates: 2 },
    ]);
    expect(sink.statements[1]).toEqual(['a', 'old', 'b']);
  });

  it('does not let the data of one call fail the others', async () => {
    const { sink, writer, splits } = setUp();
    sink.failWith = poison;
    const answers = [
      writer.write(events('first')),
      writer.write(events('a')),
      writer.write(events('bad', 'x')),
      writer.write(events('b')),
    ];
    const settled = Promise.allSettled(answers);
    await sink.finish();
    expect((await settled).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    await expect(answers[2]).rejects.toThrow('poison');
    expect([...sink.stored]).toEqual(['first', 'a', 'b']);
    expect(splits).toHaveLength(1);
  });

  it('tries a call that was alone once more, because it may have met a deadlock', async () => {
    const { sink, writer } = setUp();
    let failures = 1;
    sink.failWith = () =>
      failures-- > 0 ? Object.assign(new Error('deadlock'), { code: '40P01' }) : undefined;
    const answer = writer.write(events('a'));
    await sink.finish();
    expect(await answer).toEqual({ accepted: 1, duplicates: 0 });
  });

  it.each([
    ['the connection is gone', new UnavailableError('the database does not answer')],
    ['a statement times out', Object.assign(new Error('canceled'), { code: '57014' })],
    ['the disk is full', Object.assign(new Error('full'), { code: '53100' })],
  ])('refuses all calls of a statement without trying again when %s', async (_name, failure) => {
    const { sink, writer, splits } = setUp();
    sink.failWith = () => failure;
    const answers = [writer.write(events('a')), writer.write(events('b'))];
    answers.push(writer.write(events('c')));
    const settled = Promise.allSettled(answers);
    await sink.finish();
    for (const result of await settled) {
      expect(result.status === 'rejected' && result.reason).toBeInstanceOf(UnavailableError);
    }
    expect(sink.statements).toEqual([['a'], ['b', 'c']]);
    expect(splits).toEqual([]);
  });

  it('refuses calls when too much is waiting, and takes them again afterwards', async () => {
    const { sink, writer } = setUp({ mostWaiting: 3 });
    const first = writer.write(events('under way'));
    const second = writer.write(events('a', 'b'));
    await expect(writer.write(events('c', 'd'))).rejects.toThrow('2 events are waiting');
    const third = writer.write(events('e'));
    await sink.finish();
    await Promise.all([first, second, third]);
    const fourth = writer.write(events('c', 'd'));
    await sink.finish();
    expect(await fourth).toEqual({ accepted: 2, duplicates: 0 });
  });

  it('writes what it has taken before it is closed, and takes no more', async () => {
    const { sink, writer } = setUp();
    const answers = [writer.write(events('a')), writer.write(events('b'))];
    const closing = writer.close();
    await expect(writer.write(events('c'))).rejects.toBeInstanceOf(UnavailableError);
    await sink.finish();
    await closing;
    await Promise.all(answers);
    expect([...sink.stored]).toEqual(['a', 'b']);
  });
});
