import { decodeIds, encodeIds } from '../artifact/id-tensors.ts';
import type { Tensors } from '../artifact/tensor-types.ts';
import { shrunk } from './effects.ts';

/** How many pieces of no effect a brand's effects are shrunk by. */
const strength = 30;
const width = 4;

/** What a brand adds to what its pieces' category and size, and their wearers' bodies, let expect. */
export interface BrandEffect {
  /** To the shares of small and of large. */
  readonly small: number;
  readonly large: number;
  /** Steps of its sizes above those expected for the bodies that they fit. */
  readonly offset: number;
}

const noEffect: BrandEffect = { small: 0, large: 0, offset: 0 };

/** Effects of brands within a scale, as sums over the outcomes of their pieces. */
export class BrandTable {
  readonly #sums = new Map<string, Float64Array>();

  /**
   * @param small the outcome (1 where it was small) less its expected share; `large` likewise
   * @param offset see `offsetOf`; 0 where the body is unknown
   * @param weight −1 takes an outcome away again
   */
  add(
    scale: string,
    brand: string,
    { small, large, offset }: BrandEffect,
    weight: 1 | -1 = 1,
  ): void {
    const name = keyOf(scale, brand);
    const sums = this.#sums.get(name) ?? new Float64Array(width);
    sums[0]! += weight;
    sums[1]! += weight * small;
    sums[2]! += weight * large;
    sums[3]! += weight * offset;
    this.#sums.set(name, sums);
  }

  effect(scale: string, brand: string | null): BrandEffect {
    const sums = brand === null ? undefined : this.#sums.get(keyOf(scale, brand));
    if (!sums) return noEffect;
    const [count, small, large, offset] = sums as unknown as readonly [
      number,
      number,
      number,
      number,
    ];
    return {
      small: shrunk(small, count, 0, strength),
      large: shrunk(large, count, 0, strength),
      offset: shrunk(offset, count, 0, strength),
    };
  }

  /** The table without the outcomes of another. */
  without(other: BrandTable): BrandTable {
    const table = new BrandTable();
    for (const [name, sums] of this.#sums) {
      const less = other.#sums.get(name);
      table.#sums.set(name, less ? sums.map((sum, at) => sum - less[at]!) : sums);
    }
    return table;
  }

  toTensors(): Tensors {
    const sums = new Float64Array(width * this.#sums.size);
    let at = 0;
    for (const row of this.#sums.values()) {
      sums.set(row, at);
      at += width;
    }
    return {
      ...encodeIds('brands', [...this.#sums.keys()]),
      sums: { shape: [this.#sums.size, width], data: sums },
    };
  }

  /** @throws TypeError when names and sums do not go together */
  static fromTensors(tensors: Tensors): BrandTable {
    const table = new BrandTable();
    const sums = tensors.sums?.data;
    const names = decodeIds('brands', tensors);
    if (!(sums instanceof Float64Array) || sums.length !== width * names.length) {
      throw new TypeError(
        `tensor "sums" does not have ${width} numbers for ${names.length} brands`,
      );
    }
    for (const [at, name] of names.entries()) {
      table.#sums.set(name, sums.slice(width * at, width * (at + 1)));
    }
    return table;
  }
}

function keyOf(scale: string, brand: string): string {
  return JSON.stringify([scale, brand]);
}
