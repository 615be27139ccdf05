import { z } from 'zod';
import type { Dataset } from '../dataset/dataset.ts';
import type { SlimSolver } from '../kernels/slim-backend.ts';
import { slimKernels } from '../kernels/slim-kernels.ts';
import { checkInteractions } from './als-check.ts';
import type { FitContext, Trainer } from './model.ts';
import { SlimModel } from './slim-model.ts';
import { graphOf, scaledProblem } from './slim-problem.ts';

const exponent = z.number().min(0).max(2);

/** Defaults: what was best on gowalla's `fit` → `valid`; see bench/README.md. */
export const slimConfigSchema = z.strictObject({
  /** K: how many items each one is predicted from. */
  neighbours: z.int().min(1).max(1000).default(200),
  /** a: how much less a user says the more items they have. */
  userExponent: exponent.default(0.25),
  /** b: how much less an item says, and is to be said of it, the more users it has. */
  itemExponent: exponent.default(0.25),
  /** λ over the mean squared norm of an item's column. */
  regularisation: z.number().positive().default(8),
  /** c: how much an item's popularity counts for it when scores are compared. */
  outputExponent: exponent.default(0.2),
  /**
   * M / K: of an item's products with all others those with the M nearest are kept, or as many as
   * 2 GiB hold. Where neighbours have so many users that their regression is made from these, a
   * pair of which neither has the other counts as 0 (`SlimSolver`).
   */
  productsPerNeighbour: z.int().min(1).max(50).default(5),
  /**
   * Of a user with more items, a seeded sample of so many is learnt from: the time of a user grows
   * with the square of the items.
   */
  longestHistory: z.int().min(2).default(2000),
  /** Worker threads; they change the time, not the result. */
  threads: z.int().min(1).max(256).default(1),
});
export type SlimConfig = z.infer<typeof slimConfigSchema>;

/**
 * Local SLIM: with X = Dᵤ^−a · R · Dᵢ^−b, R the users × items weights, Dᵤ and Dᵢ the diagonal
 * matrices of its row and column sums, every item t is predicted from its K nearest items N by the
 * cosine of their columns in X, in a ridge regression of its own:
 *
 *   B_N = (G_NN + λI)⁻¹ G_N,t,   G = XᵀX,   λ = `regularisation` · mean of diag G
 *
 * and the score of t for a history h is Dₜ^c · Σ_{j ∈ N} hⱼ · Dⱼ^−b · B_jt. With N all items it is
 * EASE (Steck, WWW 2019) on X. A step of the progress is one target.
 *
 * @throws ZodError for an unknown key or a value out of range
 */
export function createSlimTrainer(config: z.input<typeof slimConfigSchema> = {}): Trainer {
  const parsed = slimConfigSchema.parse(config);
  const solver = slimKernels(parsed.threads);
  return { kind: 'slim', fit: (dataset, context) => fitSlim(parsed, dataset, solver, context) };
}

/** The fit with either solver; `createSlimTrainer` is this with the kernels. */
export async function fitSlim(
  config: SlimConfig,
  { interactions }: Dataset,
  solver: SlimSolver,
  { seed, onProgress, signal }: FitContext,
): Promise<SlimModel> {
  signal?.throwIfAborted();
  checkInteractions(interactions);
  const scaled = scaledProblem(interactions, config, seed);
  const weights = await solver(scaled.problem, { signal, ...(onProgress && { onProgress }) });
  return new SlimModel(graphOf(weights, scaled));
}
