import type { EventRow } from '../../../services/simulation/shop-store.ts';
import { dayLength } from '../calendar.ts';
import { skuId } from '../funnel.ts';
import { Journal } from '../journal.ts';
import { index, randomOf } from '../random.ts';
import { neighbourOf } from '../size-runs.ts';
import {
  bestSize,
  learnFrom,
  type Ordering,
  orderedSize,
  returnReason,
  type Trust,
  takesAdvice,
} from '../sizes.ts';
import { makeWorld, type World, type WorldOptions } from '../world.ts';
import type { Advice, SizePolicy, SizeQuestion } from './size-policy.ts';
import { type Figures, SizeTally } from './size-tally.ts';
import { type Wish, Wishes } from './wishes.ts';

export interface SizeLoopOptions extends WorldOptions {
  /** The last days of the world, in which the policy names sizes. */
  readonly policyDays: number;
  /** Days after which what has not come back is kept. */
  readonly windowDays: number;
  readonly trust: Trust;
}

/** A world on the morning on which a policy comes. */
export interface Morning {
  readonly world: World;
  /** Orders and returns so far, in the order of time: people were left to themselves. */
  readonly past: readonly EventRow[];
  /** Milliseconds since 1970. */
  readonly clock: { time: number };
}

export type MakeSizePolicy = (morning: Morning) => Promise<SizePolicy>;

const believesStream = 71;
const returnStream = 72;

/**
 * Lets one policy name sizes to people who order. Who wants what and when, what each believes, whether
 * they take advice, and the luck by which a misfit comes back are the same for every policy of a
 * seed; only the sizes differ, and what people learn from them. Everything is in stock.
 */
export async function runSizeLoop(
  options: SizeLoopOptions,
  make: MakeSizePolicy,
): Promise<Figures> {
  const world = makeWorld(options);
  const { days, period } = world;
  const shop = new Till(world, options.trust);
  const wishes = new Wishes(world);
  const tally = new SizeTally(world, options.windowDays);
  const firstDay = days - options.policyDays;
  const past: EventRow[] = [];
  for (let day = 0; day < firstDay; day++) {
    for (const wish of wishes.of(day)) {
      past.push(...shop.arrived(wish.stay.time));
      const order = shop.sell(wish, undefined);
      past.push(order.event);
      tally.past(wish);
    }
  }
  const clock = { time: period.from + firstDay * dayLength };
  past.push(...shop.arrived(clock.time));
  const policy = await make({ world, past, clock });
  try {
    await policy.observe(past);
    for (let day = firstDay; day < days; day++) {
      clock.time = Math.max(clock.time, period.from + day * dayLength);
      await policy.nightly(clock.time);
      for (const wish of wishes.of(day)) await serve(wish);
    }
    return tally.figures();
  } finally {
    await policy.close();
  }

  async function serve(wish: Wish): Promise<void> {
    clock.time = Math.max(clock.time, Math.ceil(wish.stay.time));
    await policy.observe(shop.arrived(wish.stay.time));
    const advice = await policy.advise(questionOf(wish), wish);
    const order = shop.sell(wish, advice);
    await policy.observe([order.event]);
    tally.order(wish, { ...order, advice });
  }
}

function questionOf({ stay, at }: Wish): SizeQuestion {
  return { userId: stay.person.id, user: stay.user, at, time: Math.ceil(stay.time) };
}

/** An order with the truth about it. */
export interface Sold {
  readonly event: EventRow;
  readonly size: number;
  readonly best: number;
  /** Comes back as too small or too large. */
  readonly isMisfit: boolean;
}

/** Sells pieces and takes them back. */
class Till {
  readonly #world: World;
  readonly #trust: Trust;
  readonly #journal: Journal;
  readonly #parcels: EventRow[] = [];

  constructor(world: World, trust: Trust) {
    this.#world = world;
    this.#trust = trust;
    this.#journal = new Journal(`sizes-${world.seed}`);
  }

  /** Parcels that have come back by now and were not asked for before. */
  arrived(time: number): EventRow[] {
    const back = this.#parcels.filter(({ occurredAt }) => occurredAt <= time);
    if (back.length === 0) return [];
    const away = this.#parcels.filter(({ occurredAt }) => occurredAt > time);
    this.#parcels.splice(0, this.#parcels.length, ...away);
    return back.sort((a, b) => a.occurredAt - b.occurredAt);
  }

  /** @param said what is said to them */
  sell({ stay, at, number }: Wish, said: Advice): Sold {
    const { seed, experience, items } = this.#world;
    const item = items[at];
    if (item === undefined) throw new RangeError(`no item at ${at}`);
    const { user, wearer, time, day } = stay;
    const ordering: Ordering = { user, wearer, time, experience };
    const random = randomOf(seed, believesStream, user, day, number);
    const own = orderedSize(random, item, ordering);
    const advice = typeof said === 'object' ? neighbourOf(item.sizes, own, said.larger) : said;
    const takes = takesAdvice(random, item, { own, advice, trust: this.#trust });
    const size = takes && advice !== undefined ? advice : own;
    const order = {
      itemId: item.id,
      skuId: skuId(item, size, index(random, item.colours.length)),
      quantity: 1,
      unitPrice: item.price,
      orderId: `order-${stay.sessionId}-${number}`,
    };
    const luck = randomOf(seed, returnStream, user, day, number);
    const known = time + (2 + 8 * luck()) * dayLength;
    const reason = returnReason(luck, wearer, item, size);
    const isMisfit = reason === 'too_small' || reason === 'too_large';
    learnFrom({ ...ordering, time: known }, item, { size, isReturned: isMisfit });
    const event = this.#journal.row(stay, { type: 'purchase', ...order });
    if (reason !== undefined) {
      const later = { ...stay, time: known };
      this.#parcels.push(this.#journal.row(later, { type: 'return', ...order, reason }));
    }
    return { event, size, best: bestSize(wearer, item), isMisfit };
  }
}
