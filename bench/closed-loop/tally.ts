import type { World } from '../../scripts/simulation/world.ts';
import type { EventRow } from '../../services/simulation/shop-store.ts';
import type { ShopView } from './shop-view.ts';

const dayLength = 86_400_000;
/** Items are followed for so long after their launch. */
export const followedDays = 3;
/** Of a room's impressions, before it is asked whether a new item has had them. */
const enoughDue = 3;
const coverageDepth = 10;
const topItems = 50;
/** The long tail: items outside of this share that was clicked most before. */
const headShare = 0.2;

/** What one policy came to. */
export interface Figures {
  readonly visits: number;
  readonly impressions: number;
  readonly clicks: number;
  /** On items outside of the fifth that was clicked most before any policy came. */
  readonly longTailClicks: number;
  readonly purchases: number;
  readonly revenue: number;
  /** Pieces of these purchases that come back as too small or too large. */
  readonly sizeReturns: number;
  /** Of the sellable items, in somebody's first ten on a day; mean of the days. */
  readonly coverage: number;
  /** Of all impressions, those of the 50 items that had most. */
  readonly topShare: number;
  /** Items launched meanwhile, on a shelf, and followed for three days. */
  readonly newItems: number;
  /** Of those, the share that had an equal share of their rooms' impressions by then. */
  readonly newItemsAtFairShare: number;
  /** Mean days from launch to an equal share of their rooms' impressions; at most three. */
  readonly daysToFairShare: number;
}

interface Newcomer {
  readonly launchedAt: number;
  due: number;
  had: number;
  reachedAt: number | undefined;
}

/** Counts what happens, for the figures of one run. */
export class Tally {
  readonly #world: World;
  readonly #shop: ShopView;
  readonly #isHead: Uint8Array;
  readonly #shown: Float64Array;
  readonly #newcomers = new Map<number, Newcomer>();
  /** Newcomers by the room on whose shelf they are. */
  readonly #onShelf = new Map<string, readonly number[]>();
  #covered = new Set<number>();
  readonly #coverage: number[] = [];
  readonly #counts = { visits: 0, impressions: 0, clicks: 0, longTailClicks: 0 };
  readonly #money = { purchases: 0, revenue: 0, sizeReturns: 0 };

  /** @param clicksBefore of each item, before any policy came */
  constructor(world: World, shop: ShopView, clicksBefore: ArrayLike<number>, from: number) {
    this.#world = world;
    this.#shop = shop;
    this.#shown = new Float64Array(world.items.length);
    this.#isHead = headOf(clicksBefore);
    const until = world.period.until - followedDays * dayLength;
    for (const [at, { launchedAt, hidden }] of world.items.entries()) {
      if (hidden || launchedAt < from || launchedAt > until) continue;
      if (!world.rooms.some(({ shelf }) => shelf.includes(at))) continue;
      this.#newcomers.set(at, { launchedAt, due: 0, had: 0, reachedAt: undefined });
    }
    for (const { id, shelf } of world.rooms) {
      this.#onShelf.set(
        id,
        shelf.filter((at) => this.#newcomers.has(at)),
      );
    }
  }

  visit(): void {
    this.#counts.visits++;
  }

  /** Of the policy's time, when it happens. */
  see(event: EventRow): void {
    const at = this.#shop.place(event.itemId ?? '');
    if (at === undefined) return;
    if (event.type === 'impression') this.#impression(at, event);
    if (event.type === 'click') {
      this.#counts.clicks++;
      if (this.#isHead[at] === 0) this.#counts.longTailClicks++;
    }
    if (event.type === 'purchase') {
      this.#money.purchases++;
      this.#money.revenue += event.unitPrice ?? 0;
    }
  }

  /** At the time of the purchase. */
  sentBack({ reason }: EventRow): void {
    if (reason === 'too_small' || reason === 'too_large') this.#money.sizeReturns++;
  }

  endDay(time: number): void {
    const sellable = this.#shop.scope(undefined).filter((at) => this.#shop.isSellable(at, time));
    this.#coverage.push(this.#covered.size / Math.max(1, sellable.length));
    this.#covered = new Set();
  }

  figures(): Figures {
    const { impressions } = this.#counts;
    const most = [...this.#shown].sort((a, b) => b - a).slice(0, topItems);
    const newcomers = [...this.#newcomers.values()];
    const days = newcomers.map(({ launchedAt, reachedAt = Infinity }) =>
      Math.min(followedDays, (reachedAt - launchedAt) / dayLength),
    );
    return {
      ...this.#counts,
      ...this.#money,
      coverage: mean(this.#coverage),
      topShare: sum(most) / Math.max(1, impressions),
      newItems: newcomers.length,
      newItemsAtFairShare: mean(days.map((taken) => (taken < followedDays ? 1 : 0))),
      daysToFairShare: mean(days),
    };
  }

  #impression(at: number, { roomId, properties, occurredAt }: EventRow): void {
    this.#counts.impressions++;
    this.#shown[at] = (this.#shown[at] ?? 0) + 1;
    if (Number(properties?.position) < coverageDepth) this.#covered.add(at);
    if (roomId !== null) this.#newcomersIn(roomId, at, occurredAt);
  }

  /** Of one impression in a room, each sellable item of its shelf is due an equal part. */
  #newcomersIn(roomId: string, shown: number, time: number): void {
    const newcomers = this.#onShelf.get(roomId) ?? [];
    if (newcomers.length === 0) return;
    const shelf = this.#world.rooms[this.#shop.roomOf(roomId)]?.shelf ?? [];
    const sellable = shelf.filter((at) => this.#shop.isSellable(at, time)).length;
    for (const at of newcomers) {
      const newcomer = this.#newcomers.get(at);
      if (newcomer === undefined || newcomer.launchedAt > time) continue;
      newcomer.due += 1 / Math.max(1, sellable);
      if (at === shown) newcomer.had++;
      const isServed = newcomer.due >= enoughDue && newcomer.had >= newcomer.due;
      if (isServed) newcomer.reachedAt ??= time;
    }
  }
}

function headOf(clicks: ArrayLike<number>): Uint8Array {
  const order = Array.from(clicks, (_, at) => at);
  order.sort((a, b) => (clicks[b] ?? 0) - (clicks[a] ?? 0) || a - b);
  const isHead = new Uint8Array(order.length);
  for (const at of order.slice(0, Math.ceil(headShare * order.length))) isHead[at] = 1;
  return isHead;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / Math.max(1, values.length);
