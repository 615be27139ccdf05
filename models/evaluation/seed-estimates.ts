/** A mean and the 95 % interval of Student's t; NaN for the interval of a single value. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % points of Student's t with 1 to 30 degrees of freedom. */
const tPoints = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
];
const normalPoint = 1.96;

/** Of values that are drawn independently. */
export function estimate(values: readonly number[]): Estimate {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = Math.sqrt(squares / (count - 1) / count);
  const reach = (tPoints[count - 2] ?? normalPoint) * error;
  return { mean, low: mean - reach, high: mean + reach };
}

/** By how much each of `values` is above its partner of `base`, as shares of it. */
export function gains(values: readonly number[], base: readonly number[]): Estimate {
  return estimate(values.map((value, n) => value / (base[n] ?? Number.NaN) - 1));
}
