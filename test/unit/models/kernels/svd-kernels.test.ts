import { afterEach, describe, expect, it } from '@jest/globals';
import { transpose } from '../../../../models/dataset/sparse-matrix.ts';
import { columnsOf, setColumns } from '../../../../models/kernels/column-blocks.ts';
import type { SvdBackend, SvdProblem } from '../../../../models/kernels/svd-backend.ts';
import { SvdKernels } from '../../../../models/kernels/svd-kernels.ts';
import { SvdReference } from '../../../../models/kernels/svd-reference.ts';
import { normalFactors } from '../../../../models/recommenders/als-start.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';

const open: SvdBackend[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((backend) => backend.close()));
});

function problemOf(rows: number, columns: number, blocks: number): SvdProblem {
  const matrix = randomInteractions({ rows, columns, longest: 30, seed: 6 });
  return { rows: matrix, columns: transpose(matrix), blocks };
}

/** The backend with random vectors in every block. */
function filled<T extends SvdBackend>(backend: T, { rows, blocks }: SvdProblem): T {
  open.push(backend);
  for (let block = 0; block < blocks; block++) {
    backend.load(block, normalFactors(rows.rows, 32, 1, block));
  }
  return backend;
}

function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let difference = 0;
  let scale = 0;
  for (const [at, value] of Array.from(expected).entries()) {
    difference = Math.max(difference, Math.abs((actual[at] ?? Number.NaN) - value));
    scale = Math.max(scale, Math.abs(value));
  }
  return difference / scale;
}

/** Everything that a backend does, one after the other, and what came out. */
async function everything(backend: SvdBackend): Promise<ArrayLike<number>[]> {
  await backend.apply(0, 1);
  const applied = backend.read(1);
  const transposed = await backend.transposed(2);
  const products = await backend.products(1, 2, 0);
  await backend.combine({
    first: 1,
    count: 2,
    coefficients: normalFactors(64, 32, 1, 8),
    columns: 32,
    to: 0,
    keep: true,
  });
  const added = backend.read(0);
  await backend.combine({
    first: 0,
    count: 3,
    coefficients: normalFactors(96, 64, 1, 9),
    columns: 64,
    to: 0,
    keep: false,
  });
  backend.copy(1, 2);
  const inPlace = [backend.read(0), backend.read(1), backend.read(2)];
  const { eigenvalues, factors } = await backend.diagonalise(normalFactors(50, 37, 1, 3), 37);
  // Eigenvectors have no sign.
  const sizes = factors.map(Math.abs);
  return [applied, transposed, products, added, ...inPlace, eigenvalues, sizes];
}

describe('SvdKernels', () => {
  it.each([
    ['rows in fours', 60, 90],
    ['rows to be padded', 91, 40],
    ['fewer rows than parts', 5, 9],
    ['several tasks', 1300, 700],
  ])('agree with the reference to 1e-4: %s', async (_, rows, columns) => {
    const problem = problemOf(rows, columns, 3);
    const expected = await everything(filled(new SvdReference(problem), problem));
    const actual = await everything(filled(new SvdKernels(problem, 2), problem));
    for (const [at, values] of expected.entries()) {
      expect(relativeError(actual[at] ?? [], values)).toBeLessThan(1e-4);
    }
  });

  it('give the same bytes on 1, 2 and 3 threads', async () => {
    const problem = problemOf(2000, 900, 3);
    const results: ArrayLike<number>[][] = [];
    for (const threads of [1, 2, 3]) {
      results.push(await everything(filled(new SvdKernels(problem, threads), problem)));
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('make the Gram matrix of rows diagonal and leave their products as they are', async () => {
    const problem = problemOf(8, 8, 1);
    const backend = filled(new SvdKernels(problem, 2), problem);
    const before = normalFactors(90, 40, 1, 4);
    const { factors, eigenvalues } = await backend.diagonalise(before, 40);
    const product = (rows: Float32Array, a: number, b: number) =>
      Array.from(
        { length: 40 },
        (_, d) => (rows[a * 40 + d] ?? 0) * (rows[b * 40 + d] ?? 0),
      ).reduce((sum, value) => sum + value);
    expect(product(factors, 3, 71)).toBeCloseTo(product(before, 3, 71), 5);
    for (const [i, j] of [
      [0, 0],
      [0, 1],
      [20, 20],
      [20, 39],
    ] as const) {
      let sum = 0;
      for (let row = 0; row < 90; row++) {
        sum += (factors[row * 40 + i] ?? 0) * (factors[row * 40 + j] ?? 0);
      }
      expect(sum).toBeCloseTo(i === j ? (eigenvalues[i] ?? Number.NaN) : 0, 4);
    }
  });

  it('stop with the reason of a signal', async () => {
    const problem = problemOf(60, 90, 2);
    const backend = filled(new SvdKernels(problem, 1), problem);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(backend.apply(0, 1, signal)).rejects.toThrow('enough');
    await expect(backend.products(0, 1, 1, signal)).rejects.toThrow('enough');
  });
});

describe('columnsOf', () => {
  it('takes 32 columns, zero past the last one, and setColumns puts them back', () => {
    const matrix = Float32Array.from({ length: 2 * 33 }, (_, at) => at + 1);
    const block = columnsOf(matrix, 33, 32);
    expect(block.length).toBe(64);
    expect([block[0], block[1], block[32]]).toEqual([33, 0, 66]);
    const again = new Float32Array(matrix.length);
    setColumns(again, 33, 0, columnsOf(matrix, 33, 0));
    setColumns(again, 33, 32, block);
    expect(again).toEqual(matrix);
  });
});
