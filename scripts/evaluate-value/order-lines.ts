import type { CustomerMovements } from '../../models/segmentation/value/evaluate-value.ts';
import type { Movement } from '../../models/segmentation/value/order-history.ts';
import { UsageError } from '../../services/errors.ts';
import { RowError } from '../../services/imports/row-error.ts';

const shown = 5;
const msOfDay = 86_400_000;

/** Orders and returns as they are read, and the lines that are neither. */
export class OrderLines {
  readonly #path: string;
  readonly #customers = new Map<string, { orders: Movement[]; returns: Movement[] }>();
  readonly #bad: string[] = [];
  #badCount = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.#path = path;
  }

  /** The first and the last day with an order or a return. */
  get span(): { readonly first: number; readonly last: number } {
    return { first: this.#first, last: this.#last };
  }

  addOrder(customer: string, movement: Movement): void {
    this.#of(customer, movement.day).orders.push(movement);
  }

  addReturn(customer: string, movement: Movement): void {
    this.#of(customer, movement.day).returns.push(movement);
  }

  /** Runs `work` for a line; a RowError counts the line among the bad ones. */
  line(line: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      this.#badCount++;
      if (this.#bad.length < shown) this.#bad.push(`${this.#path}:${line}: ${error.message}`);
    }
  }

  /** @throws UsageError that names bad lines, where there are any, and when there is no order */
  customers(): CustomerMovements[] {
    if (this.#badCount > 0) {
      const more = this.#badCount - this.#bad.length;
      const others = more > 0 ? [`and ${more} more`] : [];
      throw new UsageError([...this.#bad, ...others].join('\n'));
    }
    if (this.#customers.size === 0) throw new UsageError(`${this.#path}: has no orders`);
    return [...this.#customers].map(([customer, of]) => ({ customer, ...of }));
  }

  #of(customer: string, day: number) {
    this.#first = Math.min(this.#first, day);
    this.#last = Math.max(this.#last, day);
    let of = this.#customers.get(customer);
    if (of === undefined) {
      of = { orders: [], returns: [] };
      this.#customers.set(customer, of);
    }
    return of;
  }
}

/**
 * The day of `1997-09-30`, since 1970-01-01.
 *
 * @returns NaN for what is no date, 1997-02-30 too
 */
export function dayOf(date: string): number {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return dateOf(ms / msOfDay) === date ? ms / msOfDay : Number.NaN;
}

/** `1997-09-30` */
export function dateOf(day: number): string | undefined {
  return Number.isFinite(day) ? new Date(day * msOfDay).toISOString().slice(0, 10) : undefined;
}
