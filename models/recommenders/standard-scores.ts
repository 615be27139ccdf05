/** How the scores of the candidates lie; `scale` is 0 where they are all the same. */
export interface Moments {
  readonly mean: number;
  /** 1 / standard deviation. */
  readonly scale: number;
}

/** Below this share of the mean square, a variance is rounding. */
const flat = 1e-10;

/**
 * Mean and spread of scores over the candidates: the items that are not in the history. Those that
 * are would count twice over, because a model that has learnt them scores them highest.
 *
 * @param sum of the scores of all items
 * @param squares the sum of their squares
 * @param itemCount how many they are
 * @param known scores of the items of the history
 */
export function momentsWithout(
  sum: number,
  squares: number,
  itemCount: number,
  known: Float32Array,
): Moments {
  let rest = sum;
  let restOfSquares = squares;
  for (const score of known) {
    rest -= score;
    restOfSquares -= score * score;
  }
  const candidates = itemCount - known.length;
  if (candidates < 2) return { mean: 0, scale: 0 };
  const mean = rest / candidates;
  const variance = restOfSquares / candidates - mean * mean;
  const isFlat = !(variance > (flat * squares) / candidates);
  return { mean, scale: isFlat ? 0 : 1 / Math.sqrt(variance) };
}
