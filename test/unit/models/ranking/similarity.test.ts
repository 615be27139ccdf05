import { describe, expect, it } from '@jest/globals';
import {
  cosineOfRows,
  cosineOfVectors,
  labelSimilarity,
  unitRows,
} from '../../../../models/ranking/similarity.ts';

describe('similarity', () => {
  it('of labels is that of the category and of the brand', () => {
    const similarity = labelSimilarity(['dress', 'dress', 'shoe', null, null], [1, 1, 1, 2, 2]);
    expect(similarity(0, 1)).toBeCloseTo(0.9, 12);
    expect(similarity(0, 2)).toBe(0.3);
    expect(similarity(0, 3)).toBe(0);
    // Two unknown categories are not the same one.
    expect(similarity(3, 4)).toBe(0.3);
  });

  // 3 4 0 0 0 has length 5, 0 2 0 0 0 length 2.
  const matrix = unitRows(Float32Array.of(3, 4, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0), 5);

  it('brings rows to length 1, but for those of length 0', () => {
    const expected = [0.6, 0.8, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    matrix.forEach((value, n) => {
      expect(value).toBeCloseTo(expected[n] ?? Number.NaN, 6);
    });
  });

  it('of rows is their cosine, and otherwise that of the labels', () => {
    const rows = Int32Array.of(1, 0, -1, 2);
    const similarity = cosineOfRows({ matrix, dimensions: 5 }, rows, () => 0.5);
    expect(similarity(0, 1)).toBeCloseTo(0.8, 6);
    expect(similarity(1, 1)).toBeCloseTo(1, 6);
    expect(similarity(0, 2)).toBe(0.5);
    expect(similarity(2, 0)).toBe(0.5);
    expect(similarity(0, 3)).toBe(0);
  });

  it('of rows of any length is their cosine by the inverse of their lengths', () => {
    const vectors = Float32Array.of(3, 4, 0, 2, 0, 0);
    const inverseNorms = Float32Array.of(1 / 5, 1 / 2, 0);
    const rows = Int32Array.of(0, 1, 2);
    const similarity = cosineOfRows(
      { matrix: vectors, dimensions: 2, inverseNorms },
      rows,
      () => 1,
    );
    expect(similarity(0, 1)).toBeCloseTo(0.8, 6);
    expect(similarity(0, 0)).toBeCloseTo(1, 6);
    expect(similarity(0, 2)).toBe(0);
  });

  it('of vectors is the same', () => {
    const vectors = [matrix.subarray(0, 5), undefined, matrix.subarray(5, 10)];
    const similarity = cosineOfVectors(vectors, () => 0.5);
    expect(similarity(0, 2)).toBeCloseTo(0.8, 6);
    expect(similarity(0, 1)).toBe(0.5);
    // Nine dimensions: two fours and one more.
    const ones = new Float32Array(9).fill(1 / 3);
    const signs = ones.map((value, n) => (n % 3 === 2 ? -value : value));
    expect(cosineOfVectors([ones, signs], () => 0)(0, 1)).toBeCloseTo(1 / 3, 6);
  });
});
