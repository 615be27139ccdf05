import type { EventRow } from '../../services/simulation/shop-store.ts';
import type { Period, SimulatedItem } from './catalogue.ts';
import { type Attendance, makeAttendance, makePerson, type Person } from './people.ts';
import { normal, type Random, randomOf, weighted } from './random.ts';
import { itemsByCategory, type SimulatedRoom } from './rooms.ts';
import { orderedSize, returnReason, trueSize } from './sizes.ts';
import type { Stock } from './stock.ts';
import { coldnessAt, wantOf } from './taste.ts';
import { categories } from './vocabulary.ts';

export interface BehaviourOptions {
  readonly seed: number;
  readonly users: number;
  readonly days: number;
  readonly period: Period;
  readonly items: readonly SimulatedItem[];
  readonly rooms: readonly SimulatedRoom[];
  readonly stock: Stock;
  /** Called before each day. */
  readonly onDay?: (day: number, events: number) => void;
}

interface Visit {
  readonly user: number;
  readonly time: number;
}

/** One visit under way: the clock runs with what is done. */
interface Stay {
  readonly person: Person;
  readonly userId: string | null;
  readonly sessionId: string;
  readonly room: SimulatedRoom | undefined;
  readonly random: Random;
  readonly occasion: number;
  readonly day: number;
  time: number;
}

const hour = 3_600_000;
const dayLength = 24 * hour;
/** China's clock. */
const zone = 8 * hour;
const attendanceStream = 50;
const visitStream = 51;
// How often people come at each hour of the day, at the most 1: lunch, and above all the evening.
const hours = [
  0.25, 0.12, 0.05, 0.03, 0.03, 0.05, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.55, 0.5, 0.35, 0.35, 0.35,
  0.4, 0.5, 0.75, 1, 1, 0.85, 0.5,
];

/**
 * What happens in the shop, day by day and visit by visit. Visits see each other only through what
 * has been sold: it empties the stock, and what sells is shown first.
 */
export class Behaviour {
  readonly #options: BehaviourOptions;
  readonly #attendance: Attendance;
  readonly #byCategory: readonly (readonly number[])[];
  /** Recent sales of each item. */
  readonly #sales: Float64Array;
  /** Pieces that a user has of a category, by `user * categories + category`. */
  readonly #owned = new Map<number, number>();
  /** Parcels on their way back, by the day on which they arrive. */
  readonly #returns = new Map<number, EventRow[]>();
  #events = 0;

  constructor(options: BehaviourOptions) {
    this.#options = options;
    this.#attendance = makeAttendance(options.seed, options.users, options.days);
    this.#byCategory = itemsByCategory(options.items);
    this.#sales = new Float64Array(options.items.length);
  }

