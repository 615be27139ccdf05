import { describe, expect, it } from '@jest/globals';
import { KeySample } from '../../../../models/ranking/sample-keys.ts';

const keys = (count: number) => Array.from({ length: count }, (_, n) => `uuser-${n}`);

function sample(most: number, seed: string, of: readonly string[]): string[] {
  const drawn = new KeySample(most, seed);
  for (const key of of) drawn.add(key);
  return drawn.keys();
}

describe('a sample of keys', () => {
  it('is all of them where there are few enough', () => {
    expect(sample(10, 'room', keys(10)).sort()).toEqual(keys(10).sort());
  });

  it('is the same in whatever order they come', () => {
    const forwards = sample(50, 'room', keys(1000));
    expect(forwards).toHaveLength(50);
    expect(new Set(forwards).size).toBe(50);
    expect(sample(50, 'room', keys(1000).reverse())).toEqual(forwards);
  });

  it('changes by one when one goes, and is another with another seed', () => {
    const before = sample(50, 'room', keys(1000));
    const after = sample(
      50,
      'room',
      keys(1000).filter((key) => key !== before[7]),
    );
    expect(after.filter((key) => !before.includes(key))).toHaveLength(1);
    const other = sample(50, 'another room', keys(1000));
    expect(other.filter((key) => before.includes(key)).length).toBeLessThan(15);
  });

  it('is what the first keys of the whole order are', () => {
    const all = sample(1000, 'room', keys(1000));
    expect(sample(50, 'room', keys(1000))).toEqual(all.slice(0, 50));
  });

  it('takes every key about as often', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed++) {
      for (const key of sample(20, `seed-${seed}/`, keys(100))) {
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    // 400 are expected of each, with a standard deviation of 17.9: six of them is beyond chance.
    const all = keys(100).map((key) => counts.get(key) ?? 0);
    expect(Math.min(...all)).toBeGreaterThan(400 - 108);
    expect(Math.max(...all)).toBeLessThan(400 + 108);
  });

  it('counts what was added, and has room for at least one', () => {
    const drawn = new KeySample(2, '');
    for (const key of keys(5)) drawn.add(key);
    expect(drawn.added).toBe(5);
    expect(() => new KeySample(0, '')).toThrow('at most 0');
  });
});
