import { z } from 'zod';
import type { Dataset } from '../dataset/dataset.ts';
import type { IdMap } from '../dataset/id-map.ts';
import { type SparseMatrix, transpose } from '../dataset/sparse-matrix.ts';
import {
  type AlsBackend,
  otherSide,
  type Side,
  type SolveOptions,
} from '../kernels/als-backend.ts';
import { AlsKernels } from '../kernels/als-kernels.ts';
import { checkInteractions } from './als-check.ts';
import { AlsModel } from './als-model.ts';
import { normalFactors, takeOver } from './als-start.ts';
import type { FitContext, Trainer } from './model.ts';

/**
 * Defaults: what was good on three public data sets. 16 epochs add nothing to 8, good unobserved
 * weights were .015 to .05 and good mean regularisations 1.5 to 5, ν = 1 was the best exponent.
 * More dimensions are more accurate (gowalla) and cost as much more in memory and per request.
 */
export const alsConfigSchema = z.strictObject({
  /** Length of a factor. */
  dimensions: z.int().min(1).max(1024).default(128),
  /** At most so many. */
  epochs: z.int().min(1).default(8),
  /**
   * The fit ends when the items' half of an epoch lowers the loss by a smaller share than this: on
   * gowalla after about 6 epochs anew, and after 1 from a parent that knows 99 % of the pairs. More
   * epochs lower the loss further and NDCG with it (64 dimensions: .0906 after 4, .0898 after 6,
   * .0890 after 8, .0883 after 12).
   */
  tolerance: z.number().min(0).max(1).default(0.005),
  /** α₀: the weight of every pair, seen or not, being 0. */
  unobservedWeight: z.number().positive().default(0.02),
  /** Mean λ of a row; it is shared out by `exponent`. */
  regularisation: z.number().positive().default(2),
  /** ν: 0 gives every row the same λ, 1 one in proportion to its pairs (weighted by α₀). */
  exponent: z.number().min(0).max(1).default(1),
  /**
   * Conjugate gradient steps a row and half epoch, from its last value; short rows are solved
   * exactly anyway. On gowalla 2 and 3 end within .02 % of the same loss and with the same NDCG.
   */
  cgSteps: z.int().min(1).default(2),
  /**
   * The same for the first half epoch from a parent, in which users start from zero. On gowalla 3
   * are too few and 5 as good as 10.
   */
  firstSteps: z.int().min(1).default(5),
  /**
   * Rows of at most this many pairs are solved exactly. Left out: 1.5 · √dimensions, up to which
   * that takes no longer than the steps do.
   */
  directLimit: z.int().min(0).max(256).optional(),
  /** Standard deviation of a first score, over its √dimensions terms. */
  initialScale: z.number().positive().default(0.1),
  /** Worker threads; they change the time, not the result. */
  threads: z.int().min(1).max(256).default(1),
  /** Keeps the users' factors in the artifact. Answering does not need them. */
  userFactors: z.boolean().default(false),
});
export type AlsConfig = z.infer<typeof alsConfigSchema>;

/** λ of every row of both sides, and what a new user's is made from. */
interface Regularisation {
  readonly scale: number;
  readonly users: Float32Array;
  readonly items: Float32Array;
}

/**
 * Implicit ALS (Hu, Koren, Volinsky 2008) with the objective of Rendle et al. 2021:
 *
 *   Σ_seen c (1 - w·h)² + α₀ Σ_all (w·h)² + λ (Σ_u s_u |w_u|² + Σ_i s_i |h_i|²)
 *
 * with s_u = (pairs of u + α₀ · items)^ν and s_i likewise; c are the values of the interactions.
 * λ is chosen so that the mean of λ s_u and the mean of λ s_i have `regularisation` as their
 * geometric mean: only the product of the two matters, and it then means the same for any ν.
 *
 * A step of the progress is half an epoch; its loss is the objective above.
 *
 * @throws ZodError for an unknown key or a value out of range
 */
export function createAlsTrainer(config: z.input<typeof alsConfigSchema> = {}): Trainer {
  const parsed = alsConfigSchema.parse(config);
  return {
    kind: 'als',
    async fit({ interactions, items }: Dataset, context: FitContext): Promise<AlsModel> {
      context.signal?.throwIfAborted();
      checkInteractions(interactions);
      const { dimensions, threads } = parsed;
      const warmStart = warmFactors(parsed, items, context);
      const sides = { users: interactions, items: transpose(interactions) };
      const backend = new AlsKernels(
        { ...sides, dimensions, directLimit: directLimitOf(parsed) },
        threads,
      );
      try {
        return await fitAls(parsed, sides, backend, { ...context, warmStart });
      } finally {
        await backend.close();
      }
    },
  };
}

export function directLimitOf({ directLimit, dimensions }: AlsConfig): number {
  return directLimit ?? Math.round(1.5 * Math.sqrt(dimensions));
}

/**
 * Item factors to start from: the parent's, and random ones for items that it does not know.
 * Undefined where it knows none.
 *
 * @throws RangeError for a parent of another number of dimensions
 */
