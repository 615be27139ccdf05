import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { seededRandom } from '../../models/dataset/seeded-random.ts';

export interface GeneratedSize {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
}

/** Tastes that users and items fall into. */
const tastes = 500;
/** How much of what a user takes is of their taste. */
const ownShare = 0.6;
/** Of the popularity of an item by its rank: rank^−s. */
const itemExponent = 0.8;
/** Of a user's activity: the share of users with more than n items falls as n^−a. */
const activityExponent = 1.5;
const shortest = 10;
const longest = 5_000;

/**
 * Users with their items, seeded: activity and popularity by power laws, an item and a user each
 * of one taste. Nobody takes an item twice.
 */
export function* generatedUsers(
  { users, items, interactions }: GeneratedSize,
  seed: number,
): Generator<Uint32Array> {
  const random = seededRandom(seed);
  const scale = activityScale(users, interactions);
  // Items of one taste are those with the same rank modulo the tastes.
  const groups = Math.min(tastes, Math.floor(items / shortest));
  let left = interactions;
  for (let user = 0; user < users; user++) {
    const wanted = Math.round(scale * (1 - random()) ** (-1 / activityExponent));
    const most = Math.min(longest, Math.floor(items / 4), left - (users - user - 1));
    const length = Math.max(1, Math.min(Math.max(shortest, wanted), most));
    const taste = Math.floor(random() * groups);
    const taken = new Set<number>();
    while (taken.size < length) {
      const rank =
        random() < ownShare
          ? groups * powerLawRank(Math.floor(items / groups), random()) + taste
          : powerLawRank(items, random());
      if (rank < items) taken.add(rank);
    }
    left -= length;
    yield Uint32Array.from(taken);
  }
}

/** Writes them as `train.txt.gz` takes them: `user item item …` a line. @returns their number */
export async function writeInteractions(
  path: string,
  size: GeneratedSize,
  seed: number,
): Promise<number> {
  let written = 0;
  async function* lines() {
    let chunk = '';
    let user = 0;
    for (const items of generatedUsers(size, seed)) {
      chunk += `u${user++} ${Array.from(items, (item) => `i${item}`).join(' ')}\n`;
      written += items.length;
      if (chunk.length < 1 << 20) continue;
      yield chunk;
      chunk = '';
    }
    yield chunk;
  }
  const file = createWriteStream(path);
  await once(file, 'open');
  await pipeline(lines, createGzip({ level: 1 }), file);
  return written;
}

/** A rank below `count` with a chance that falls as (rank + 1)^−s, by the inverse of its sum. */
function powerLawRank(count: number, uniform: number): number {
  const power = 1 - itemExponent;
  return Math.floor(((count + 1) ** power * uniform + (1 - uniform)) ** (1 / power)) - 1;
}

/** The shortest history before clamping for which the mean comes out right; found by bisection. */
function activityScale(users: number, interactions: number): number {
  const wanted = interactions / users;
  let low = 0;
  let high = wanted;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (meanLength(middle) < wanted) low = middle;
    else high = middle;
  }
  return high;
}

/** Over 10,000 evenly spaced quantiles. */
function meanLength(scale: number): number {
  const points = 10_000;
  let sum = 0;
  for (let at = 0; at < points; at++) {
    const wanted = scale * ((at + 0.5) / points) ** (-1 / activityExponent);
    sum += Math.min(longest, Math.max(shortest, wanted));
  }
  return sum / points;
}
