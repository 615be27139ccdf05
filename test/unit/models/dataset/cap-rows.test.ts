import { describe, expect, it } from '@jest/globals';
import { capRows } from '../../../../models/dataset/cap-rows.ts';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';
import { rowOf } from '../../../../models/dataset/sparse-matrix.ts';

const matrix = buildInteractions([
  ...Array.from({ length: 10 }, (_, item) => [0, item, item + 1] as const),
  [1, 4, 9],
  [2, 3, 5],
  [2, 9, 7],
]);

describe('capRows', () => {
  it('leaves rows up to the limit as they are and samples longer ones with their values', () => {
    const capped = capRows(matrix, 2, seededRandom(1));
    expect(capped.indptr).toEqual(Uint32Array.of(0, 2, 3, 5));
    expect(rowOf(capped, 2)).toEqual({
      indices: Uint32Array.of(3, 9),
      values: Float32Array.of(5, 7),
    });
    const { indices, values } = rowOf(capped, 0);
    expect(indices[0]).toBeLessThan(indices[1] ?? 0);
    expect([...values]).toEqual([...indices].map((item) => item + 1));
  });

  it('is the matrix itself where nothing is too long, and draws nothing', () => {
    const never = () => {
      throw new Error('drawn');
    };
    expect(capRows(matrix, 10, never)).toBe(matrix);
  });

  it('gives every entry the same chance', () => {
    const random = seededRandom(7);
    const counts = new Array<number>(10).fill(0);
    for (let round = 0; round < 2000; round++) {
      for (const item of rowOf(capRows(matrix, 3, random), 0).indices) {
        counts[item] = (counts[item] ?? 0) + 1;
      }
    }
    // 600 each; the standard deviation is √(2000 · .3 · .7) = 20.
    for (const count of counts) expect(Math.abs(count - 600)).toBeLessThan(80);
  });
});
