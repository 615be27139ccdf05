import type { ImplicitSettings } from './implicit.ts';
import type { OurSettings } from './quality.ts';

/** Found by `--choose`: the best NDCG@20 of each on valid after a fit to fit, by dimensions. */
const chosenWeights: Record<number, { unobservedWeight: number; regularization: number }> = {
  64: { unobservedWeight: 0.01, regularization: 1 },
  256: { unobservedWeight: 0.02, regularization: 10 },
};

/** The settings of both at so many factors; those of 256 where nothing was searched. */
export function chosenFor(dimensions: number): { ours: OurSettings; implicit: ImplicitSettings } {
  const { unobservedWeight = 0.02, regularization = 10 } = chosenWeights[dimensions] ?? {};
  return {
    ours: { dimensions, epochs: 8, unobservedWeight, regularisation: 2 },
    implicit: { factors: dimensions, threads: 2, iterations: 15, alpha: 50, regularization },
  };
}

/** What `--choose` tries. */
export const grid = {
  unobservedWeight: [0.01, 0.02, 0.04],
  regularisation: [1, 2, 4],
  alpha: [10, 25, 50, 100],
  regularization: [1, 10, 50],
} as const;
