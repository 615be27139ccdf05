import { type Centres, dot, sphericalCentres, unit } from './k-means.ts';
import type { UserVectors } from './user-vectors.ts';

/** How sharply nearness counts: of 5 and 10, 5 found more of what was hidden (docs/segments.md). */
const sharpness = 5;
/** Tastes that seeds, and all users, are taken together into. */
const mostCentres = 16;
/** Users whom all are known by. */
const sampleSize = 2_000;

/** How users lie in the space of a model's vectors. */
export interface UserSpace {
  readonly vectors: UserVectors;
  /** 1 / |x| of each; 0 for a vector of zeros. */
  readonly inverseNorms: Float32Array;
  /** The mean of all directions: what everybody has in common. */
  readonly mean: Float64Array;
  /** What tastes there are among all users. */
  readonly everybody: Centres;
}

/** How alike each user is to the seeds. */
export interface Likeness {
  /**
   * How many times as likely a user like this is among the seeds as among all users; NaN: the model
   * has no direction for them.
   */
  readonly affinity: Float64Array;
  /** The cosine to the nearest taste of the seeds, −1 to 1. */
  readonly similarity: Float32Array;
}

/** @param seed of the sample and the centres */
export function userSpace(vectors: UserVectors, seed: number): UserSpace {
  const { count, dimensions } = vectors;
  const inverseNorms = new Float32Array(count);
  const mean = new Float64Array(dimensions);
  for (let user = 0; user < count; user++) {
    const row = vectors.row(user);
    let squares = 0;
    for (let d = 0; d < dimensions; d++) squares += row[d]! * row[d]!;
    const inverse = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    inverseNorms[user] = inverse;
    for (let d = 0; d < dimensions; d++) mean[d]! += (inverse * row[d]!) / count;
  }
  const space = { vectors, inverseNorms, mean };
  const step = Math.max(1, count / sampleSize);
  const sample = Array.from({ length: Math.min(count, sampleSize) }, (_, n) =>
    Math.floor(n * step),
  );
  return { ...space, everybody: centresOf(space, Uint32Array.from(sample), seed) };
}

/**
 * How alike users are to several seeds, who may be of several tastes:
 *
 *   affinity(u) = Σ_j p_j · exp(5 · cos(u, a_j)) / Σ_m q_m · exp(5 · cos(u, b_m))
 *
 * with a_j the centres of the seeds' vectors and p_j how many of them each stands for, b_m and q_m
 * those of all users, and cosines between directions less the mean direction of all. It is a ratio of
 * densities: nearness to a taste that everybody has says little.
 *
 * @param seeds at least one user with a direction
 * @param seed of the centres
 */
export function likeness(space: UserSpace, seeds: Uint32Array, seed: number): Likeness {
  const { vectors, inverseNorms, mean, everybody } = space;
  const own = centresOf(space, seeds, seed);
  const centres = [...own.vectors, ...everybody.vectors];
  const shares = [...own.shares, ...everybody.shares];
  const offsets = centres.map((centre) => dot(centre, mean));
  const means = dot(mean, mean);
  const asked = [...centres, mean].map((vector) => Float32Array.from(vector));
  const affinity = new Float64Array(vectors.count);
  const similarity = new Float32Array(vectors.count);
  vectors.forEachBlock(asked, ({ row, rows, products, width }) => {
    for (let n = 0; n < rows; n++) {
      const inverse = inverseNorms[row + n]!;
      const toMean = inverse * products[centres.length * width + n]!;
      // |x / |x| − m|
      const length = Math.sqrt(Math.max(0, 1 - 2 * toMean + means));
      let near = 0;
      let usual = 0;
      let highest = -1;
      for (let c = 0; c < centres.length; c++) {
        const cosine = (inverse * products[c * width + n]! - offsets[c]!) / length;
        const density = shares[c]! * Math.exp(sharpness * cosine);
        if (c < own.vectors.length) {
          near += density;
          highest = Math.max(highest, cosine);
        } else usual += density;
      }
      affinity[row + n] = inverse > 0 && length > 0 ? near / usual : Number.NaN;
      similarity[row + n] = Math.min(1, highest);
    }
  });
  return { affinity, similarity };
}

type Directions = Omit<UserSpace, 'everybody'>;

function centresOf(space: Directions, users: Uint32Array, seed: number): Centres {
  const points = Array.from(users).flatMap((user) => directionOf(space, user) ?? []);
  if (points.length === 0) return { vectors: [], shares: [] };
  return sphericalCentres(points, mostCentres, seed);
}

/** The user's direction less that of all, at length 1; undefined: there is none. */
function directionOf(
  { vectors, inverseNorms, mean }: Directions,
  user: number,
): Float64Array | undefined {
  const inverse = inverseNorms[user]!;
  if (inverse === 0) return undefined;
  return unit(Float64Array.from(vectors.row(user), (value, d) => value * inverse - mean[d]!));
}
