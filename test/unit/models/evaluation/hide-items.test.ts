import { describe, expect, it } from '@jest/globals';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { rowOf } from '../../../../models/dataset/sparse-matrix.ts';
import {
  drawItems,
  rankAmong,
  testAmong,
  withoutItems,
} from '../../../../models/evaluation/hide-items.ts';

const matrix = buildInteractions(
  [
    [0, 0],
    [0, 3, 2],
    [1, 1],
    [2, 3],
    [2, 4],
  ],
  3,
  5,
);

describe('hiding items', () => {
  it('draws groups that have no item in common, the same for the same seed', () => {
    const [a, b] = drawItems(100, [10, 20], 7) as [Uint32Array, Uint32Array];
    expect(new Set([...a, ...b]).size).toBe(30);
    expect(Array.from(a)).toEqual(Array.from(a).sort((x, y) => x - y));
    expect(drawItems(100, [10, 20], 7)).toEqual([a, b]);
    expect(drawItems(100, [10, 20], 8)).not.toEqual([a, b]);
  });

  it('takes every interaction of the hidden items out of training and keeps the columns', () => {
    const train = withoutItems(matrix, Uint32Array.of(3, 4));
    expect(train.columns).toBe(5);
    expect(Array.from(rowOf(train, 0).indices)).toEqual([0]);
    expect(rowOf(train, 2).indices.length).toBe(0);
  });

  it('tests the users who wanted a hidden item, in columns of the hidden ones', () => {
    const test = testAmong(matrix, Uint32Array.of(3, 4));
    expect(Array.from(test.users)).toEqual([0, 2]);
    expect(Array.from(rowOf(test.relevant, 1).indices)).toEqual([0, 1]);
  });
});

describe('rankAmong', () => {
  const everybody = testAmong(
    buildInteractions(Array.from({ length: 3000 }, (_, user) => [user, 0] as const)),
    Uint32Array.of(0, 1, 2, 3),
  );

  it('ranks by score, best first, and no more items than there are', () => {
    const { items, limit } = rankAmong(everybody, 20, 1, (_, out) => out.set([1, 4, 2, 3]));
    expect(limit).toBe(4);
    expect(Array.from(items.subarray(0, 4))).toEqual([1, 3, 2, 0]);
  });

  it('gives whoever cannot tell items apart what chance gives', () => {
    const { items } = rankAmong(everybody, 1, 1, (_, out) => out.fill(0));
    const first = items.reduce((sum, item) => sum + (item === 0 ? 1 : 0), 0);
    // 3,000 draws of probability ¼: standard deviation 24.
    expect(Math.abs(first - 750)).toBeLessThan(100);
    expect(rankAmong(everybody, 1, 1, (_, out) => out.fill(0)).items).toEqual(items);
  });
});
