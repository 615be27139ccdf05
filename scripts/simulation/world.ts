import { dayLength } from './calendar.ts';
import { makeItems, type Period, type SimulatedItem } from './catalogue.ts';
import { Experience } from './experience.ts';
import { type Attendance, makeAttendance, usualVisitsADay } from './people.ts';
import { itemsByCategory, makeRooms, RoomChoice, type SimulatedRoom } from './rooms.ts';
import { Stock } from './stock.ts';
import { categories } from './vocabulary.ts';

export interface WorldOptions {
  readonly users: number;
  readonly items: number;
  readonly rooms: number;
  readonly days: number;
  readonly seed: number;
  /** When the simulation ends. */
  readonly until: Date;
  /** Visits a day of an average user; 0.08 unless given. */
  readonly visitsADay?: number;
}

/** A shop and its people with all truth, and what has happened so far as far as it matters. */
export interface World {
  readonly seed: number;
  readonly users: number;
  readonly days: number;
  readonly period: Period;
  readonly items: readonly SimulatedItem[];
  readonly rooms: readonly SimulatedRoom[];
  readonly roomChoice: RoomChoice;
  /** Places in `items` of those that are not hidden. */
  readonly byCategory: readonly (readonly number[])[];
  readonly attendance: Attendance;
  readonly stock: Stock;
  readonly sales: RecentSales;
  readonly owned: Owned;
  readonly experience: Experience;
}

/** The same for the same options. Holds 33 bytes a user, what people have learnt, and what the catalogue needs. */
export function makeWorld({ users, items: count, rooms: roomCount, ...rest }: WorldOptions): World {
  const { seed, days, until, visitsADay = usualVisitsADay } = rest;
  const period = { from: until.getTime() - days * dayLength, until: until.getTime() };
  const items = makeItems(seed, count, period);
  const rooms = makeRooms(seed, roomCount, items);
  return {
    ...{ seed, users, days, period, items, rooms },
    roomChoice: new RoomChoice(rooms),
    byCategory: itemsByCategory(items),
    attendance: makeAttendance(seed, users, days, visitsADay),
    stock: new Stock(items, seed, expectedSales(users * days * visitsADay, items)),
    sales: new RecentSales(items.length),
    owned: new Owned(users),
    experience: new Experience(),
  };
}

/** Pieces of one SKU in the whole period, roughly: enough for most to be on hand most of the time. */
function expectedSales(visits: number, items: readonly SimulatedItem[]): number {
  const skus = items.reduce((sum, item) => sum + item.sizes.labels.length * item.colours.length, 0);
  const salesPerVisit = 0.2;
  return 1 + (visits * salesPerVisit) / Math.max(1, skus);
}

/** How much of each item was sold of late: what visitors are told ("123 sold"). */
export class RecentSales {
  readonly #pieces: Float64Array;

  constructor(items: number) {
    this.#pieces = new Float64Array(items);
  }

  of(item: number): number {
    return this.#pieces[item] ?? 0;
  }

  add(item: number): void {
    this.#pieces[item] = this.of(item) + 1;
  }

  /** Half is forgotten in ten days. */
  nextDay(): void {
    for (let at = 0; at < this.#pieces.length; at++) {
      this.#pieces[at] = (this.#pieces[at] ?? 0) * 0.93;
    }
  }
}

const places = categories.length;

/** Pieces that a user has bought of each category: a byte each. */
export class Owned {
  readonly #pieces: Uint8Array;

  constructor(users: number) {
    this.#pieces = new Uint8Array(users * places);
  }

  of(user: number, category: number): number {
    return this.#pieces[user * places + category] ?? 0;
  }

  add(user: number, category: number): void {
    const at = user * places + category;
    this.#pieces[at] = Math.min(255, (this.#pieces[at] ?? 0) + 1);
  }
}