function warmFactors(
  { dimensions, initialScale }: AlsConfig,
  items: IdMap,
  { seed, parent }: FitContext,
): Float32Array | undefined {
  if (!(parent?.model instanceof AlsModel)) return undefined;
  const { itemFactors, dimensions: found } = parent.model.parameters;
  if (found !== dimensions) {
    throw new RangeError(`the parent has ${found} dimensions; this fit has ${dimensions}`);
  }
  const known = { items: parent.items, factors: itemFactors };
  const scale = { dimensions, initialScale };
  return takeOver(items, known, scale, seed);
}

interface AlsContext extends Omit<FitContext, 'parent'> {
  /** Item factors of an earlier fit, items × dimensions; random ones without. */
  readonly warmStart?: Float32Array | undefined;
}

/** The fit over either backend; `createAlsTrainer` is this with the kernels. */
export async function fitAls(
  config: AlsConfig,
  sides: Readonly<Record<Side, SparseMatrix>>,
  backend: AlsBackend,
  { seed, warmStart, onProgress, signal }: AlsContext,
): Promise<AlsModel> {
  const regularisation = regularise(config, sides);
  const { dimensions, initialScale } = config;
  const start = warmStart ?? normalFactors(sides.items.rows, dimensions, initialScale, seed);
  backend.load('items', start);
  let penalty = startPenalty(start, regularisation.items);
  let before = Number.POSITIVE_INFINITY;
  let total = 2 * config.epochs;
  for (let done = 1; done <= total; done++) {
    const side = done % 2 === 1 ? 'users' : 'items';
    const steps = warmStart && done === 1 ? config.firstSteps : config.cgSteps;
    const rowsOfFixed = sides[otherSide(side)].rows;
    const options = { rowsOfFixed, regularisation: regularisation[side], steps, signal };
    const result = await solveSide(config, backend, side, options);
    const loss = result.objective + penalty;
    if (!Number.isFinite(loss)) throw new RangeError(`ALS diverged: the loss is ${loss}`);
    if (side === 'items' && before - loss < config.tolerance * loss) total = done;
    penalty = result.penalty;
    before = loss;
    onProgress?.({ done, total, loss });
  }
  return toModel(config, regularisation.scale, backend, signal);
}

interface HalfEpoch extends Pick<SolveOptions, 'regularisation' | 'steps' | 'signal'> {
  /** Of the side that is not solved. */
  readonly rowsOfFixed: number;
}

/** Half an epoch: rotates both sides into the eigenbasis of the fixed one and solves `side`. */
async function solveSide(
  config: AlsConfig,
  backend: AlsBackend,
  side: Side,
  { rowsOfFixed, ...options }: HalfEpoch,
) {
  const fixed = otherSide(side);
  const { values, vectors } = await basisOf(backend, fixed, options.signal);
  await backend.rotate(fixed, vectors, options.signal);
  const diagonal = values.map((value) => value * config.unobservedWeight);
  const perPair = 1 / (config.unobservedWeight * rowsOfFixed);
  return backend.solve(side, { ...options, diagonal, perPair, basis: vectors });
}

async function basisOf(backend: AlsBackend, side: Side, signal: AbortSignal | undefined) {
  return backend.eigenbasis(await backend.gram(side, signal), signal);
}

/** The model lives in the eigenbasis of the items' Gram matrix, where fold-in is cheap. */
async function toModel(
  { dimensions, unobservedWeight, exponent, userFactors }: AlsConfig,
  regularisation: number,
  backend: AlsBackend,
  signal: AbortSignal | undefined,
): Promise<AlsModel> {
  const { values, vectors } = await basisOf(backend, 'items', signal);
  await backend.rotate('items', vectors, signal);
  if (userFactors) await backend.rotate('users', vectors, signal);
  return new AlsModel({
    dimensions,
    itemFactors: backend.factors('items'),
    eigenvalues: values,
    unobservedWeight,
    regularisation,
    exponent,
    ...(userFactors && { userFactors: backend.factors('users') }),
  });
}

function regularise(
  { unobservedWeight, regularisation, exponent }: AlsConfig,
  { users, items }: Readonly<Record<Side, SparseMatrix>>,
): Regularisation {
  const frequencies = ({ rows, columns, indptr }: SparseMatrix): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) => {
      const pairs = indptr[row + 1]! - indptr[row]!;
      return (pairs + unobservedWeight * columns) ** exponent;
    });
  const ofUsers = frequencies(users);
  const ofItems = frequencies(items);
  const scale = regularisation / Math.sqrt(mean(ofUsers) * mean(ofItems));
  return {
    scale,
    users: Float32Array.from(ofUsers, (value) => value * scale),
    items: Float32Array.from(ofItems, (value) => value * scale),
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function startPenalty(factors: Float32Array, regularisation: Float32Array): number {
  const dimensions = factors.length / regularisation.length;
  let sum = 0;
  for (let at = 0; at < factors.length; at++) {
    sum += regularisation[Math.floor(at / dimensions)]! * factors[at]! ** 2;
  }
  return sum;
}
