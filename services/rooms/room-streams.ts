import type { Logger } from 'pino';
import { UnavailableError } from '../errors.ts';
import type { EventStream } from '../http/event-stream.ts';
import type { Metrics } from '../http/metrics.ts';
import { type ConcernedStreams, type RoomView, StreamIndex } from './stream-index.ts';
import { TimeSlices } from './time-slices.ts';

/** What a viewer sees now. */
export interface RoomRanking {
  /** The same for what looks the same. */
  readonly id: string;
  readonly itemIds: ReadonlySet<string>;
  /** Called when it is sent: JSON, in one line. */
  readonly data: () => string;
}

/** What a stream needs of its client. */
export type StreamClient = Pick<
  EventStream,
  'isReady' | 'onReady' | 'onClose' | 'send' | 'beat' | 'end' | 'destroy'
>;

/** Time, for tests to take into their hands. */
export interface StreamClock {
  /** Milliseconds. */
  now(): number;
  /** Calls `run` once after so many milliseconds; the result takes it back. */
  after(milliseconds: number, run: () => void): () => void;
}

export interface RoomStreamsOptions<View extends RoomView> {
  /** Gets ready what is needed to rank these, as of a moment after the call. */
  readonly prepare: (views: readonly View[]) => Promise<void>;
  /** What a viewer sees; undefined: something is missing. */
  readonly rankNow: (view: View) => RoomRanking | undefined;
  /** The same for a single one, however long it takes. */
  readonly rank: (view: View) => Promise<RoomRanking>;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'streamsOpen' | 'streamMessages' | 'streamDelay'>;
  /** Open at once, at most. */
  readonly most: number;
  readonly clock?: StreamClock;
}

/** Milliseconds from one ranking of a stream to the next, at least. */
const leastGap = 1_000;
/** Streams that share a look at the database, and how many such lots are under way at once. */
const lotSize = 64;
const lotsAtOnce = 2;
/** Seconds from one beat of a stream to the next, and from one look without a change. */
const beatEvery = 15;
const lookEvery = 60;
/** Milliseconds after which a client that reads nothing is given up. */
const stuckAfter = 60_000;

type State = 'idle' | 'queued' | 'ranking' | 'waiting' | 'closed';

interface Stream<View> {
  readonly view: View;
  readonly client: StreamClient;
  /** Its turn among the seconds of a minute. */
  readonly turn: number;
  state: State;
  /** What the client has; empty: nothing. */
  shownId: string;
  shownItems: ReadonlySet<string>;
  rankedAt: number;
  /** When the change came that has not been looked at. */
  changedAt: number;
  /** Something has changed while it was being ranked, or could not be sent. */
  again: boolean;
  /** When its client was first found still reading; undefined: it is not. */
  slowSince: number | undefined;
  takeBack: () => void;
}

/** A place among the open streams: to be attached to a client once, or released. */
export interface StreamPlace<View> {
  /** @param lastId what the client had when it was cut off; empty: nothing */
  attach(view: View, client: StreamClient, lastId: string): void;
  release(): void;
}

const noItems: ReadonlySet<string> = new Set();

