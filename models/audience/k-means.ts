import { seededRandom } from '../dataset/seeded-random.ts';

/** Points on the unit sphere that stand for many. */
export interface Centres {
  readonly vectors: readonly Float64Array[];
  /** What part of the points is nearest to each; they sum to 1. */
  readonly shares: readonly number[];
}

const rounds = 15;

/**
 * Spherical k-means (Dhillon & Modha 2001), started as k-means++ is (Arthur & Vassilvitskii 2007).
 *
 * @param points unit vectors, at least one
 * @param count how many centres at most; fewer where there are fewer different points
 */
export function sphericalCentres(
  points: readonly Float64Array[],
  count: number,
  seed: number,
): Centres {
  const random = seededRandom(seed);
  let centres = firstCentres(points, count, random);
  for (let round = 0; round < rounds; round++) {
    const sums = centres.map((centre) => new Float64Array(centre.length));
    for (const point of points) add(sums[nearest(point, centres).at]!, point);
    const next = sums.map((sum, at) => unit(sum) ?? centres[at]!);
    const isSettled = next.every((centre, at) => dot(centre, centres[at]!) > 1 - 1e-9);
    centres = next;
    if (isSettled) break;
  }
  const counts = new Float64Array(centres.length);
  for (const point of points) counts[nearest(point, centres).at]! += 1;
  return { vectors: centres, shares: Array.from(counts, (n) => n / points.length) };
}

/** The vector at length 1; undefined: it has none. */
export function unit(vector: Float64Array): Float64Array | undefined {
  const length = Math.sqrt(dot(vector, vector));
  return length > 0 ? vector.map((value) => value / length) : undefined;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!;
  return sum;
}

/** Each drawn with a chance that grows with the distance to those before. */
function firstCentres(
  points: readonly Float64Array[],
  count: number,
  random: () => number,
): Float64Array[] {
  const centres = [points[Math.floor(random() * points.length)]!];
  const far = new Float64Array(points.length).fill(Number.POSITIVE_INFINITY);
  while (centres.length < count) {
    const last = centres.at(-1)!;
    let sum = 0;
    for (const [at, point] of points.entries()) {
      far[at] = Math.min(far[at]!, Math.max(0, 1 - dot(point, last)));
      // Rounding leaves something of a point that is one of the centres.
      if (far[at]! < 1e-12) far[at] = 0;
      sum += far[at]!;
    }
    if (sum === 0) break;
    let left = random() * sum;
    let chosen = far.findLastIndex((value) => value > 0);
    for (let at = 0; at < far.length; at++) {
      left -= far[at]!;
      if (left < 0) {
        chosen = at;
        break;
      }
    }
    centres.push(points[chosen]!);
  }
  return centres;
}

function nearest(point: Float64Array, centres: readonly Float64Array[]): { at: number } {
  let at = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < centres.length; c++) {
    const cosine = dot(point, centres[c]!);
    if (cosine > highest) {
      highest = cosine;
      at = c;
    }
  }
  return { at };
}

function add(to: Float64Array, vector: Float64Array): void {
  for (let d = 0; d < to.length; d++) to[d]! += vector[d]!;
}
