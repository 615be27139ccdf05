import type { SimulatedItem } from './catalogue.ts';
import { index, normal, type Random, randomOf } from './random.ts';

/** Told of every SKU whose pieces change: the item's place, the size's, the colour's. */
export type StockListener = (item: number, size: number, colour: number, pieces: number) => void;

const stockStream = 30;
const daysBetweenDeliveries = 7;

/** Pieces on hand of every SKU, by item, size and colour. */
export class Stock {
  readonly #items: readonly SimulatedItem[];
  readonly #seed: number;
  /** Where each item's SKUs start: sizes × colours, the colours of a size together. */
  readonly #starts: Uint32Array;
  readonly #pieces: Uint16Array;
  readonly #scale: number;
  #listener: StockListener | undefined;

  /** @param salesPerSku what one SKU is expected to sell in the whole period, on average */
  constructor(items: readonly SimulatedItem[], seed: number, salesPerSku: number) {
    this.#items = items;
    this.#seed = seed;
    this.#scale = salesPerSku;
    this.#starts = new Uint32Array(items.length + 1);
    items.forEach((item, at) => {
      const skus = item.sizes.labels.length * item.colours.length;
      this.#starts[at + 1] = (this.#starts[at] ?? 0) + skus;
    });
    this.#pieces = new Uint16Array(this.#starts[items.length] ?? 0);
    items.forEach((_, at) => {
      this.#deliver(randomOf(seed, stockStream, at), at);
    });
  }

  /** Tells `listener` of every change from now on. */
  watch(listener: StockListener): void {
    this.#listener = listener;
  }

  /** A colour of the item in this size that is on hand, now one piece less; or undefined. */
  take(random: Random, item: number, size: number): number | undefined {
    const colours = this.#items[item]?.colours.length ?? 0;
    const first = (this.#starts[item] ?? 0) + size * colours;
    const start = index(random, colours);
    for (let n = 0; n < colours; n++) {
      const colour = (start + n) % colours;
      const pieces = this.#pieces[first + colour] ?? 0;
      if (pieces === 0) continue;
      this.#pieces[first + colour] = pieces - 1;
      this.#listener?.(item, size, colour, pieces - 1);
      return colour;
    }
    return undefined;
  }

  /** Pieces of one SKU. */
  of(item: number, size: number, colour: number): number {
    const colours = this.#items[item]?.colours.length ?? 0;
    return this.#pieces[(this.#starts[item] ?? 0) + size * colours + colour] ?? 0;
  }

  /** Some items are delivered again once a week; others have been sold for good. */
  nextDay(day: number): void {
    this.#items.forEach((_, at) => {
      if ((day + at) % daysBetweenDeliveries !== 0) return;
      const random = randomOf(this.#seed, stockStream, at, day);
      if (random() < 0.3) this.#deliver(random, at);
    });
  }

  /** Fills up what has run low: most in the middle of the size run, and of the regular length. */
  #deliver(random: Random, at: number): void {
    const item = this.#items[at];
    if (item === undefined) return;
    const { labels, girths, lengths } = item.sizes;
    const most = (girths.at(-1) ?? 0) + 1;
    labels.forEach((_, size) => {
      const off = ((girths[size] ?? 0) - (most - 1) / 2) / most;
      const middle = Math.exp(-(off ** 2) * 6) * (lengths[size] === 0 ? 1 : 0.5);
      item.colours.forEach((_, colour) => {
        const pieces = Math.round(this.#scale * middle * Math.exp(0.7 * normal(random)));
        const sku = (this.#starts[at] ?? 0) + size * item.colours.length + colour;
        const before = this.#pieces[sku] ?? 0;
        const after = Math.max(before, Math.min(pieces, 60_000));
        if (after === before) return;
        this.#pieces[sku] = after;
        this.#listener?.(at, size, colour, after);
      });
    });
  }
}
