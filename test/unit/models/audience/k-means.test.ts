import { describe, expect, it } from '@jest/globals';
import { sphericalCentres, unit } from '../../../../models/audience/k-means.ts';

const point = (degrees: number) => {
  const angle = (degrees * Math.PI) / 180;
  return Float64Array.of(Math.cos(angle), Math.sin(angle));
};
const degreesOf = (vector: Float64Array) =>
  Math.round((Math.atan2(vector[1] ?? 0, vector[0] ?? 0) * 180) / Math.PI);

describe('centres of directions', () => {
  it('finds two groups and what part each is', () => {
    const points = [0, 10, 20, 170, 180, 190].map(point);
    const { vectors, shares } = sphericalCentres([...points, point(175), point(185)], 2, 1);
    const found = vectors.map((vector, at) => [degreesOf(vector), shares[at]]);
    expect(found.sort(([a], [b]) => (a ?? 0) - (b ?? 0))).toEqual([
      [10, 3 / 8],
      [180, 5 / 8],
    ]);
  });

  it('makes no more centres than there are different points', () => {
    const { vectors, shares } = sphericalCentres([point(30), point(30), point(90)], 5, 1);
    expect(vectors.map(degreesOf).sort()).toEqual([30, 90]);
    expect([...shares].sort()).toEqual([1 / 3, 2 / 3]);
  });

  it('gives the same for the same seed', () => {
    const points = Array.from({ length: 50 }, (_, n) => point(7.2 * n));
    expect(sphericalCentres(points, 4, 9)).toEqual(sphericalCentres(points, 4, 9));
  });

  it('has no direction for nothing', () => {
    expect(unit(Float64Array.of(0, 0))).toBeUndefined();
    expect(unit(Float64Array.of(3, 4))).toEqual(Float64Array.of(0.6, 0.8));
  });
});
