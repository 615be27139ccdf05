import type { Logger } from 'pino';
import type { EventWeights } from '../../models/dataset/event-weights.ts';
import { UnavailableError } from '../errors.ts';
import { ChartBook, type SizeCharts } from '../size-charts/chart-book.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Change, ChangeFeedStore, Look, Position } from './change-feed-store.ts';
import type { ItemRow, RoomRow, ToldEvent, ViewerKey, ViewerRow } from './live-rows.ts';
import { RoomActivity } from './room-activity.ts';

/** An item, and what was shown and clicked of it since its row was read. */
export interface LiveItem {
  readonly row: ItemRow;
  readonly shown: number;
  readonly clicked: number;
}

/** A room as it is now. A changed shelf or pin makes another object with the same activity. */
export interface LiveRoom {
  readonly row: RoomRow;
  readonly activity: RoomActivity;
}

/** What somebody who watches is told: names of what is in memory no more as it was. */
export interface LiveChange {
  readonly items: ReadonlySet<string>;
  readonly rooms: ReadonlySet<string>;
  readonly viewers: ReadonlySet<ViewerKey>;
  /** Items of which a piece came back. */
  readonly returned: ReadonlySet<string>;
  /** So much has changed that it is not named. */
  readonly everything: boolean;
}

export interface LiveStateOptions<Viewer> {
  readonly store: Pick<ChangeFeedStore, 'look' | 'prune'>;
  readonly logger: Logger;
  readonly now: () => Date;
  /** What is kept of a viewer; a row with 200 events takes ten times as much. */
  readonly prepare: (row: ViewerRow) => Viewer;
  /** What events count for a room's trend; the defaults unless given. */
  readonly weights?: EventWeights;
  /** How many of each are kept at most. */
  readonly most?: { readonly viewers: number; readonly items: number; readonly rooms: number };
  /** Milliseconds from one look to the next while nobody asks. */
  readonly lookEvery?: number;
  /** Milliseconds from the beginning of one look to that of the next, at least. */
  readonly gather?: number;
}

export interface Want {
  readonly viewers?: Iterable<ViewerKey>;
  readonly items?: Iterable<string>;
  readonly rooms?: Iterable<string>;
}

interface Round {
  readonly viewers: Set<ViewerKey>;
  readonly items: Set<string>;
  readonly rooms: Set<string>;
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** An item with its SKUs takes about a kilobyte. */
const usualMost = { viewers: 50_000, items: 200_000, rooms: 2_000 };
const usualLookEvery = 250;
const usualGather = 1;
/**
 * Milliseconds that changes are kept for after they were committed, at least; and without a look
 * after which all is forgotten: no process asks for older ones.
 */
const keepChanges = 300_000;
const longestGap = 120_000;
const pruneEvery = 60_000;

/**
 * What a process keeps in memory of what it is asked about, coherent with Postgres (docs/adr/0012).
 *
 * `bring` takes one look at the database, shared by everybody who waits at that moment: a statement
 * that begins after the call, brings all changes committed since the look before, and reads what is
 * wanted and not there. When it resolves, everything in memory is as Postgres had it at the
 * statement's snapshot, until the caller awaits something else: so an answer is made in one go.
 */
export class LiveState<Viewer> {
  readonly #options: LiveStateOptions<Viewer>;
  readonly #viewers: BoundedMap<ViewerKey, Viewer>;
  readonly #items: BoundedMap<string, LiveItem | null>;
  readonly #rooms: BoundedMap<string, LiveRoom | null>;
  readonly #listeners = new Set<(change: LiveChange) => void>();
  readonly #gather: number;
  #position: Position | undefined;
  #pruneTo: { readonly position: Position; readonly at: number } | undefined;
  readonly #charts = new ChartBook();
  #hasCharts = false;
  #itemsVersion = 0;
  #lookedAt = 0;
  #next: Round | undefined;
  #running: Promise<void> | undefined;
  #timers: NodeJS.Timeout[] = [];
  #closed = false;
  #failing = false;

  constructor(options: LiveStateOptions<Viewer>) {
    const most = options.most ?? usualMost;
    this.#options = options;
    this.#viewers = new BoundedMap(most.viewers);
    this.#items = new BoundedMap(most.items);
    this.#rooms = new BoundedMap(most.rooms);
    this.#gather = options.gather ?? usualGather;
  }

