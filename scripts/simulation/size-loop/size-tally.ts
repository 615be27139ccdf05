import { dayLength } from '../calendar.ts';
import { sizesApart } from '../size-runs.ts';
import { toldMeasurements } from '../told-measurements.ts';
import type { World } from '../world.ts';
import type { Advice } from './size-policy.ts';
import type { Wish } from './wishes.ts';

/** What became of some orders. */
export interface Counts {
  orders: number;
  /** Not the best size of the run for who will wear it. */
  wrong: number;
  /** Come back as too small or too large. */
  returned: number;
  advised: number;
  /** Only told how the item runs. */
  warned: number;
  /** Of the sizes that were named, those that are the best, and those at most one off. */
  exact: number;
  withinOne: number;
  /** Of the advised orders. */
  advisedReturned: number;
}

export const groups = [
  'all',
  'warm users',
  'users with little history',
  'new users, measurements told',
  'new users, nothing told',
  'for somebody else',
  'new items',
  'petite or tall',
] as const;
export type Group = (typeof groups)[number];

export type Figures = Readonly<Record<Group, Counts>>;

/** Orders that have outlived the return window: of a warm user at least, of a new item at most. */
const warmOrders = 3;
const newItemOrders = 5;

/** Counts orders, by groups that are the same for every policy. */
export class SizeTally {
  readonly #world: World;
  readonly #window: number;
  readonly #figures: Record<Group, Counts>;
  /** When each user and item was ordered. */
  readonly #users = new Map<number, number[]>();
  readonly #items = new Map<number, number[]>();

  constructor(world: World, windowDays: number) {
    this.#world = world;
    this.#window = windowDays * dayLength;
    const none = () => ({
      ...{ orders: 0, wrong: 0, returned: 0 },
      ...{ advised: 0, warned: 0, exact: 0, withinOne: 0, advisedReturned: 0 },
    });
    this.#figures = Object.fromEntries(groups.map((group) => [group, none()])) as Figures;
  }

  /** An order of before the policy came. */
  past({ stay, at }: Wish): void {
    append(this.#users, stay.user, stay.time);
    append(this.#items, at, stay.time);
  }

  order(
    wish: Wish,
    {
      size,
      best,
      isMisfit,
      advice,
    }: {
      readonly size: number;
      readonly best: number;
      readonly isMisfit: boolean;
      readonly advice: Advice;
    },
  ): void {
    const run = this.#world.items[wish.at]?.sizes;
    for (const group of this.#groupsOf(wish)) {
      const counts = this.#figures[group];
      counts.orders++;
      if (size !== best) counts.wrong++;
      if (isMisfit) counts.returned++;
      if (typeof advice === 'object') counts.warned++;
      if (typeof advice !== 'number' || run === undefined) continue;
      counts.advised++;
      if (advice === best) counts.exact++;
      if (sizesApart(run, advice, best) <= 1) counts.withinOne++;
      if (isMisfit) counts.advisedReturned++;
    }
    this.past(wish);
  }

  figures(): Figures {
    return this.#figures;
  }

  #groupsOf(wish: Wish): Group[] {
    const { stay, at } = wish;
    const decided = (times: readonly number[] | undefined) =>
      (times ?? []).filter((time) => time + this.#window <= stay.time).length;
    const run = this.#world.items[at]?.sizes;
    return [
      'all',
      this.#historyOf(stay, decided(this.#users.get(stay.user))),
      ...(stay.wearer.who === 'self' ? [] : (['for somebody else'] as const)),
      ...(decided(this.#items.get(at)) < newItemOrders ? (['new items'] as const) : []),
      ...(run?.lengths.some((length) => length !== 0) ? (['petite or tall'] as const) : []),
    ];
  }

  #historyOf({ user, person }: Wish['stay'], orders: number): Group {
    if (orders >= warmOrders) return 'warm users';
    if (orders > 0) return 'users with little history';
    const { heightCm, bustCm } = toldMeasurements(this.#world.seed, user, person);
    const isTold = heightCm !== null || bustCm !== null;
    return isTold ? 'new users, measurements told' : 'new users, nothing told';
  }
}

function append(times: Map<number, number[]>, key: number, time: number): void {
  const list = times.get(key);
  if (list) list.push(time);
  else times.set(key, [time]);
}
