import { quintileCuts, type Score, scoreOf } from './quintiles.ts';
import { type Cell, type CustomerFacts, cellOf, type RuleCells } from './rule-cells.ts';
import type { RfmGroup, Tier } from './tiers.ts';

/** A purchase or a return. Times are milliseconds since 1970. */
export interface OrderEvent {
  readonly userId: string;
  readonly isReturn: boolean;
  /** Undefined: a purchase is an order by itself. */
  readonly orderId?: string;
  readonly itemId?: string;
  readonly quantity: number;
  readonly unitPrice?: number;
  readonly at: number;
}

/** A user's row. */
export interface RfmRow {
  readonly firstOrderAt: number | undefined;
  readonly lastOrderAt: number | undefined;
  readonly frequency: number;
  readonly monetary: number;
  readonly recencyScore: Score | undefined;
  readonly frequencyScore: Score | undefined;
  readonly monetaryScore: Score | undefined;
  readonly tier: Tier;
  readonly group: RfmGroup;
}

const day = 86_400_000;

/**
 * What services/rfm works out in SQL, told plainly: the reference that tests compare it with.
 *
 * @param users all who are counted, with their purchases and returns or without
 * @param asOf milliseconds since 1970; what comes later does not count
 */
export function rfmOf(
  users: readonly string[],
  events: readonly OrderEvent[],
  { windowDays, bands, cells }: RuleCells,
  asOf: number,
): Map<string, RfmRow> {
  const from = asOf - windowDays * day;
  const sums = users.map((userId) => {
    const own = events.filter((event) => event.userId === userId && event.at <= asOf);
    return { userId, ...sumsOf(own, from) };
  });
  const customers = sums.filter(({ frequency }) => frequency > 0);
  const cuts = {
    recency: quintileCuts(customers.map(({ lastOrderAt = 0 }) => lastOrderAt)),
    frequency: quintileCuts(customers.map(({ frequency }) => frequency)),
    monetary: quintileCuts(customers.map(({ monetary }) => monetary)),
  };
  const named = new Map(cells.map(({ tier, group, ...cell }) => [keyOf(cell), { tier, group }]));
  return new Map(
    sums.map(({ userId, ...sum }) => {
      const isCustomer = sum.frequency > 0;
      const scores = {
        recencyScore: isCustomer ? scoreOf(sum.lastOrderAt ?? 0, cuts.recency) : undefined,
        frequencyScore: isCustomer ? scoreOf(sum.frequency, cuts.frequency) : undefined,
        monetaryScore: isCustomer ? scoreOf(sum.monetary, cuts.monetary) : undefined,
      };
      const name = named.get(keyOf(cellOf(factsOf(sum, scores, asOf), bands)));
      if (name === undefined) throw new Error(`there is no cell for ${userId}`);
      return [userId, { ...sum, ...scores, ...name }];
    }),
  );
}

type Scores = Pick<RfmRow, 'recencyScore' | 'frequencyScore' | 'monetaryScore'>;
type Sums = Pick<RfmRow, 'firstOrderAt' | 'lastOrderAt' | 'frequency' | 'monetary'>;

function sumsOf(events: readonly OrderEvent[], from: number): Sums {
  const purchases = events.filter(({ isReturn }) => !isReturn);
  const recent = purchases.filter(({ at }) => at > from);
  const single = recent.filter(({ orderId }) => orderId === undefined);
  const orders = new Set(recent.flatMap(({ orderId }) => orderId ?? []));
  const times = purchases.map(({ at }) => at).sort((a, b) => a - b);
  const known = new Set(purchases.flatMap(({ orderId }) => orderId ?? []));
  const returned = events.filter(({ isReturn, at, orderId }) => {
    const isOfOlderOrder = orderId !== undefined && known.has(orderId) && !orders.has(orderId);
    return isReturn && at > from && !isOfOlderOrder;
  });
  const paid = recent.map(({ quantity, unitPrice = 0 }) => quantity * unitPrice);
  const back = returned.map((event) => refundOf(event, purchases));
  return {
    firstOrderAt: times[0],
    lastOrderAt: times.at(-1),
    frequency: orders.size + single.length,
    monetary: cents(sum(paid) - sum(back)),
  };
}

/** Without a price, what the same item cost in the order; nothing where that is not known. */
function refundOf(event: OrderEvent, purchases: readonly OrderEvent[]): number {
  const { unitPrice, quantity, orderId, itemId } = event;
  if (unitPrice !== undefined) return quantity * unitPrice;
  if (orderId === undefined || itemId === undefined) return 0;
  const same = purchases.filter(
    (line) => line.orderId === orderId && line.itemId === itemId && line.unitPrice !== undefined,
  );
  const pieces = sum(same.map((line) => line.quantity));
  const paid = sum(same.map((line) => line.quantity * (line.unitPrice ?? 0)));
  return pieces === 0 ? 0 : cents((quantity * paid) / pieces);
}

function factsOf(
  { firstOrderAt, lastOrderAt, frequency }: Sums,
  { recencyScore: r, frequencyScore: f, monetaryScore: m }: Scores,
  asOf: number,
): CustomerFacts {
  if (firstOrderAt === undefined || lastOrderAt === undefined) {
    return { ordered: 'never', orders: 0 };
  }
  return {
    ...(r && { recencyScore: r }),
    ...(f && { frequencyScore: f }),
    ...(m && { monetaryScore: m }),
    ordered: frequency > 0 ? 'in_window' : 'before',
    orders: frequency,
    daysSinceLast: (asOf - lastOrderAt) / day,
    daysSinceFirst: (asOf - firstOrderAt) / day,
  };
}

function keyOf(cell: Cell): string {
  const { ordered, recencyScore, frequencyScore, monetaryScore } = cell;
  const bands = [cell.orders, cell.daysSinceLast, cell.daysSinceFirst];
  return [ordered, recencyScore, frequencyScore, monetaryScore, ...bands].join(' ');
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const cents = (amount: number) => Math.round(amount * 100) / 100;
