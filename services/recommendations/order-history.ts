import type { OrderLine } from '../live/live-rows.ts';

/** What a viewer's orders say: what not to show again, and which sizes they wear. */
export interface OrderHistory {
  /** Items not to be recommended again. */
  readonly kept: ReadonlySet<string>;
  /** SKUs that did not fit. */
  readonly unfit: ReadonlySet<string>;
  /** The size bought most in a category, else the one bought most of all. */
  usualSize(category: string | null): string | undefined;
  /**
   * How likely a size is the one to keep in a category: its share of what was kept there (else of
   * all), with one more piece spread over the `sizes` of the run, so that one purchase is no
   * certainty (the mean of a Dirichlet posterior). Null: nothing was bought.
   */
  probability(label: string, category: string | null, sizes: number): number | null;
}

/**
 * Reads a viewer's orders. An item that was bought is held out. One that came back because of its
 * size, and was not bought again since, may come again, in another size; one that came back for any
 * other reason, or for none that is known, may not.
 *
 * @param lines newest first
 */
export function orderHistory(lines: readonly OrderLine[]): OrderHistory {
  const kept = new Set<string>();
  const unfit = new Set<string>();
  const decided = new Set<string>();
  const sizes = new SizeCounts();
  for (const line of lines) {
    const misfit = line.reason === 'too_small' || line.reason === 'too_large';
    if (misfit && line.skuId !== null) unfit.add(line.skuId);
    if (!decided.has(line.itemId)) {
      decided.add(line.itemId);
      if (!misfit) kept.add(line.itemId);
    }
    if (line.type === 'purchase') sizes.add(line, 1);
    else if (misfit) sizes.add(line, -1);
  }
  return {
    kept,
    unfit,
    usualSize: (category) => sizes.mostOf(category) ?? sizes.mostOf(null),
    probability: (label, category, count) =>
      sizes.probability(label, sizes.mostOf(category) === undefined ? null : category, count),
  };
}

/** How often each size was bought and fitted, by category and in all (null). */
class SizeCounts {
  readonly #counts = new Map<string | null, Map<string, number>>();

  add({ sizeLabel, category }: OrderLine, count: number): void {
    if (sizeLabel === null) return;
    for (const place of category === null ? [null] : [category, null]) {
      const counts = this.#counts.get(place) ?? new Map<string, number>();
      counts.set(sizeLabel, (counts.get(sizeLabel) ?? 0) + count);
      this.#counts.set(place, counts);
    }
  }

  probability(label: string, category: string | null, sizes: number): number | null {
    const counts = this.#counts.get(category);
    if (counts === undefined) return null;
    let total = 0;
    for (const count of counts.values()) total += Math.max(0, count);
    if (total === 0) return null;
    return (Math.max(0, counts.get(label) ?? 0) + 1 / Math.max(1, sizes)) / (total + 1);
  }

  /** Of equal counts the one bought last: lines come newest first, and maps keep their order. */
  mostOf(category: string | null): string | undefined {
    let most: string | undefined;
    let highest = 0;
    for (const [label, count] of this.#counts.get(category) ?? []) {
      if (count > highest) {
        highest = count;
        most = label;
      }
    }
    return most;
  }
}