  /** Keeps up with changes also while nobody asks, and clears away old ones. */
  start(): void {
    const look = setInterval(() => this.#keepUp(), this.#options.lookEvery ?? usualLookEvery);
    const prune = setInterval(() => this.#prune(), pruneEvery);
    this.#timers = [look, prune];
    for (const timer of this.#timers) timer.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#running;
  }

  /**
   * Resolves when what is in memory is Postgres' state of a moment after the call and everything
   * wanted has been looked for. What is not there then has changed while it was being read, or is
   * out of memory again: ask again.
   *
   * @throws UnavailableError when the database does not answer, or after `close`
   */
  bring(want: Want): Promise<void> {
    if (this.#closed) return Promise.reject(new UnavailableError('the service is stopping'));
    this.#next ??= newRound();
    const round = this.#next;
    for (const key of want.viewers ?? []) if (!this.#viewers.has(key)) round.viewers.add(key);
    for (const id of want.items ?? []) if (!this.#items.has(id)) round.items.add(id);
    for (const id of want.rooms ?? []) if (!this.#rooms.has(id)) round.rooms.add(id);
    this.#running ??= this.#run();
    return round.done;
  }

  viewer(key: ViewerKey): Viewer | undefined {
    return this.#viewers.get(key);
  }

  /** Null: not in the catalogue. Undefined: not in memory. */
  item(itemId: string): LiveItem | null | undefined {
    return this.#items.get(itemId);
  }

  /** Another number whenever an item may be another than before, or gone from memory. */
  get itemsVersion(): number {
    return this.#itemsVersion;
  }

  /** Brands' own tables of sizes; all of them, after the first look. */
  get charts(): SizeCharts {
    return this.#charts;
  }

  /** Null: there is no such room. Undefined: not in memory. */
  room(roomId: string): LiveRoom | null | undefined {
    return this.#rooms.get(roomId);
  }

  /** Makes room for a viewer to be prepared anew. */
  forget(key: ViewerKey): void {
    this.#viewers.delete(key);
  }

  /**
   * Calls back after every look that found changes.
   *
   * @returns a function that ends it
   */
  watch(listener: (change: LiveChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #run(): Promise<void> {
    while (this.#next !== undefined) {
      await this.#pause();
      const round = this.#next;
      this.#next = undefined;
      try {
        await this.#look(round);
        this.#failing = false;
        round.resolve();
      } catch (error) {
        round.reject(error);
      }
    }
    this.#running = undefined;
  }

  /** A look costs as much for one as for many. */
  async #pause(): Promise<void> {
    const wait = this.#lookedAt + this.#gather - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }

  async #look(round: Round): Promise<void> {
    const began = performance.now();
    const isLate = this.#position !== undefined && began - this.#lookedAt > longestGap;
    if (isLate) this.#reset();
    const before = this.#position;
    let look = await this.#read(round);
    const isOther = before !== undefined && before.server !== look.position.server;
    if (isOther) {
      this.#reset();
      look = await this.#read(round);
    }
    this.#lookedAt = began;
    this.#position = look.position;
    const change = isOther || isLate ? everything : this.#take(look.changes);
    this.#keepCharts(look);
    this.#keep(look, round, change);
    if (change !== undefined) this.#tell(change);
  }

  #read(round: Round): Promise<Look> {
    const wanted = { ...round, charts: !this.#hasCharts };
    return this.#options.store.look(this.#position, wanted, this.#options.now());
  }

  #reset(): void {
    this.#position = undefined;
    this.#hasCharts = false;
    this.#viewers.clear();
    this.#items.clear();
    this.#rooms.clear();
    this.#itemsVersion += 1;
  }

  /** Drops what has changed; items and rooms that were there come back with the same look. */
  #take(changes: readonly Change[]): LiveChange | undefined {
    if (changes.length === 0) return undefined;
    const change = { ...emptyChange(), everything: false };
    for (const { kind, ids, events } of changes) {
      if (ids === null) {
        change.everything = true;
        this.#forgetAll(kind);
        continue;
      }
      if (kind === 'items') for (const id of ids) change.items.add(id);
      if (kind === 'rooms') for (const id of ids) change.rooms.add(id);
      if (kind === 'users') for (const id of ids) change.viewers.add(`u${id}`);
      if (kind === 'events') for (const key of ids) change.viewers.add(key as ViewerKey);
      for (const event of events) {
        this.#count(event);
        if (event.type === 'return' && event.itemId !== null) change.returned.add(event.itemId);
      }
    }
    for (const key of change.viewers) this.#viewers.delete(key);
    return change;
  }

  #forgetAll(kind: Change['kind']): void {
    if (kind === 'items') this.#items.clear();
    if (kind === 'users') this.#viewers.clear();
    if (kind === 'rooms') this.#rooms.clear();
    if (kind === 'events') {
      this.#viewers.clear();
      this.#rooms.clear();
    }
  }

  #count(event: ToldEvent): void {
    const { roomId, itemId, type } = event;
    if (roomId !== null) this.#rooms.get(roomId)?.activity.add(event, this.#seconds());
    if (itemId === null || (type !== 'impression' && type !== 'click')) return;
    const item = this.#items.get(itemId) as Mutable<LiveItem> | null | undefined;
    if (!item) return;
    if (type === 'click') item.clicked += 1;
    else item.shown += 1;
  }

  #keep(look: Look, round: Round, change: LiveChange | undefined): void {
    const items = new Map(look.items.map((row) => [row.itemId, row]));
    const rooms = new Map(look.rooms.map((row) => [row.roomId, row]));
    const pasts = new Map(look.pasts.map(({ roomId, events }) => [roomId, events]));
    for (const id of change?.items ?? []) {
      const before = this.#items.get(id);
      this.#items.delete(id);
      const row = items.get(id);
      if (before !== undefined && row) this.#items.set(id, liveItem(row, before));
    }
    for (const id of change?.rooms ?? []) {
      const before = this.#rooms.get(id);
      this.#rooms.delete(id);
      const row = rooms.get(id);
      if (before && row) this.#rooms.set(id, { row, activity: before.activity });
    }
    for (const row of look.viewers) this.#viewers.set(row.key, this.#options.prepare(row));
    for (const id of round.items) {
      // The look before has brought it meanwhile, and it has not changed since.
      if (this.#items.has(id)) continue;
      const row = items.get(id);
      this.#items.set(id, row ? liveItem(row, null) : null);
    }
    for (const id of round.rooms) {
      const row = rooms.get(id);
      this.#rooms.set(id, row ? { row, activity: this.#activity(pasts.get(id) ?? []) } : null);
    }
    this.#viewers.evict();
    const isFull = this.#items.evict();
    if (isFull || change?.everything || (change?.items.size ?? 0) > 0) {
      this.#itemsVersion += 1;
    }
    this.#rooms.evict();
  }

  /** Those that have not changed stay the objects they were. */
  #keepCharts({ charts, changes }: Look): void {
    const told = changes.filter(({ kind }) => kind === 'size_charts');
    if (!this.#hasCharts || told.some(({ ids }) => ids === null)) this.#charts.clear();
    else for (const { ids } of told) this.#charts.drop(ids ?? []);
    this.#charts.add(charts);
    this.#hasCharts = true;
  }

  #activity(events: readonly ToldEvent[]): RoomActivity {
    const activity = new RoomActivity(this.#options.weights);
    const now = this.#seconds();
    for (const event of events) activity.add(event, now);
    return activity;
  }

  #tell(change: LiveChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#options.logger.error({ err: error }, 'a listener for changes failed');
      }
    }
  }

