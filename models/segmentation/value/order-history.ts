/** Money on a day; days are counted since 1970-01-01. */
export interface Movement {
  readonly day: number;
  /** 0 or more. */
  readonly money: number;
}

/** What a customer ordered, by day. Several orders of a day are one. */
export interface OrderHistory {
  /** Ascending. */
  readonly days: readonly number[];
  /** Of each day, less what came back of it. */
  readonly money: readonly number[];
}

/**
 * Puts orders of one day together, and takes what came back from the money of the last day with an
 * order before it. What came back before any order is of orders that are not known, and is left out.
 *
 * @param through what is later is left out, returns as well: nobody knows of them on that day
 */
export function orderHistory(
  orders: readonly Movement[],
  returns: readonly Movement[],
  through = Number.POSITIVE_INFINITY,
): OrderHistory {
  const days: number[] = [];
  const money: number[] = [];
  for (const order of orders.toSorted((one, other) => one.day - other.day)) {
    if (order.day > through) break;
    if (days.at(-1) !== order.day) {
      days.push(order.day);
      money.push(0);
    }
    money[money.length - 1]! += order.money;
  }
  for (const { day, money: back } of returns) {
    if (day > through) continue;
    const at = days.findLastIndex((ordered) => ordered <= day);
    if (at >= 0) money[at]! -= back;
  }
  return { days, money };
}

/** What the models of value know of a customer, in days. */
export interface OrderSummary {
  readonly repeats: number;
  readonly recency: number;
  readonly age: number;
  /** Mean money of the orders after the first; 0 where there are none. */
  readonly mean: number;
}

/**
 * @param end the last day that was seen
 * @throws RangeError for a history without orders
 */
export function summariseOrders({ days, money }: OrderHistory, end: number): OrderSummary {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined || last > end) {
    throw new RangeError(`${days.length} orders, the last on day ${last}, seen through day ${end}`);
  }
  const repeats = days.length - 1;
  const spent = money.slice(1).reduce((sum, one) => sum + one, 0);
  const mean = repeats > 0 ? spent / repeats : 0;
  return { repeats, recency: last - first, age: end - first, mean };
}
