import { beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { UnavailableError } from '../../../../services/errors.ts';
import type { StreamMessage } from '../../../../services/http/event-stream.ts';
import { createMetrics } from '../../../../services/http/metrics.ts';
import {
  type RoomRanking,
  RoomStreams,
  type StreamClient,
} from '../../../../services/rooms/room-streams.ts';
import type { ConcernedStreams, RoomView } from '../../../../services/rooms/stream-index.ts';

/** A client that reads when it is told to. */
class FakeClient implements StreamClient {
  readonly messages: StreamMessage[] = [];
  beats = 0;
  isSlow = false;
  isOpen = true;
  #isFull = false;
  #listeners: (() => void)[] = [];
  onReady = () => {};

  get isReady() {
    return this.isOpen && !this.#isFull;
  }

  send(message: StreamMessage) {
    this.messages.push(message);
    this.#isFull = this.isSlow;
  }

  beat() {
    this.beats += 1;
  }

  read() {
    this.#isFull = false;
    this.onReady();
  }

  onClose(listener: () => void) {
    this.#listeners.push(listener);
  }

  end() {
    this.isOpen = false;
    for (const listener of this.#listeners) listener();
  }

  destroy() {
    this.end();
  }

  get ids() {
    return this.messages.map(({ id }) => id);
  }
}

/** Time that stands still until it is moved. */
class FakeClock {
  #now = 0;
  #timers: { at: number; run: () => void }[] = [];

  now() {
    return this.#now;
  }

  after(milliseconds: number, run: () => void) {
    const timer = { at: this.#now + milliseconds, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  async move(milliseconds: number) {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.run();
      await settled();
    }
    this.#now = end;
    await settled();
  }
}

/** Every promise that can go on has. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const nothing: ConcernedStreams = {
  ...{ everything: false, rooms: new Set(), viewers: new Set(), items: new Map() },
};

describe('open streams', () => {
  let clock: FakeClock;
  let streams: RoomStreams<RoomView>;
  /** What each viewer would see, by viewer. */
  let looks: Map<string, { id: string; items: string[] }>;
  let ranked: string[];
  let error: Error | undefined;
  /** Rankings wait for this. */
  let gate: Promise<void>;

  /** Viewers who cannot be ranked at once. */
  let missing: Set<string>;

  const rank = ({ viewer }: RoomView): RoomRanking => {
    ranked.push(viewer);
    if (error) throw error;
    const { id, items } = looks.get(viewer) ?? { id: 'first', items: [] };
    return { id, itemIds: new Set(items), data: () => JSON.stringify({ viewer, id }) };
  };

  const start = (most = 100) => {
    streams = new RoomStreams<RoomView>({
      prepare: async () => {
        await gate;
        if (error instanceof UnavailableError) throw error;
      },
      rankNow: (view) => (missing.has(view.viewer) ? undefined : rank(view)),
      rank: async (view) => rank(view),
      logger: pino({ level: 'silent' }),
      metrics: createMetrics(),
      most,
      clock,
    });
    streams.start();
  };
  beforeEach(() => {
    clock = new FakeClock();
    looks = new Map();
    ranked = [];
    missing = new Set();
    error = undefined;
    gate = Promise.resolve();
    start();
  });

  const open = async (viewer: string, { roomId = 'r', lastId = '', slow = false } = {}) => {
    const client = new FakeClient();
    client.isSlow = slow;
    streams.reserve().attach({ roomId, viewer, limit: 5 }, client, lastId);
    await settled();
    return client;
  };
  const changed = async (concerned: Partial<ConcernedStreams>) => {
    streams.changed({ ...nothing, ...concerned });
    await settled();
  };
  const show = (viewer: string, id: string, ...items: string[]) => looks.set(viewer, { id, items });

  it('begin with what the viewer sees now', async () => {
    show('ann', 'a1');
    const client = await open('ann');
    expect(client.messages).toEqual([
      { id: 'a1', event: 'ranking', data: '{"viewer":"ann","id":"a1"}' },
    ]);
  });

  it('begin with nothing for a client that comes again and has it already', async () => {
    show('ann', 'a1');
    expect((await open('ann', { lastId: 'a1' })).ids).toEqual([]);
    expect((await open('ann', { lastId: 'a0' })).ids).toEqual(['a1']);
  });

  it('send nothing when a change leaves the ranking as it was', async () => {
    const client = await open('ann');
    await clock.move(5000);
    await changed({ rooms: new Set(['r']) });
    expect(ranked).toHaveLength(2);
    expect(client.ids).toEqual(['first']);
  });

  it('are ranked again when their room, their viewer or an item that they show has changed', async () => {
    show('ann', 'a1', 'dress', 'hat');
    show('bob', 'b1', 'shoe');
    await open('ann');
    await open('bob');
    await open('eve', { roomId: 'other' });
    // Past the turns of the three to be looked at without a change.
    await clock.move(4000);
    const rankedAgain = async (concerned: Partial<ConcernedStreams>) => {
      ranked = [];
      await clock.move(1000);
      ranked = [];
      await changed(concerned);
      return ranked.sort();
    };
    expect(await rankedAgain({ rooms: new Set(['r']) })).toEqual(['ann', 'bob']);
    expect(await rankedAgain({ viewers: new Set(['bob', 'nobody']) })).toEqual(['bob']);
    expect(await rankedAgain({ items: new Map([['r', new Set(['hat'])]]) })).toEqual(['ann']);
    expect(await rankedAgain({ items: new Map([['other', new Set(['hat'])]]) })).toEqual([]);
    expect(await rankedAgain({ everything: true })).toEqual(['ann', 'bob', 'eve']);
  });

  it('send at most one ranking a second, the newest', async () => {
    const client = await open('ann');
    for (let n = 1; n <= 9; n++) {
      await clock.move(100);
      show('ann', `a${n}`);
      await changed({ viewers: new Set(['ann']) });
    }
    expect(client.ids).toEqual(['first']);
    await clock.move(100);
    expect(client.ids).toEqual(['first', 'a9']);
    expect(ranked).toHaveLength(2);
    show('ann', 'a10');
    await changed({ viewers: new Set(['ann']) });
    await clock.move(999);
    expect(client.ids).toEqual(['first', 'a9']);
    await clock.move(1);
    expect(client.ids).toEqual(['first', 'a9', 'a10']);
  });

  it('take up what changes while they are being ranked', async () => {
    const client = await open('ann');
    await clock.move(2000);
    let go = () => {};
    gate = new Promise((resolve) => {
      go = resolve;
    });
    await changed({ viewers: new Set(['ann']) });
    await changed({ viewers: new Set(['ann']) });
    go();
    gate = Promise.resolve();
    await settled();
    expect(ranked).toHaveLength(2);
    show('ann', 'a1');
    await clock.move(1000);
    expect(ranked).toHaveLength(3);
    expect(client.ids).toEqual(['first', 'a1']);
  });

  it('keep nothing for a client that reads slowly: it gets the newest when it is ready', async () => {
    const client = await open('ann', { slow: true });
    for (let n = 1; n <= 50; n++) {
      await clock.move(1000);
      show('ann', `a${n}`);
      await changed({ rooms: new Set(['r']) });
    }
    expect(client.ids).toEqual(['first']);
    expect(ranked).toHaveLength(1);
    client.read();
    await settled();
    expect(client.ids).toEqual(['first', 'a50']);
  });

  it('are given up when their client reads nothing for a minute', async () => {
    const client = await open('ann', { slow: true });
    await clock.move(59_000);
    expect(client.isOpen).toBe(true);
    await clock.move(31_000);
    expect(client.isOpen).toBe(false);
    expect(client.beats).toBe(0);
  });

  it('beat four times a minute, not all at once, and are looked at once without a change', async () => {
    const clients = [];
    for (let n = 0; n < 60; n++) clients.push(await open(`v${n}`));
    ranked = [];
    await clock.move(1000);
    expect(clients.filter(({ beats }) => beats > 0)).toHaveLength(4);
    expect(ranked).toHaveLength(1);
    await clock.move(59_000);
    expect(clients.map(({ beats }) => beats)).toEqual(clients.map(() => 4));
    expect(new Set(ranked).size).toBe(60);
  });

  it('of viewers who did something themselves come first', async () => {
    start(300);
    for (let n = 0; n < 200; n++) await open(`v${n}`);
    await clock.move(61_000);
    ranked = [];
    streams.changed({ ...nothing, rooms: new Set(['r']) });
    streams.changed({ ...nothing, viewers: new Set(['v199']) });
    await settled();
    await clock.move(1000);
    expect(new Set(ranked).size).toBe(200);
    // After the two lots of 64 that had begun.
    expect(ranked.indexOf('v199')).toBeGreaterThanOrEqual(64);
    expect(ranked.indexOf('v199')).toBeLessThanOrEqual(128);
  });

  it('are ranked by themselves when something was missing', async () => {
    missing.add('ann');
    show('ann', 'a1');
    expect((await open('ann')).ids).toEqual(['a1']);
  });

  it('wait for the database when it is out, and end when something else fails', async () => {
    const client = await open('ann');
    await clock.move(1000);
    error = new UnavailableError('the database does not answer');
    await changed({ everything: true });
    await clock.move(5000);
    expect(client.isOpen).toBe(true);
    error = undefined;
    show('ann', 'a1');
    await clock.move(1000);
    expect(client.ids).toEqual(['first', 'a1']);
    error = new Error('a bug');
    await clock.move(1000);
    await changed({ everything: true });
    expect(client.isOpen).toBe(false);
  });

  it('are forgotten when their client has gone, also while they wait or are ranked', async () => {
    const waiting = await open('ann');
    await changed({ rooms: new Set(['r']) });
    waiting.end();
    const busy = await open('bob');
    await clock.move(1000);
    let go = () => {};
    gate = new Promise((resolve) => {
      go = resolve;
    });
    show('bob', 'b1');
    await changed({ rooms: new Set(['r']) });
    busy.end();
    go();
    await settled();
    expect(busy.ids).toEqual(['first']);
    ranked = [];
    await clock.move(61_000);
    expect(ranked).toEqual([]);
    expect([...streams.rooms()]).toEqual([]);
  });

  it('are no more than the most, which places that are kept count for', async () => {
    start(2);
    const client = await open('ann');
    const place = streams.reserve();
    expect(() => streams.reserve()).toThrow(UnavailableError);
    expect(() => streams.reserve()).toThrow('2 streams are open');
    place.release();
    place.release();
    await open('bob');
    expect(() => streams.reserve()).toThrow('2 streams are open');
    client.end();
    await open('eve');
  });

  it('all end at the end, and none begins', async () => {
    const client = await open('ann');
    const place = streams.reserve();
    streams.close();
    expect(client.isOpen).toBe(false);
    expect(() => streams.reserve()).toThrow('stopping');
    const late = new FakeClient();
    place.attach({ roomId: 'r', viewer: 'bob', limit: 5 }, late, '');
    await settled();
    expect(late.isOpen).toBe(false);
    expect(late.messages).toEqual([]);
  });
});
