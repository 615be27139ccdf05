import { describe, expect, it } from '@jest/globals';
import {
  buildInteractions,
  InteractionsBuilder,
} from '../../../../models/dataset/interactions-builder.ts';

describe('InteractionsBuilder', () => {
  it('sorts rows and columns and adds the weights of repeats', () => {
    const matrix = buildInteractions([
      [2, 1, 1],
      [0, 3, 0.5],
      [0, 0, 2],
      [0, 3, 0.25],
      [2, 1],
    ]);
    expect(matrix).toEqual({
      rows: 3,
      columns: 4,
      indptr: Uint32Array.of(0, 2, 2, 3),
      indices: Uint32Array.of(0, 3, 1),
      values: Float32Array.of(2, 0.75, 2),
    });
  });

  it('does not merge the same item of two users who follow each other', () => {
    const matrix = buildInteractions([
      [0, 5],
      [1, 5],
    ]);
    expect(matrix.indices).toEqual(Uint32Array.of(5, 5));
    expect(matrix.values).toEqual(Float32Array.of(1, 1));
  });

  it('keeps every triple while its arrays grow', () => {
    const builder = new InteractionsBuilder();
    for (let n = 0; n < 10_000; n++) builder.add(n % 100, Math.floor(n / 100));
    const matrix = builder.build();
    expect(builder.size).toBe(10_000);
    expect(matrix.indices.length).toBe(10_000);
    expect([...matrix.indptr]).toEqual(Array.from({ length: 101 }, (_, row) => row * 100));
    expect(matrix.values.every((value) => value === 1)).toBe(true);
  });

  it('gives the same whether users come in order or not', () => {
    const ordered: [number, number, number][] = [];
    for (let user = 0; user < 40; user++) {
      // Items in a stirred order, some twice; every fifth user has none.
      const length = user % 5 === 0 ? 0 : 3 * user;
      for (let n = 0; n < length; n++) ordered.push([user, ((n * 37) % 101) % 60, 1 + n / 8]);
    }
    const stirred = [
      ...ordered.filter(([user]) => user % 2),
      ...ordered.filter(([user]) => user % 2 === 0),
    ];
    expect(buildInteractions(ordered, 41, 70)).toEqual(buildInteractions(stirred, 41, 70));
  });

  it('adds the weights of repeats in double precision', () => {
    const many = Array.from({ length: 1000 }, (): [number, number, number] => [0, 1, 0.1]);
    expect(buildInteractions(many).values[0]).toBeCloseTo(100, 4);
    expect(buildInteractions([[1, 0], ...many]).values[0]).toBe(buildInteractions(many).values[0]);
  });

  it('makes empty rows and columns when told the size, and an empty matrix of nothing', () => {
    expect(buildInteractions([[0, 0]], 3, 2).indptr).toEqual(Uint32Array.of(0, 1, 1, 1));
    expect(buildInteractions([])).toMatchObject({ rows: 0, columns: 0 });
  });

  it('refuses bad indices, bad weights and a size that is too small', () => {
    const builder = new InteractionsBuilder();
    expect(() => builder.add(-1, 0)).toThrow('user index -1');
    expect(() => builder.add(0, 0.5)).toThrow('item index 0.5');
    expect(() => builder.add(0, 0, 0)).toThrow('weight 0 of user 0, item 0');
    expect(() => builder.add(0, 0, Number.NaN)).toThrow('weight NaN');
    expect(() => buildInteractions([[4, 1]], 4)).toThrow('fill 5 × 2 and do not fit 4 × 2');
  });
});
