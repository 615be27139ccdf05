import { seededRandom } from '../../models/dataset/seeded-random.ts';

/** Uniform in [0, 1). */
export type Random = () => number;

/**
 * A generator of its own for each subject of a simulation (the user 42, say): what it gives does
 * not depend on what was drawn for others, and nothing has to be kept to draw it again.
 */
export function randomOf(seed: number, ...subject: readonly number[]): Random {
  let mixed = seed | 0;
  for (const part of subject) {
    mixed = Math.imul(mixed ^ (part + 0x9e3779b9), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return seededRandom(mixed);
}

/** Normal with mean 0 and deviation 1 (Box & Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A whole number from 0 to `size - 1`. */
export function index(random: Random, size: number): number {
  return Math.floor(random() * size);
}

/** @throws RangeError for an empty list */
export function pick<T>(random: Random, list: readonly T[]): T {
  const picked = list[index(random, list.length)];
  if (picked === undefined) throw new RangeError('nothing to pick from');
  return picked;
}

/** The place in `weights` that is drawn with a probability in proportion to its weight. */
export function weighted(random: Random, weights: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < weights.length; at++) total += weights[at] ?? 0;
  let left = random() * total;
  for (let at = 0; at < weights.length; at++) {
    left -= weights[at] ?? 0;
    if (left < 0) return at;
  }
  return weights.length - 1;
}

/** Shares that add up to 1, the more uneven the smaller `evenness` is. */
export function shares(random: Random, size: number, evenness: number): number[] {
  const raw = Array.from({ length: size }, () => (-Math.log(1 - random())) ** (1 / evenness));
  const total = raw.reduce((sum, value) => sum + value, 0);
  return raw.map((value) => value / total);
}

/** Between `low` and `high`. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
