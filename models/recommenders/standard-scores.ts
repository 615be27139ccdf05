import type { History } from './model.ts';

/** How the scores of the candidates lie; `scale` is 0 where they are all the same. */
export interface Moments {
  readonly mean: number;
  /** 1 / standard deviation. */
  readonly scale: number;
}

/** Below this share of the mean square, a variance is rounding. */
const flat = 1e-10;

/**
 * Mean and spread of `scores` over the candidates: the items that are not in the history. Those
 * that are would count twice over, because a model that has learnt them scores them highest.
 */
export function momentsOf(scores: Float32Array, { items }: History): Moments {
  let sum = 0;
  let squares = 0;
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item]!;
    sum += score;
    squares += score * score;
  }
  for (const item of items) {
    const score = scores[item]!;
    sum -= score;
    squares -= score * score;
  }
  const candidates = scores.length - items.length;
  if (candidates < 2) return { mean: 0, scale: 0 };
  const mean = sum / candidates;
  const variance = squares / candidates - mean * mean;
  const isFlat = !(variance > (flat * squares) / candidates);
  return { mean, scale: isFlat ? 0 : 1 / Math.sqrt(variance) };
}
