/** scores[from … to − 1] become e^s / Σ e^s, whatever their size. */
export function softmaxInto(scores: Float64Array, from: number, to: number): void {
  let highest = -Infinity;
  for (let at = from; at < to; at++) highest = Math.max(highest, scores[at]!);
  let sum = 0;
  for (let at = from; at < to; at++) {
    const power = Math.exp(scores[at]! - highest);
    scores[at] = power;
    sum += power;
  }
  for (let at = from; at < to; at++) scores[at]! /= sum;
}
