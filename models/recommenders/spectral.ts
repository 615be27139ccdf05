import { z } from 'zod';
import type { Dataset } from '../dataset/dataset.ts';
import { type SparseMatrix, sumByColumn, sumByRow, transpose } from '../dataset/sparse-matrix.ts';
import type { SvdBackend, SvdProblem } from '../kernels/svd-backend.ts';
import { SvdKernels } from '../kernels/svd-kernels.ts';
import { checkInteractions } from './als-check.ts';
import type { FitContext, Trainer } from './model.ts';
import { SpectralModel } from './spectral-model.ts';
import { basisBlocks, type TruncatedSvd, truncatedSvd } from './truncated-svd.ts';

const exponent = z.number().min(0).max(2);

export const spectralConfigSchema = z.strictObject({
  /** How many singular vectors are kept: the width of the low-pass filter. */
  dimensions: z.int().min(1).max(1024).default(256),
  /** a: how much less a user says the more items they have. */
  userExponent: exponent.default(0.5),
  /** b: how much less an item says the more users have it. */
  itemExponent: exponent.default(0.5),
  /** c: how much an item's own popularity is given back to its score. */
  targetExponent: exponent.default(0.5),
  /** Vectors of the Krylov basis, over the dimensions: more are more exact, and cost its square. */
  expansion: z.number().min(1).max(16).default(2),
  /** The largest residual |AAᵀu − σ²u| / σ₁² of a singular vector that is good enough. */
  tolerance: z.number().positive().default(0.05),
  /** How often the basis is made anew from the best of it while one is larger. */
  restarts: z.int().min(0).default(8),
  /** Worker threads; they change the time, not the result. */
  threads: z.int().min(1).max(256).default(1),
});
export type SpectralConfig = z.infer<typeof spectralConfigSchema>;

/**
 * The ideal low-pass filter of the interaction graph (Shen et al., CIKM 2021, GF-CF): with
 *
 *   A = Dᵤ^−a · R · Dᵢ^−b,
 *
 * R the users × items weights, Dᵤ and Dᵢ the diagonal matrices of its row and column sums, and V
 * the right singular vectors of A's largest singular values, the scores of a history h are
 *
 *   h · Dᵢ^−b · V · Vᵀ · Dᵢ^c.
 *
 * A history becomes a vector by adding up rows: a user who was not in training goes the same way as
 * one who was. A step of the progress is a block of 32 vectors.
 *
 * @throws ZodError for an unknown key or a value out of range
 */
export function createSpectralTrainer(config: z.input<typeof spectralConfigSchema> = {}): Trainer {
  const parsed = spectralConfigSchema.parse(config);
  const start = (problem: SvdProblem) => new SvdKernels(problem, parsed.threads);
  return {
    kind: 'spectral',
    fit: (dataset, context) => fitSpectral(parsed, dataset, start, context),
  };
}

/** The fit over either backend; `createSpectralTrainer` is this with the kernels. */
export async function fitSpectral(
  config: SpectralConfig,
  { interactions }: Dataset,
  start: (problem: SvdProblem) => SvdBackend,
  { seed, onProgress, signal }: FitContext,
): Promise<SpectralModel> {
  signal?.throwIfAborted();
  checkInteractions(interactions);
  const users = normalised(interactions, config);
  const items = transpose(users);
  // The basis is of vectors of the shorter side.
  const side = items.rows < users.rows ? 'left' : 'right';
  const [rows, columns] = side === 'left' ? [items, users] : [users, items];
  const { most } = basisBlocks(config, rows.rows);
  const backend = start({ rows, columns, blocks: most + 1 });
  try {
    const context = { rows: rows.rows, side, seed, onProgress, signal } as const;
    const svd = await truncatedSvd(backend, config, context);
    return await toModel(config, interactions, svd, backend, signal);
  } finally {
    await backend.close();
  }
}

/** Dᵤ^−a · R · Dᵢ^−b */
function normalised(
  interactions: SparseMatrix,
  { userExponent, itemExponent }: SpectralConfig,
): SparseMatrix {
  const users = sumByRow(interactions).map((sum) => sum ** -userExponent);
  const items = sumByColumn(interactions).map((sum) => sum ** -itemExponent);
  const values = new Float32Array(interactions.values.length);
  for (let user = 0; user < interactions.rows; user++) {
    for (let at = interactions.indptr[user]!; at < interactions.indptr[user + 1]!; at++) {
      values[at] = users[user]! * interactions.values[at]! * items[interactions.indices[at]!]!;
    }
  }
  return { ...interactions, values };
}

/** Items as rows of Dᵢ^c V, turned into the basis where their Gram matrix is diagonal. */
async function toModel(
  { itemExponent, targetExponent }: SpectralConfig,
  interactions: SparseMatrix,
  { singularValues, residuals, vectors }: TruncatedSvd,
  backend: SvdBackend,
  signal: AbortSignal | undefined,
): Promise<SpectralModel> {
  const dimensions = singularValues.length;
  const sums = sumByColumn(interactions);
  const power = (to: number) => sums.map((sum) => (sum > 0 ? sum ** to : 0));
  const outward = power(targetExponent);
  const scaled = vectors.map((value, at) => value * outward[Math.floor(at / dimensions)]!);
  const { factors, eigenvalues } = await backend.diagonalise(scaled, dimensions, signal);
  return new SpectralModel({
    dimensions,
    itemVectors: factors,
    eigenvalues,
    inputScales: Float32Array.from(power(-itemExponent - targetExponent)),
    singularValues,
    residuals,
  });
}
