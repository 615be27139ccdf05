import {
  type Movement,
  orderHistory,
  summariseOrders,
} from '../../models/segmentation/value/order-history.ts';
import type { PurchaseRows } from '../../models/segmentation/value/purchase-rows.ts';

/** What the models of value know of users; one element a user. */
export interface UserOrders {
  readonly users: readonly string[];
  /** In days. */
  readonly rows: PurchaseRows;
  /** Mean money of the orders after the first. */
  readonly mean: Float64Array;
}

const firstLength = 1 << 16;

/** Orders and returns of many users, in the order in which they are read. */
export class OrderBook {
  readonly #places = new Map<string, number>();
  readonly #users: string[] = [];
  #count = 0;
  #userOf = new Uint32Array(firstLength);
  #day = new Int32Array(firstLength);
  /** Below 0: money that went back. */
  #cents = new Float64Array(firstLength);

  /** @param cents 0 or more */
  add(user: string, isReturn: boolean, day: number, cents: number): void {
    // It changes nothing, and is told from an order by being below 0.
    if (isReturn && cents === 0) return;
    let place = this.#places.get(user);
    if (place === undefined) {
      place = this.#users.length;
      this.#places.set(user, place);
      this.#users.push(user);
    }
    if (this.#count === this.#userOf.length) this.#grow();
    this.#userOf[this.#count] = place;
    this.#day[this.#count] = day;
    this.#cents[this.#count] = isReturn ? -cents : cents;
    this.#count++;
  }

  /**
   * Users with an order, by their ids, so that it does not matter in which order they were read.
   *
   * @param end the last day that was seen
   */
  summarise(end: number): UserOrders {
    const movements = this.#byUser();
    const places = Uint32Array.from(this.#users, (_, place) => place)
      .filter((place) => movements.hasOrder(place))
      .sort((one, other) => ((this.#users[one] ?? '') < (this.#users[other] ?? '') ? -1 : 1));
    const repeats = new Uint32Array(places.length);
    const recency = new Float64Array(places.length);
    const age = new Float64Array(places.length);
    const mean = new Float64Array(places.length);
    places.forEach((place, at) => {
      const { orders, returns } = movements.of(place);
      const summary = summariseOrders(orderHistory(orders, returns), end);
      repeats[at] = summary.repeats;
      recency[at] = summary.recency;
      age[at] = summary.age;
      mean[at] = summary.mean;
    });
    const users = Array.from(places, (place) => this.#users[place] ?? '');
    return { users, rows: { repeats, recency, age }, mean };
  }

  /** A counting sort: the movements of a user stand together. */
  #byUser() {
    const [userOf, day, cents] = [this.#userOf, this.#day, this.#cents];
    const ends = new Uint32Array(this.#users.length + 1);
    const ordered = new Uint8Array(this.#users.length);
    for (let at = 0; at < this.#count; at++) {
      const user = userOf[at] ?? 0;
      ends[user] = (ends[user] ?? 0) + 1;
      if ((cents[at] ?? 0) >= 0) ordered[user] = 1;
    }
    let start = 0;
    ends.forEach((count, user) => {
      ends[user] = start;
      start += count;
    });
    const sorted = new Uint32Array(this.#count);
    for (let at = 0; at < this.#count; at++) {
      const user = userOf[at] ?? 0;
      const place = ends[user] ?? 0;
      sorted[place] = at;
      ends[user] = place + 1;
    }
    return {
      hasOrder: (user: number) => ordered[user] === 1,
      of: (user: number) => {
        const orders: Movement[] = [];
        const returns: Movement[] = [];
        for (let at = user === 0 ? 0 : (ends[user - 1] ?? 0); at < (ends[user] ?? 0); at++) {
          const row = sorted[at] ?? 0;
          const money = (cents[row] ?? 0) / 100;
          if (money < 0) returns.push({ day: day[row] ?? 0, money: -money });
          else orders.push({ day: day[row] ?? 0, money });
        }
        return { orders, returns };
      },
    };
  }

  #grow(): void {
    const length = 2 * this.#userOf.length;
    const userOf = new Uint32Array(length);
    const day = new Int32Array(length);
    const cents = new Float64Array(length);
    userOf.set(this.#userOf);
    day.set(this.#day);
    cents.set(this.#cents);
    [this.#userOf, this.#day, this.#cents] = [userOf, day, cents];
  }
}
