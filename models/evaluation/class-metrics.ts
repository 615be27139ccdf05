/**
 * Area under the ROC curve: the chance that a positive scores above a negative, ties counting half
 * (Mann & Whitney's U from midranks). NaN without a positive or without a negative.
 *
 * @param positive 1 or 0 by row
 */
export function areaUnderCurve(scores: ArrayLike<number>, positive: ArrayLike<number>): number {
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => scores[a]! - scores[b]!);
  let positives = 0;
  let ranks = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const score = scores[order[from]!]!;
    let tied = 0;
    for (to = from; to < order.length && scores[order[to]!] === score; to++) {
      tied += positive[order[to]!]!;
    }
    if (to === from) throw new RangeError(`score of row ${order[from]}: expected a number`);
    // Ranks count from 1: those of the tie are from + 1 … to.
    ranks += (tied * (from + 1 + to)) / 2;
    positives += tied;
  }
  const negatives = order.length - positives;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Area under the curve of each class against the others. */
export function oneVsRestAucs(
  chances: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array {
  const rows = chances.length / classes;
  const scores = new Float64Array(rows);
  const positive = new Uint8Array(rows);
  return Float64Array.from({ length: classes }, (_, k) => {
    for (let row = 0; row < rows; row++) {
      scores[row] = chances[row * classes + k]!;
      positive[row] = labels[row] === k ? 1 : 0;
    }
    return areaUnderCurve(scores, positive);
  });
}

/**
 * The score of published results on fit: the plain mean over the classes.
 *
 * @param chances rows × classes
 */
export function meanOneVsRestAuc(
  chances: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): number {
  const aucs = oneVsRestAucs(chances, labels, classes);
  return aucs.reduce((sum, auc) => sum + auc, 0) / classes;
}

/** A chance below this counts as this. */
const leastChance = 1e-15;

/**
 * Mean of −ln p of what came true.
 *
 * @param chances rows × classes
 */
export function logLoss(chances: Float64Array, labels: ArrayLike<number>, classes: number): number {
  const rows = chances.length / classes;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    sum -= Math.log(Math.max(chances[row * classes + labels[row]!]!, leastChance));
  }
  return sum / rows;
}
