/** A score of 1 to 5. */
export type Score = 1 | 2 | 3 | 4 | 5;

/**
 * What parts the values of all customers into fifths: the values at the 20th, 40th, 60th and 80th
 * per cent, each the smallest value that at least this share of the customers does not exceed (the
 * inverse of the empirical distribution; `percentile_disc` of SQL). Of no values there are none.
 */
export function quintileCuts(values: readonly number[]): readonly number[] {
  const sorted = Float64Array.from(values).sort();
  return [1, 2, 3, 4].flatMap((fifth) => {
    const cut = sorted[Math.ceil((fifth * sorted.length) / 5) - 1];
    return cut === undefined ? [] : [cut];
  });
}

/**
 * One more than the cuts that lie below the value. A customer so has a score of s or more exactly
 * when at least s − 1 fifths of all customers have less: equal values get equal scores, and what is
 * shared by many gets the score of its lower end. Where 70 % bought once, once is 1 and twice is 4.
 */
export function scoreOf(value: number, cuts: readonly number[]): Score {
  return (1 + cuts.filter((cut) => cut < value).length) as Score;
}
