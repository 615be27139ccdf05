import type { EventRow } from '../../services/simulation/shop-store.ts';
import { dayLength } from './calendar.ts';
import type { SimulatedItem } from './catalogue.ts';
import type { Journal } from './journal.ts';
import { normal, type Random, randomOf } from './random.ts';
import { neighbourOf } from './size-runs.ts';
import {
  fittingPlace,
  learnFrom,
  type Ordering,
  orderedSize,
  returnReason,
  takesAdvice,
} from './sizes.ts';
import { coldnessAt, fashionAt, wantOf } from './taste.ts';
import type { Stay } from './visits.ts';
import type { World } from './world.ts';

/** What lies in front of a visitor. */
export interface Shown {
  /** Place in the world's items. */
  readonly at: number;
  /** From 0, of everything seen in this visit. */
  readonly position: number;
  /** The place in the size run of the size that is chosen for the visitor beforehand. */
  readonly size?: number | undefined;
}

export interface FunnelOptions {
  readonly world: World;
  readonly journal: Journal;
  /** Told of a return when the piece is sold; it happens at its `occurredAt`, days later. */
  readonly onReturn: (parcel: EventRow) => void;
}

const reactionStream = 52;

/**
 * What visitors do with what they are shown: impression → click → view → like, comment, share,
 * cart → purchase → return.
 *
 * What one visitor would do with one item in one visit comes from random numbers of its own, so
 * that it does not depend on what else is shown: two policies meet the same people in the same
 * mood.
 */
export class Funnel {
  readonly #options: FunnelOptions;

  constructor(options: FunnelOptions) {
    this.#options = options;
  }

  /** Events in the order of time; the visit's clock goes on, and stock and sales change. */
  *look(stay: Stay, shown: Shown): Generator<EventRow> {
    const { world, journal } = this.#options;
    const item = world.items[shown.at];
    if (item === undefined) return;
    const random = randomOf(world.seed, reactionStream, stay.user, stay.day, shown.at);
    const { id: itemId } = item;
    yield journal.row(stay, {
      type: 'impression',
      itemId,
      properties: { position: shown.position },
    });
    stay.time += 1500 + random() * 6000;
    const want = this.#wantOf(stay, item);
    // What lies in front is looked at more.
    const looked = 1 / (1 + shown.position) ** 0.35;
    if (random() >= looked * this.#temptation(want, item, stay.time, shown.at)) return;
    yield journal.row(stay, { type: 'click', itemId });
    const dwell = Math.round(2500 * (1 + 12 * want) * Math.exp(0.8 * normal(random)));
    stay.time += dwell;
    yield journal.row(stay, { type: 'view', itemId, value: dwell });
    if (random() < 0.02 + 0.4 * want) yield journal.row(stay, { type: 'like', itemId });
    if (random() < 0.02) yield journal.row(stay, { type: 'comment', itemId });
    if (random() < 0.15 * want) yield journal.row(stay, { type: 'share', itemId });
    if (random() >= 1 - Math.exp(-2 * want)) return;
    stay.time += 4000 + random() * 20_000;
    yield journal.row(stay, { type: 'cart', itemId });
    stay.time += 10_000 + random() * 120_000;
    if (random() < 0.12) yield journal.row(stay, { type: 'uncart', itemId });
    else if (random() < 0.6) yield* this.#buy(stay, item, shown, random);
  }

  /** How likely the visitor is to click, were the item in front of everything: the truth itself. */
  temptationOf(stay: Stay, at: number): number {
    const item = this.#options.world.items[at];
    return item === undefined ? 0 : this.#temptation(this.#wantOf(stay, item), item, stay.time, at);
  }

  #wantOf(stay: Stay, item: SimulatedItem): number {
    const owned = this.#options.world.owned.of(stay.user, item.categoryIndex);
    const { occasion, day, time, wearer } = stay;
    const coldness = coldnessAt(time);
    return wantOf(stay.person, item, { occasion, day, coldness, owned, wears: wearer.wears });
  }

  /** What others bought is trusted more. */
  #temptation(want: number, { truth }: SimulatedItem, time: number, at: number): number {
    const herd = 1 + 0.15 * Math.log1p(this.#options.world.sales.of(at));
    const tempted = 1 - Math.exp(-3 * want * truth.appeal * fashionAt(truth.fashion, time) * herd);
    return 0.02 + 0.75 * tempted;
  }

  *#buy(stay: Stay, item: SimulatedItem, shown: Shown, random: Random): Generator<EventRow> {
    const { world, journal, onReturn } = this.#options;
    const { at } = shown;
    const size = this.#sizeOnHand(stay, item, shown, random);
    const colour = size === undefined ? undefined : world.stock.take(random, at, size);
    if (size === undefined || colour === undefined) return;
    const order = {
      itemId: item.id,
      skuId: skuId(item, size, colour),
      quantity: 1,
      unitPrice: Number((item.price * (stay.room?.discount ?? 1)).toFixed(2)),
      orderId: `order-${stay.sessionId}-${item.id}`,
    };
    yield journal.row(stay, { type: 'purchase', ...order });
    world.sales.add(at);
    world.owned.add(stay.user, item.categoryIndex);
    const reason = returnReason(random, stay.wearer, item, size);
    const time = stay.time + (2 + 8 * random()) * dayLength;
    const isReturned = reason === 'too_small' || reason === 'too_large';
    learnFrom({ ...orderingOf(stay, world), time }, item, { size, isReturned });
    if (reason === undefined) return;
    onReturn(journal.row({ ...stay, time }, { type: 'return', ...order, reason, roomId: null }));
  }

  /** The size ordered; when it is sold out, some take the one beside it and most go without. */
  #sizeOnHand(
    stay: Stay,
    item: SimulatedItem,
    { at, size: chosen }: Shown,
    random: Random,
  ): number | undefined {
    const { wearer } = stay;
    const own = orderedSize(random, item, orderingOf(stay, this.#options.world));
    const takes = takesAdvice(random, item, { own, advice: chosen });
    const wanted = takes && chosen !== undefined ? chosen : own;
    const takesNext = random() < 0.3;
    const has = (size: number) =>
      item.colours.some((_, colour) => this.#options.world.stock.of(at, size, colour) > 0);
    if (has(wanted)) return wanted;
    const isTight = fittingPlace(wearer, item) > (item.sizes.places[wanted] ?? 0);
    const next = neighbourOf(item.sizes, wanted, isTight ? 1 : -1);
    return next !== undefined && has(next) && takesNext ? next : undefined;
  }
}

function orderingOf({ user, wearer, time }: Stay, { experience }: World): Ordering {
  return { user, wearer, time, experience };
}

export function skuId(item: SimulatedItem, size: number, colour: number): string {
  return `${item.id}-${item.sizes.labels[size]}-${item.colours[colour]}`;
}