const realClock: StreamClock = {
  now: () => performance.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

/**
 * The open streams of a process. A stream that a change concerns is ranked again, a few at a time,
 * so that a change which concerns all of them does not hold up other requests; those of viewers who
 * did something themselves come first. A ranking that looks like the one the client has is not sent,
 * and to a client that is still reading the one before, the newest goes when it is ready.
 */
export class RoomStreams<View extends RoomView> {
  readonly #options: RoomStreamsOptions<View>;
  readonly #clock: StreamClock;
  readonly #index = new StreamIndex<Stream<View>>();
  /** First come, first served; what viewers did themselves before what others did. */
  readonly #urgent = new Set<Stream<View>>();
  readonly #others = new Set<Stream<View>>();
  #open = 0;
  #opened = 0;
  #lots = 0;
  #second = 0;
  #isClosing = false;
  #isFailing = false;
  #stopTicking = () => {};

  constructor(options: RoomStreamsOptions<View>) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
  }

  /** Lets streams beat. */
  start(): void {
    this.#stopTicking = this.#clock.after(1_000, () => {
      this.start();
      this.#tick();
    });
  }

  /** Rooms with open streams. */
  rooms(): Iterable<string> {
    return this.#index.rooms();
  }

  /**
   * Keeps a place for a stream whose client is not there yet.
   *
   * @throws UnavailableError when too many are open, or after `close`
   */
  reserve(): StreamPlace<View> {
    if (this.#isClosing) throw new UnavailableError('the service is stopping');
    if (this.#open >= this.#options.most) {
      const message = `${this.#open} streams are open, the most of this process; try again later`;
      throw new UnavailableError(message);
    }
    this.#count(1);
    let isKept = true;
    const release = () => {
      if (isKept) this.#count(-1);
      isKept = false;
    };
    return {
      release,
      attach: (view, client, lastId) => {
        client.onClose(release);
        this.#attach(view, client, lastId);
      },
    };
  }

  /** Has the streams ranked again that a change concerns. */
  changed(concerned: ConcernedStreams): void {
    const now = this.#clock.now();
    for (const stream of this.#index.ofViewers(concerned)) this.#want(stream, now, this.#urgent);
    for (const stream of this.#index.ofOthers(concerned)) this.#want(stream, now, this.#others);
    this.#rankNext();
  }

  /** Ends all streams, and takes no more. Clients come again, to another process. */
  close(): void {
    this.#isClosing = true;
    this.#stopTicking();
    for (const { client } of this.#index.all()) client.end();
  }

  #attach(view: View, client: StreamClient, lastId: string): void {
    const now = this.#clock.now();
    const stream: Stream<View> = {
      ...{ view, client, turn: this.#opened++ % lookEvery, state: 'idle' },
      ...{ shownId: lastId, shownItems: noItems },
      ...{ rankedAt: Number.NEGATIVE_INFINITY, changedAt: now, again: false },
      ...{ slowSince: undefined, takeBack: () => {} },
    };
    this.#index.add(stream);
    client.onReady = () => this.#ready(stream);
    client.onClose(() => this.#detach(stream));
    if (this.#isClosing) client.end();
    else this.#want(stream, now, this.#urgent);
    this.#rankNext();
  }

  #detach(stream: Stream<View>): void {
    stream.state = 'closed';
    stream.takeBack();
    this.#urgent.delete(stream);
    this.#others.delete(stream);
    this.#index.remove(stream);
  }

  #count(more: number): void {
    this.#open += more;
    this.#options.metrics.streamsOpen.set(this.#open);
  }

  /** Queues a stream, at once or when its last ranking is old enough. */
  #want(stream: Stream<View>, now: number, queue: Set<Stream<View>>): void {
    const { state } = stream;
    if (state === 'ranking') {
      if (!stream.again) stream.changedAt = now;
      stream.again = true;
      return;
    }
    if (state === 'queued' && queue === this.#urgent && this.#others.delete(stream)) {
      queue.add(stream);
    }
    if (state !== 'idle') return;
    if (!stream.again) stream.changedAt = now;
    this.#queue(stream, now, queue);
  }

  #queue(stream: Stream<View>, now: number, queue: Set<Stream<View>>): void {
    const wait = stream.rankedAt + leastGap - now;
    if (wait <= 0) {
      stream.state = 'queued';
      queue.add(stream);
      return;
    }
    stream.state = 'waiting';
    stream.takeBack = this.#clock.after(wait, () => {
      stream.state = 'queued';
      queue.add(stream);
      this.#rankNext();
    });
  }

  #rankNext(): void {
    while (this.#lots < lotsAtOnce) {
      const lot = this.#take();
      if (lot.length === 0) return;
      this.#lots += 1;
      this.#rankLot(lot).finally(() => {
        this.#lots -= 1;
        this.#rankNext();
      });
    }
  }

  /** The streams whose turn it is. */
  #take(): Stream<View>[] {
    const lot: Stream<View>[] = [];
    for (const queue of [this.#urgent, this.#others]) {
      for (const stream of queue) {
        if (lot.length === lotSize) return lot;
        queue.delete(stream);
        // A client that is still reading: when it is ready, what is newest then is made.
        if (stream.client.isReady) lot.push(stream);
        stream.state = stream.client.isReady ? 'ranking' : 'idle';
        stream.again = !stream.client.isReady;
      }
    }
    return lot;
  }

  /** Ranks a lot, with pauses, so that other requests are answered in between. */
  async #rankLot(lot: readonly Stream<View>[]): Promise<void> {
    const began = this.#clock.now();
    for (const stream of lot) stream.rankedAt = began;
    try {
      await this.#options.prepare(lot.map(({ view }) => view));
    } catch (error) {
      for (const stream of lot) this.#failed(stream, error);
      return;
    }
    this.#isFailing = false;
    const slices = new TimeSlices();
    const alone: Promise<void>[] = [];
    for (const stream of lot) {
      if (slices.isOver) await slices.pause();
      if (stream.state === 'closed') continue;
      try {
        const ranking = this.#options.rankNow(stream.view);
        if (ranking) this.#done(stream, ranking);
        else alone.push(this.#rankAlone(stream));
      } catch (error) {
        this.#failed(stream, error);
      }
    }
    await Promise.all(alone);
  }

  #rankAlone(stream: Stream<View>): Promise<void> {
    return this.#options.rank(stream.view).then(
      (ranking) => this.#done(stream, ranking),
      (error) => this.#failed(stream, error),
    );
  }

  #done(stream: Stream<View>, ranking: RoomRanking): void {
    if (stream.state === 'closed') return;
    stream.state = 'idle';
    try {
      this.#show(stream, ranking);
    } catch (error) {
      this.#failed(stream, error);
    }
    if (stream.again && stream.client.isReady) this.#wantAgain(stream);
  }

  #wantAgain(stream: Stream<View>): void {
    stream.again = false;
    this.#queue(stream, this.#clock.now(), this.#others);
    this.#rankNext();
  }

  #show(stream: Stream<View>, ranking: RoomRanking): void {
    stream.shownItems = ranking.itemIds;
    if (ranking.id === stream.shownId) return;
    if (!stream.client.isReady) {
      stream.again = true;
      return;
    }
    stream.shownId = ranking.id;
    stream.client.send({ id: ranking.id, event: 'ranking', data: ranking.data() });
    const { metrics } = this.#options;
    metrics.streamMessages.inc();
    metrics.streamDelay.observe((this.#clock.now() - stream.changedAt) / 1000);
  }

  /** The client has read what it was sent. */
  #ready(stream: Stream<View>): void {
    stream.slowSince = undefined;
    if (stream.again && stream.state === 'idle') this.#wantAgain(stream);
  }

  /** While the database is gone the stream stays, and tries again. What else fails ends it. */
  #failed(stream: Stream<View>, error: unknown): void {
    if (stream.state === 'closed') return;
    stream.state = 'idle';
    if (!(error instanceof UnavailableError)) {
      this.#options.logger.error({ err: error }, 'a stream failed');
      stream.client.destroy();
      return;
    }
    if (!this.#isFailing && !this.#isClosing) {
      this.#options.logger.warn({ err: error }, 'streams wait for the database');
    }
    this.#isFailing = true;
    this.#wantAgain(stream);
  }

  /** Once a second, the streams whose turn it is: so that not all of them beat at once. */
  #tick(): void {
    this.#second = (this.#second + 1) % lookEvery;
    const now = this.#clock.now();
    for (const stream of this.#index.all()) {
      if (stream.turn % beatEvery === this.#second % beatEvery) this.#beat(stream, now);
      if (stream.turn === this.#second) this.#want(stream, now, this.#others);
    }
    this.#rankNext();
  }

  #beat(stream: Stream<View>, now: number): void {
    const { client } = stream;
    if (client.isReady) {
      client.beat();
      return;
    }
    stream.slowSince ??= now;
    if (now - stream.slowSince >= stuckAfter) client.destroy();
  }
}