  /** All events. The days are in order; within a day the visits are, and each visit's events. */
  *events(): Generator<EventRow> {
    const { days, stock, onDay } = this.#options;
    for (let day = 0; day < days; day++) {
      onDay?.(day, this.#events);
      stock.nextDay(day);
      for (let at = 0; at < this.#sales.length; at++)
        this.#sales[at] = (this.#sales[at] ?? 0) * 0.93;
      yield* this.#returns.get(day) ?? [];
      this.#returns.delete(day);
      for (const visit of this.#visitsOf(day)) yield* this.#visit(visit, day);
    }
    onDay?.(days, this.#events);
  }

  #visitsOf(day: number): Visit[] {
    const { seed, users, period } = this.#options;
    const { rate, firstDay, lastDay } = this.#attendance;
    const random = randomOf(seed, attendanceStream, day);
    const start = period.from + day * dayLength;
    const isWeekend = [0, 6].includes(new Date(start + zone).getUTCDay());
    const visits: Visit[] = [];
    for (let user = 0; user < users; user++) {
      const isThere = day >= (firstDay[user] ?? 0) && day < (lastDay[user] ?? 0);
      const chance = (rate[user] ?? 0) * (isWeekend ? 1.3 : 0.9);
      if (random() >= chance || !isThere) continue;
      visits.push({ user, time: start + timeOfDay(random, start) });
    }
    return visits.sort((a, b) => a.time - b.time);
  }

  *#visit({ user, time }: Visit, day: number): Generator<EventRow> {
    const { seed, users, period, rooms } = this.#options;
    const random = randomOf(seed, visitStream, user, day);
    const year = new Date(period.until).getUTCFullYear();
    const person = makePerson(seed, user, users, year);
    const isWeekend = [0, 6].includes(new Date(time + zone).getUTCDay());
    const purposes = person.truth.dressesFor.map((share, at) =>
      at === 0 && isWeekend ? share * 0.3 : share,
    );
    const room = random() < 0.8 ? chooseRoom(random, person, rooms) : undefined;
    const isKnown = random() >= 0.05;
    const stay: Stay = {
      person,
      userId: isKnown ? person.id : null,
      sessionId: `session-${user + 1}-${day}`,
      room,
      random,
      occasion: weighted(random, purposes),
      day,
      time,
    };
    if (room !== undefined && random() < 0.03) {
      yield* this.#emit(stay, { type: 'follow', properties: { hostId: room.hostId } });
    }
    const list = this.#listFor(stay);
    const seen = Math.min(list.length, 3 + Math.floor(-Math.log(1 - random()) * 7));
    for (let position = 0; position < seen; position++) {
      yield* this.#show(stay, list[position] ?? 0, position, user);
    }
  }

  /** What lies in front of the visitor: best-sellers drift to the front, the rest as it comes. */
  #listFor({ room, random, person, time }: Stay): number[] {
    const { items } = this.#options;
    const own = categories.flatMap((category, at) =>
      category.gender === person.gender ? [at] : [],
    );
    const browsed = () => this.#byCategory[own[Math.floor(random() * own.length)] ?? 0] ?? [];
    const list = (room?.shelf ?? browsed()).filter((at) => (items[at]?.launchedAt ?? 0) <= time);
    const placed = list.map((at) => ({
      at,
      place: Math.log1p(this.#sales[at] ?? 0) + 1.5 * normal(random),
    }));
    return placed.sort((a, b) => b.place - a.place).map(({ at }) => at);
  }

  *#show(stay: Stay, at: number, position: number, user: number): Generator<EventRow> {
    const item = this.#options.items[at];
    if (item === undefined) return;
    const { person, random, occasion, day } = stay;
    const key = user * categories.length + item.categoryIndex;
    const owned = this.#owned.get(key) ?? 0;
    const want = wantOf(person, item, { occasion, day, coldness: coldnessAt(stay.time), owned });
    const itemId = item.id;
    yield* this.#emit(stay, { type: 'impression', itemId, properties: { position } });
    stay.time += 1500 + random() * 6000;
    // What lies in front is looked at more, what others bought is trusted more.
    const looked = 1 / (1 + position) ** 0.35;
    const herd = 1 + 0.15 * Math.log1p(this.#sales[at] ?? 0);
    const tempted = 1 - Math.exp(-9 * want * item.truth.appeal * herd);
    if (random() >= looked * (0.02 + 0.75 * tempted)) return;
    yield* this.#emit(stay, { type: 'click', itemId });
    const dwell = Math.round(2500 * (1 + 12 * want) * Math.exp(0.8 * normal(random)));
    stay.time += dwell;
    yield* this.#emit(stay, { type: 'view', itemId, value: dwell });
    if (random() < 0.02 + 0.4 * want) yield* this.#emit(stay, { type: 'like', itemId });
    if (random() < 0.02) yield* this.#emit(stay, { type: 'comment', itemId });
    if (random() < 0.15 * want) yield* this.#emit(stay, { type: 'share', itemId });
    if (random() >= 1 - Math.exp(-2 * want)) return;
    stay.time += 4000 + random() * 20_000;
    yield* this.#emit(stay, { type: 'cart', itemId });
    stay.time += 10_000 + random() * 120_000;
    if (random() < 0.12) yield* this.#emit(stay, { type: 'uncart', itemId });
    else if (random() < 0.6) yield* this.#buy(stay, item, at, key);
  }

  *#buy(stay: Stay, item: SimulatedItem, at: number, key: number): Generator<EventRow> {
    const { person, random, room } = stay;
    const size = this.#sizeOnHand(stay, item, at);
    if (size === undefined) return;
    const colour = this.#options.stock.take(random, at, size);
    if (colour === undefined) return;
    const unitPrice = Number((item.price * (room?.discount ?? 1)).toFixed(2));
    const order = {
      itemId: item.id,
      skuId: skuId(item, size, colour),
      quantity: 1,
      unitPrice,
      orderId: `order-${stay.sessionId}-${item.id}`,
    };
    yield* this.#emit(stay, { type: 'purchase', ...order });
    this.#sales[at] = (this.#sales[at] ?? 0) + 1;
    this.#owned.set(key, (this.#owned.get(key) ?? 0) + 1);
    const reason = returnReason(random, person, item, size);
    if (reason !== undefined) this.#sendBack(stay, { ...order, reason });
  }

  /** The size ordered; when it is sold out, some take the one beside it and most go without. */
  #sizeOnHand({ random, person }: Stay, item: SimulatedItem, at: number): number | undefined {
    const wanted = orderedSize(random, person, item);
    const has = (size: number) =>
      item.colours.some((_, colour) => this.#options.stock.of(at, size, colour) > 0);
    if (has(wanted)) return wanted;
    const next = wanted + (trueSize(person, item) > wanted ? 1 : -1);
    const exists = next >= 0 && next < item.category.sizes.labels.length;
    return exists && has(next) && random() < 0.3 ? next : undefined;
  }

  #sendBack(stay: Stay, order: Partial<EventRow>): void {
    const { period } = this.#options;
    const time = Math.floor(stay.time + (2 + 8 * stay.random()) * dayLength);
    if (time > period.until) return;
    const day = Math.floor((time - period.from) / dayLength);
    const parcels = this.#returns.get(day) ?? [];
    parcels.push(this.#row({ ...stay, time }, { type: 'return', ...order, roomId: null }));
    this.#returns.set(day, parcels);
  }

  /** An event of now; what would happen after the end of the simulation does not. */
  *#emit(stay: Stay, event: Partial<EventRow> & { type: string }): Generator<EventRow> {
    if (stay.time <= this.#options.period.until) yield this.#row(stay, event);
  }

  #row(stay: Stay, event: Partial<EventRow> & { type: string }): EventRow {
    this.#events++;
    return {
      eventId: `sim-${this.#options.seed}-${this.#events}`,
      userId: stay.userId,
      sessionId: stay.sessionId,
      itemId: null,
      skuId: null,
      roomId: stay.room?.id ?? null,
      value: null,
      quantity: null,
      unitPrice: null,
      orderId: null,
      reason: null,
      properties: null,
      occurredAt: Math.floor(stay.time),
      ...event,
    };
  }
}

export function skuId(item: SimulatedItem, size: number, colour: number): string {
  return `${item.id}-${item.category.sizes.labels[size]}-${item.colours[colour]}`;
}

/** Milliseconds after `start`, by the hours at which people come. */
function timeOfDay(random: Random, start: number): number {
  for (;;) {
    const offset = random() * dayLength;
    const local = Math.floor(((start + offset + zone) % dayLength) / hour);
    if (random() < (hours[local] ?? 0)) return offset;
  }
}

/** Some rooms are known to everybody, and a room's theme is for women or for men. */
function chooseRoom(
  random: Random,
  person: Person,
  rooms: readonly SimulatedRoom[],
): SimulatedRoom | undefined {
  const theme = person.gender === 'female' ? 'women' : 'men';
  const drawn = rooms.map(
    (room, at) => (room.theme.startsWith(theme) ? 1 : 0.08) / (1 + at) ** 0.5,
  );
  return rooms[weighted(random, drawn)];
}
