import { seededRandom } from '../dataset/seeded-random.ts';

/** A mean with the interval that the resampling of its values gives. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** How many times the users are drawn again. */
  readonly resamples?: number;
  /** How much of the resampled means the interval holds. */
  readonly level?: number;
}

/**
 * The mean of one value a user and its percentile bootstrap interval (Efron 1979): users are drawn
 * again with replacement, and the interval is between the quantiles of the means. NaN means that
 * the user has no value. All three are NaN where nobody has one.
 *
 * For two models on the same users, give the differences: the models differ clearly when the
 * interval does not hold 0.
 */
export function bootstrapMean(
  values: Float64Array,
  { seed, resamples = 1000, level = 0.95 }: BootstrapOptions,
): Interval {
  const present = values.filter((value) => !Number.isNaN(value));
  if (present.length === 0) return { mean: Number.NaN, low: Number.NaN, high: Number.NaN };
  const random = seededRandom(seed);
  const means = new Float64Array(resamples);
  for (let sample = 0; sample < resamples; sample++) {
    let sum = 0;
    for (let n = 0; n < present.length; n++) sum += present[(random() * present.length) | 0]!;
    means[sample] = sum / present.length;
  }
  means.sort();
  const tail = (1 - level) / 2;
  return {
    mean: present.reduce((sum, value) => sum + value, 0) / present.length,
    low: quantile(means, tail),
    high: quantile(means, 1 - tail),
  };
}

/**
 * A ratio of sums over the users, such as hits over recommendations, and its percentile bootstrap
 * interval: users are drawn again whole, because what one user was shown hangs together. A resample
 * whose divisor is 0 has no ratio and is left out. All three are NaN where the divisor is 0.
 *
 * @param numerators one a user; `denominators` likewise, ≥ 0
 */
export function bootstrapRatio(
  numerators: Float64Array,
  denominators: Float64Array,
  { seed, resamples = 1000, level = 0.95 }: BootstrapOptions,
): Interval {
  const random = seededRandom(seed);
  const { length } = numerators;
  const ratios = new Float64Array(resamples);
  for (let sample = 0; sample < resamples; sample++) {
    let sum = 0;
    let divisor = 0;
    for (let n = 0; n < length; n++) {
      const user = (random() * length) | 0;
      sum += numerators[user]!;
      divisor += denominators[user]!;
    }
    ratios[sample] = sum / divisor;
  }
  const known = ratios.filter((ratio) => !Number.isNaN(ratio)).sort();
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  const tail = (1 - level) / 2;
  return {
    mean: total(numerators) / total(denominators),
    low: quantile(known, tail),
    high: quantile(known, 1 - tail),
  };
}

/** Linear between the two nearest of the sorted values. */
function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.ceil(position);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}