  #keepUp(): void {
    if (this.#next !== undefined || this.#running !== undefined) return;
    this.bring({}).catch((error) => {
      // Said once: the next look is a moment away, and requests say that the database is gone.
      const isExpected = this.#failing || this.#closed || error instanceof UnavailableError;
      this.#options.logger[isExpected ? 'debug' : 'error']({ err: error }, 'cannot see changes');
      this.#failing = true;
    });
  }

  /** Deletes what was committed at a position that was the last one long enough ago. */
  #prune(): void {
    const position = this.#position;
    const mark = this.#pruneTo;
    const now = performance.now();
    if (position === undefined) return;
    if (mark !== undefined && mark.position.server === position.server) {
      if (now - mark.at < keepChanges) return;
      this.#options.store.prune(mark.position).catch((error) => {
        this.#options.logger.warn({ err: error }, 'old changes were not cleared away');
      });
    }
    this.#pruneTo = { position, at: now };
  }

  #seconds(): number {
    return this.#options.now().getTime() / 1000;
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function emptyChange() {
  return {
    items: new Set<string>(),
    rooms: new Set<string>(),
    viewers: new Set<ViewerKey>(),
    returned: new Set<string>(),
  };
}

const everything: LiveChange = { ...emptyChange(), everything: true };

/** Counts go on until features are built from what they count. */
function liveItem(row: ItemRow, before: LiveItem | null): LiveItem {
  const goesOn = before !== null && before.row.impressions === row.impressions;
  return { row, shown: goesOn ? before.shown : 0, clicked: goesOn ? before.clicked : 0 };
}

function newRound(): Round {
  let resolve = () => {};
  let reject: (error: unknown) => void = () => {};
  const done = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { viewers: new Set(), items: new Set(), rooms: new Set(), done, resolve, reject };
}
