import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';
import { KernelMemory } from '../../../../models/kernels/kernel-memory.ts';
import {
  mostOfQuery,
  quantiseQuery,
  quantiseRows,
  RowBounds,
} from '../../../../models/kernels/row-bounds.ts';
import { boundRowsReference } from '../../../../models/kernels/row-bounds-reference.ts';
import { FactorRows } from '../../../../models/recommenders/factor-rows.ts';

const random = seededRandom(5);

/** Rows whose lengths are from a thousandth to a thousand, and a first one of zeros. */
function rowsOf(count: number, dimensions: number): Float32Array {
  return Float32Array.from({ length: count * dimensions }, (_, at) => {
    const row = Math.floor(at / dimensions);
    return row === 0 ? 0 : (random() - 0.5) * 10 ** ((row % 7) - 3);
  });
}

function vectorOf(dimensions: number): Float32Array {
  return Float32Array.from({ length: dimensions }, () => random() - 0.5);
}

describe('RowBounds', () => {
  it.each([[1], [5], [8], [63], [64], [200], [700]])(
    'is never below the product that the dot kernel gives, nor far above it: %i dimensions',
    (dimensions) => {
      const factors = rowsOf(333, dimensions);
      const bounds = new RowBounds(factors, dimensions);
      const exact = new FactorRows(new KernelMemory(), factors, dimensions);
      for (let round = 0; round < 20; round++) {
        const vector = vectorOf(dimensions);
        const products = exact.products(vector);
        const found = bounds.of(vector);
        if (!found) throw new Error('no bounds');
        const { rows, blocks } = found;
        const length = Math.hypot(...vector);
        expect(rows).toHaveLength(333);
        products.forEach((product, row) => {
          const bound = rows[row] as number;
          expect(bound).toBeGreaterThanOrEqual(product);
          const from = row * dimensions;
          const longest = Math.hypot(...factors.subarray(from, from + dimensions)) * length;
          expect(bound - product).toBeLessThanOrEqual(0.04 * longest);
        });
        expect(Array.from(blocks)).toEqual(
          Array.from({ length: 6 }, (_, block) => {
            return Math.max(...rows.subarray(64 * block, 64 * block + 64));
          }),
        );
      }
    },
  );

  it('agrees with the reference to the bit', () => {
    const dimensions = 21;
    const stride = 24;
    const factors = rowsOf(128, dimensions);
    const quantised = {
      values: new Int8Array(128 * stride),
      scales: new Float32Array(128),
      slacks: new Float32Array(128),
      stride,
    };
    quantiseRows(factors, dimensions, quantised);
    const vector = vectorOf(dimensions);
    const query = quantiseQuery(vector, stride, mostOfQuery(stride));
    const expected = boundRowsReference(quantised, query);
    const found = new RowBounds(factors, dimensions).of(vector);
    expect(found?.rows).toEqual(expected.rows);
    expect(found?.blocks).toEqual(expected.blocks);
  });

  it('gives none for a vector of zeros or one that single precision cannot multiply', () => {
    const bounds = new RowBounds(rowsOf(70, 4), 4);
    expect(bounds.of(new Float32Array(4))).toBeUndefined();
    expect(bounds.of(Float32Array.of(1e36, 0, 0, 0))).toBeUndefined();
    expect(bounds.of(Float32Array.of(Number.NaN, 0, 0, 0))).toBeUndefined();
  });
});
