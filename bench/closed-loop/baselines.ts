import type { Funnel } from '../../scripts/simulation/funnel.ts';
import { randomOf } from '../../scripts/simulation/random.ts';
import type { Stay } from '../../scripts/simulation/visits.ts';
import type { EventRow } from '../../services/simulation/shop-store.ts';
import type { Offer, Policy, Visitor } from './policy.ts';
import type { ShopView } from './shop-view.ts';

const dayLength = 86_400_000;

/** Sums that halve with time. */
class Fading {
  readonly #halfLife: number;
  readonly #sums = new Map<number, { sum: number; time: number }>();

  constructor(halfLifeDays: number) {
    this.#halfLife = halfLifeDays * dayLength;
  }

  add(at: number, amount: number, time: number): void {
    this.#sums.set(at, { sum: this.of(at, time) + amount, time });
  }

  of(at: number, time: number): number {
    const known = this.#sums.get(at);
    return known === undefined ? 0 : known.sum * 2 ** ((known.time - time) / this.#halfLife);
  }
}

/** A policy that looks at numbers only, without waiting for anything. */
abstract class Rule implements Policy {
  protected readonly shop: ShopView;

  constructor(shop: ShopView) {
    this.shop = shop;
  }

  async recommend(visitor: Visitor, limit: number, truth: Stay): Promise<readonly Offer[]> {
    const { room, seen, time, gender } = visitor;
    const candidates = this.shop
      .scope(room)
      .filter((at) => !seen.has(at) && this.shop.isSellable(at, time));
    const theirs = candidates.filter(
      (at) => gender === undefined || this.shop.genderOf(at) === gender,
    );
    const ranked = this.rank(theirs, visitor, truth);
    // A shelf for women has little for men; then they are shown the rest of it.
    const rest = theirs.length < limit ? candidates.filter((at) => !theirs.includes(at)) : [];
    return [...ranked, ...this.rank(rest, visitor, truth)].slice(0, limit).map((at) => ({ at }));
  }

  protected abstract rank(candidates: readonly number[], visitor: Visitor, truth: Stay): number[];

  async observe(events: readonly EventRow[]): Promise<void> {
    for (const event of events) {
      const at = this.shop.place(event.itemId ?? '');
      if (at !== undefined) this.see(at, event);
    }
  }

  protected see(_at: number, _event: EventRow): void {}

  async nightly(_time: number): Promise<void> {}

  async close(): Promise<void> {}
}

const descending = (scoreOf: (at: number) => number) => (a: number, b: number) =>
  scoreOf(b) - scoreOf(a) || a - b;

/**
 * The rule the shops had: the best-sellers of the last weeks of each category in turn, the
 * categories that sell most first; updated at night.
 */
export class BestSellersByCategory extends Rule {
  readonly #sales = new Fading(14);
  #order: Float64Array;

  constructor(shop: ShopView) {
    super(shop);
    this.#order = new Float64Array(shop.size);
  }

  protected override rank(candidates: readonly number[]): number[] {
    const byCategory = new Map<number, number[]>();
    for (const at of candidates) {
      const category = this.shop.categoryOf(at);
      byCategory.set(category, [...(byCategory.get(category) ?? []), at]);
    }
    const soldOf = (at: number) => this.#order[at] ?? 0;
    const total = (list: readonly number[]) => list.reduce((sum, at) => sum + soldOf(at), 0);
    const lists = [...byCategory.values()].sort((a, b) => total(b) - total(a));
    for (const list of lists) list.sort(descending(soldOf));
    const longest = Math.max(0, ...lists.map(({ length }) => length));
    return Array.from({ length: longest }, (_, n) => lists.flatMap((list) => list[n] ?? [])).flat();
  }

  protected override see(at: number, { type, occurredAt }: EventRow): void {
    if (type === 'purchase') this.#sales.add(at, 1, occurredAt);
  }

  override async nightly(time: number): Promise<void> {
    this.#order = this.#order.map((_, at) => this.#sales.of(at, time));
  }
}

/** What is clicked and bought in this room of late; outside of rooms, in the shop. */
export class RoomPopularity extends Rule {
  readonly #rooms = new Map<number | undefined, Fading>();
  readonly #halfLifeDays: number;

  constructor(shop: ShopView, halfLifeDays = 1) {
    super(shop);
    this.#halfLifeDays = halfLifeDays;
  }

  protected override rank(candidates: readonly number[], { room, time }: Visitor): number[] {
    const counts = this.#countsOf(room);
    return [...candidates].sort(descending((at) => counts.of(at, time)));
  }

  protected override see(at: number, { type, roomId, occurredAt }: EventRow): void {
    const amount = { click: 1, purchase: 5 }[type];
    if (amount === undefined) return;
    this.#countsOf(undefined).add(at, amount, occurredAt);
    if (roomId !== null) this.#countsOf(this.shop.roomOf(roomId)).add(at, amount, occurredAt);
  }

  #countsOf(room: number | undefined): Fading {
    const counts = this.#rooms.get(room) ?? new Fading(this.#halfLifeDays);
    this.#rooms.set(room, counts);
    return counts;
  }
}

/** Whatever comes, of what is made for the visitor: the least that can be done. */
export class Chance extends Rule {
  readonly #seed: number;

  constructor(shop: ShopView, seed: number) {
    super(shop);
    this.#seed = seed;
  }

  protected override rank(candidates: readonly number[], _visitor: Visitor, truth: Stay): number[] {
    const { user, day } = truth;
    return [...candidates].sort(descending((at) => randomOf(this.#seed, 90, user, day, at)()));
  }
}

/** Knows what each visitor would click: the most that can be had, this moment. */
export class Clairvoyance extends Rule {
  readonly #funnel: Funnel;

  constructor(shop: ShopView, funnel: Funnel) {
    super(shop);
    this.#funnel = funnel;
  }

  protected override rank(candidates: readonly number[], _visitor: Visitor, truth: Stay): number[] {
    const chances = new Map(candidates.map((at) => [at, this.#funnel.temptationOf(truth, at)]));
    return [...candidates].sort(descending((at) => chances.get(at) ?? 0));
  }
}
