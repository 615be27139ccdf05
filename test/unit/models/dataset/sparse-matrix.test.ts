import { describe, expect, it } from '@jest/globals';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import {
  countByColumn,
  resized,
  rowOf,
  selectRows,
  sumByColumn,
  sumByRow,
  transpose,
} from '../../../../models/dataset/sparse-matrix.ts';

const matrix = buildInteractions(
  [
    [0, 1, 2],
    [0, 2, 3],
    [2, 1, 4],
  ],
  3,
  4,
);

describe('sparse matrix', () => {
  it('gives a row as views on its entries, empty past the end', () => {
    expect(rowOf(matrix, 0)).toEqual({
      indices: Uint32Array.of(1, 2),
      values: Float32Array.of(2, 3),
    });
    expect(rowOf(matrix, 1).indices.length).toBe(0);
    expect(rowOf(matrix, 9).indices.length).toBe(0);
  });

  it('transposes with ascending rows, and twice gives the matrix back', () => {
    const flipped = transpose(matrix);
    expect(flipped).toEqual({
      rows: 4,
      columns: 3,
      indptr: Uint32Array.of(0, 0, 2, 3, 3),
      indices: Uint32Array.of(0, 2, 0),
      values: Float32Array.of(2, 4, 3),
    });
    expect(transpose(flipped)).toEqual(matrix);
  });

  it('selects rows in any order, empty past the end', () => {
    expect(selectRows(matrix, Uint32Array.of(2, 7, 0))).toEqual({
      rows: 3,
      columns: 4,
      indptr: Uint32Array.of(0, 1, 1, 3),
      indices: Uint32Array.of(1, 1, 2),
      values: Float32Array.of(4, 2, 3),
    });
  });

  it('counts and sums', () => {
    expect([...countByColumn(matrix)]).toEqual([0, 2, 1, 0]);
    expect([...sumByColumn(matrix)]).toEqual([0, 6, 3, 0]);
    expect([...sumByRow(matrix)]).toEqual([5, 0, 4]);
  });

  it('is resized with empty rows and without the columns past the last', () => {
    expect(resized(matrix, 4, 2)).toEqual({
      rows: 4,
      columns: 2,
      indptr: Uint32Array.of(0, 1, 1, 2, 2),
      indices: Uint32Array.of(1, 1),
      values: Float32Array.of(2, 4),
    });
    expect(() => resized(matrix, 2, 4)).toThrow('3 rows do not fit into 2');
  });
});
