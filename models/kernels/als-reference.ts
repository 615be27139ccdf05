import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import {
  type AlsBackend,
  type AlsProblem,
  type Eigenbasis,
  otherSide,
  type PairRows,
  type Side,
  type SolveOptions,
  type SolveResult,
} from './als-backend.ts';
import { eigenbasis } from './eigenbasis-reference.ts';

/** The pairs of one row. */
interface Row {
  readonly items: Uint32Array;
  readonly weights: Float32Array;
}

/**
 * The steps of ALS in plain TypeScript, written to be read: what the WebAssembly kernels are held
 * equal to, and the other side of the benchmark. One thread, double precision inside a row.
 */
export class AlsReference implements AlsBackend {
  readonly #problem: AlsProblem;
  readonly #factors: Record<Side, Float32Array>;

  constructor(problem: AlsProblem) {
    this.#problem = problem;
    this.#factors = {
      users: new Float32Array(problem.users.rows * problem.dimensions),
      items: new Float32Array(problem.items.rows * problem.dimensions),
    };
  }

  load(side: Side, factors: Float32Array): void {
    this.#factors[side].set(factors);
  }

  factors(side: Side): Float32Array {
    return this.#factors[side].slice();
  }

  async gram(side: Side): Promise<Float64Array> {
    const { dimensions } = this.#problem;
    const factors = this.#factors[side];
    const gram = new Float64Array(dimensions * dimensions);
    for (let row = 0; row < factors.length; row += dimensions) {
      for (let i = 0; i < dimensions; i++) {
        const value = factors[row + i]!;
        for (let j = 0; j < dimensions; j++) gram[i * dimensions + j]! += value * factors[row + j]!;
      }
    }
    return gram;
  }

  async eigenbasis(gram: Float64Array): Promise<Eigenbasis> {
    return eigenbasis(gram, this.#problem.dimensions);
  }

  async rotate(side: Side, basis: Float32Array): Promise<void> {
    const { dimensions } = this.#problem;
    const factors = this.#factors[side];
    for (let row = 0; row < factors.length; row += dimensions) {
      this.#rotateRow(factors.subarray(row, row + dimensions), basis);
    }
  }

  async solve(side: Side, options: SolveOptions): Promise<SolveResult> {
    const { dimensions, directLimit } = this.#problem;
    const fixed = this.#factors[otherSide(side)];
    const pairs = this.#problem[side];
    let objective = 0;
    let penalty = 0;
    for (let r = 0; r < pairs.rows; r++) {
      const row = rowOf(pairs, r);
      const lambda = options.regularisation[r]!;
      const x = this.#factors[side].subarray(r * dimensions, (r + 1) * dimensions);
      const diagonal = Float64Array.from(options.diagonal, (value) => value + lambda);
      if (row.items.length <= directLimit) {
        x.set(solveExactly(row, fixed, diagonal));
      } else {
        this.#rotateRow(x, options.basis);
        const pairs = options.perPair * row.weights.reduce((sum, weight) => sum + weight, 0);
        const condition = diagonal.map((value, j) => value + pairs * options.diagonal[j]!);
        takeGradientSteps(row, fixed, { diagonal, condition }, x, options.steps);
      }
      objective += rowObjective(row, fixed, diagonal, x);
      penalty += lambda * dot(x, 0, x);
    }
    return { objective, penalty };
  }

  async close(): Promise<void> {}

  #rotateRow(row: Float32Array, basis: Float32Array): void {
    const { length } = row;
    const rotated = new Float64Array(length);
    for (let k = 0; k < length; k++) {
      for (let j = 0; j < length; j++) rotated[j]! += row[k]! * basis[k * length + j]!;
    }
    row.set(rotated);
  }
}

function rowOf({ indptr, indices, values }: PairRows, row: number): Row {
  const from = indptr[row]!;
  const to = indptr[row + 1]!;
  return { items: indices.subarray(from, to), weights: values.subarray(from, to) };
}

/** Σ c (1 - h·x)² + xᵀDx */
function rowObjective(row: Row, fixed: Float32Array, diagonal: Float64Array, x: Float32Array) {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += diagonal[j]! * x[j]! * x[j]!;
  for (const [at, item] of row.items.entries()) {
    sum += row.weights[at]! * (1 - dot(x, item * x.length, fixed)) ** 2;
  }
  return sum;
}

/** x = (D + Σ c h hᵀ)⁻¹ Σ c h by a Cholesky decomposition. */
function solveExactly({ items, weights }: Row, fixed: Float32Array, diagonal: Float64Array) {
  const { length } = diagonal;
  if (items.length === 0) return new Float64Array(length);
  const left = Matrix.diag(Array.from(diagonal));
  const right = Matrix.zeros(length, 1);
  for (const [at, item] of items.entries()) {
    const h = Matrix.columnVector(fixed.subarray(item * length, (item + 1) * length));
    left.add(h.mmul(h.transpose()).mul(weights[at]!));
    right.add(h.mul(weights[at]!));
  }
  return new CholeskyDecomposition(left).solve(right).to1DArray();
}

/** Conjugate gradient on (D + Σ c h hᵀ) x = Σ c h, preconditioned by a diagonal matrix. */
function takeGradientSteps(
  row: Row,
  fixed: Float32Array,
  { diagonal, condition }: { readonly diagonal: Float64Array; readonly condition: Float64Array },
  x: Float32Array,
  steps: number,
): void {
  const product = (p: ArrayLike<number>) => normalProduct(row, fixed, diagonal, p);
  const right = rightSide(row, fixed, diagonal.length);
  const solution = Float64Array.from(x);
  const first = product(solution);
  const residual = right.map((value, j) => value - first[j]!);
  let z = residual.map((value, j) => value / condition[j]!);
  const p = z.slice();
  let rz = dot(residual, 0, z);
  for (let step = 0; step < steps && rz > 0; step++) {
    const q = product(p);
    const alpha = rz / dot(p, 0, q);
    for (let j = 0; j < p.length; j++) {
      solution[j]! += alpha * p[j]!;
      residual[j]! -= alpha * q[j]!;
    }
    z = residual.map((value, j) => value / condition[j]!);
    const next = dot(residual, 0, z);
    for (let j = 0; j < p.length; j++) p[j] = z[j]! + (next / rz) * p[j]!;
    rz = next;
  }
  x.set(solution);
}

/** Σ c h */
function rightSide(row: Row, fixed: Float32Array, length: number): Float64Array {
  const right = new Float64Array(length);
  for (const [at, item] of row.items.entries()) {
    for (let j = 0; j < length; j++) right[j]! += row.weights[at]! * fixed[item * length + j]!;
  }
  return right;
}

/** (D + Σ c h hᵀ) p */
function normalProduct(
  row: Row,
  fixed: Float32Array,
  diagonal: Float64Array,
  p: ArrayLike<number>,
): Float64Array {
  const { length } = diagonal;
  const out = diagonal.map((value, j) => value * p[j]!);
  for (const [at, item] of row.items.entries()) {
    const scale = row.weights[at]! * dot(p, item * length, fixed);
    for (let j = 0; j < length; j++) out[j]! += scale * fixed[item * length + j]!;
  }
  return out;
}

function dot(a: ArrayLike<number>, from: number, b: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[from + j]!;
  return sum;
}
