import { decodeIds, encodeIds } from '../artifact/id-tensors.ts';
import type { Tensors } from '../artifact/tensor-types.ts';
import { type FitShares, shrunkShares } from './effects.ts';
import { slotOf } from './slots.ts';

/** How many pieces each level of the hierarchy adds to the one below. */
const rateStrength = 50;
/** How many kept pieces a scale's shares of sizes add to those of a category. */
const shareStrength = 20;
/** What is believed of pieces before any was taken. */
const startingShares: FitShares = [0.1, 0.8, 0.1];

/** A size of a kind of garment. */
export interface RateKey {
  readonly scale: string;
  readonly category: string | null;
  readonly position: number;
  readonly length: -1 | 0 | 1;
}

/**
 * How pieces of all items turned out, by scale, by category and by size of a category: counts of
 * small, fit and large. Rates are posterior means that shrink each level towards the one above.
 */
export class RateTable {
  readonly #counts = new Map<string, Float64Array>();

  /** @param weight −1 takes an outcome away again */
  add(key: RateKey, fit: 0 | 1 | 2, weight = 1): void {
    const { scale, category, position, length } = key;
    const slot = slotOf(position, length);
    for (const name of [
      allKey,
      scaleKey(scale),
      categoryKey(scale, category),
      sizeKey(scale, category, slot),
      scaleSizeKey(scale, slot),
    ]) {
      const counts = this.#counts.get(name) ?? new Float64Array(3);
      counts[fit]! += weight;
      this.#counts.set(name, counts);
    }
  }

  /** The table without the outcomes of another. */
  without(other: RateTable): RateTable {
    const table = new RateTable();
    for (const [name, counts] of this.#counts) {
      const less = other.#counts.get(name);
      table.#counts.set(name, less ? counts.map((count, at) => count - less[at]!) : counts);
    }
    return table;
  }

  /** Whether any outcome of a scale is known. */
  hasScale(scale: string): boolean {
    return this.#counts.has(scaleKey(scale));
  }

  /** Of a category, whatever the size. */
  categoryRates(scale: string, category: string | null): FitShares {
    const all = this.#rates(allKey, startingShares);
    const ofScale = this.#rates(scaleKey(scale), all);
    return this.#rates(categoryKey(scale, category), ofScale);
  }

  /** Of a size of a category. */
  rates({ scale, category, position, length }: RateKey): FitShares {
    const slot = slotOf(position, length);
    return this.#rates(sizeKey(scale, category, slot), this.categoryRates(scale, category));
  }

  /** How many of a category's kept pieces had this size; only its ratio to that of others counts. */
  popularity({ scale, category, position, length }: RateKey): number {
    const slot = slotOf(position, length);
    const kept = this.#counts.get(sizeKey(scale, category, slot))?.[1] ?? 0;
    const keptOfScale = this.#counts.get(scaleSizeKey(scale, slot))?.[1] ?? 0;
    const all = this.#counts.get(scaleKey(scale))?.[1] ?? 0;
    return kept + (shareStrength * (keptOfScale + 1)) / (all + 20);
  }

  toTensors(): Tensors {
    const counts = new Float64Array(3 * this.#counts.size);
    let at = 0;
    for (const three of this.#counts.values()) {
      counts.set(three, at);
      at += 3;
    }
    return {
      ...encodeIds('rates', [...this.#counts.keys()]),
      counts: { shape: [this.#counts.size, 3], data: counts },
    };
  }

  /** @throws TypeError when names and counts do not go together */
  static fromTensors(tensors: Tensors): RateTable {
    const table = new RateTable();
    const counts = tensors.counts?.data;
    const names = decodeIds('rates', tensors);
    if (!(counts instanceof Float64Array) || counts.length !== 3 * names.length) {
      throw new TypeError(`tensor "counts" does not have three numbers for ${names.length} rates`);
    }
    for (const [at, name] of names.entries()) {
      table.#counts.set(name, counts.slice(3 * at, 3 * at + 3));
    }
    return table;
  }

  #rates(name: string, prior: FitShares): FitShares {
    const counts = this.#counts.get(name);
    return counts ? shrunkShares(counts, 0, prior, rateStrength) : prior;
  }
}

const allKey = '[]';

function scaleKey(scale: string): string {
  return JSON.stringify([scale]);
}

function categoryKey(scale: string, category: string | null): string {
  return JSON.stringify([scale, category]);
}

function sizeKey(scale: string, category: string | null, slot: number): string {
  return JSON.stringify([scale, category, slot]);
}

function scaleSizeKey(scale: string, slot: number): string {
  return JSON.stringify([scale, slot, 'size']);
}
