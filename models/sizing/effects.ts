/**
 * The mean of a normal posterior with a normal prior of the same variance: `strength` observations
 * of `prior` and `count` more whose sum is `sum`.
 */
export function shrunk(sum: number, count: number, prior: number, strength: number): number {
  return (sum + strength * prior) / (count + strength);
}

/** Shares of small, fit and large. */
export type FitShares = readonly [small: number, fit: number, large: number];

/**
 * The mean of a Dirichlet posterior over small, fit and large: the prior's shares count as much as
 * `strength` pieces.
 *
 * @param counts pieces that were small, fitted and were large, at `from` and after it
 */
export function shrunkShares(
  counts: ArrayLike<number>,
  from: number,
  prior: FitShares,
  strength: number,
): FitShares {
  const small = counts[from]!;
  const fit = counts[from + 1]!;
  const large = counts[from + 2]!;
  const all = small + fit + large;
  return [
    shrunk(small, all, prior[0], strength),
    shrunk(fit, all, prior[1], strength),
    shrunk(large, all, prior[2], strength),
  ];
}
