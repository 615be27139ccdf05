import { describe, expect, it } from '@jest/globals';
import { Matrix, SVD } from 'ml-matrix';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { type SparseMatrix, transpose } from '../../../../models/dataset/sparse-matrix.ts';
import type { SvdBackend, SvdProblem } from '../../../../models/kernels/svd-backend.ts';
import { SvdKernels } from '../../../../models/kernels/svd-kernels.ts';
import { SvdReference } from '../../../../models/kernels/svd-reference.ts';
import {
  basisBlocks,
  type TruncatedSvd,
  type TruncatedSvdContext,
  type TruncatedSvdOptions,
  truncatedSvd,
} from '../../../../models/recommenders/truncated-svd.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';

const backends: Record<string, (problem: SvdProblem) => SvdBackend> = {
  kernels: (problem) => new SvdKernels(problem, 2),
  reference: (problem) => new SvdReference(problem),
};
const exact = { expansion: 2, tolerance: 1e-5, restarts: 50 };

async function decompose(
  matrix: SparseMatrix,
  options: TruncatedSvdOptions,
  {
    start = backends.kernels as (problem: SvdProblem) => SvdBackend,
    ...context
  }: Partial<TruncatedSvdContext> & { start?: (problem: SvdProblem) => SvdBackend } = {},
): Promise<TruncatedSvd> {
  const { rows } = matrix;
  const blocks = basisBlocks(options, rows).most + 1;
  const backend = start({ rows: matrix, columns: transpose(matrix), blocks });
  try {
    return await truncatedSvd(backend, options, { rows, side: 'right', seed: 1, ...context });
  } finally {
    await backend.close();
  }
}

function dense({ rows, columns, indptr, indices, values }: SparseMatrix): Matrix {
  const matrix = Matrix.zeros(rows, columns);
  for (let row = 0; row < rows; row++) {
    for (let at = indptr[row] ?? 0; at < (indptr[row + 1] ?? 0); at++) {
      matrix.set(row, indices[at] ?? 0, values[at] ?? 0);
    }
  }
  return matrix;
}

/** Vectors as columns. */
function columnsOf({ vectors, singularValues }: TruncatedSvd): Matrix {
  const { length } = singularValues;
  return Matrix.from1DArray(vectors.length / length, length, Array.from(vectors));
}

/** 300 × 200: ten blocks of the basis, so that a small one has to be restarted. */
const large = randomInteractions({ rows: 300, columns: 200, longest: 12, seed: 9 });

describe.each(Object.entries(backends))('truncatedSvd on the %s', (_, start) => {
  it.each([
    ['fewer rows than a block', 20, 30, 5],
    ['in one go', 70, 90, 40],
    ['all there are', 40, 60, 40],
  ])('is the singular value decomposition of ml-matrix: %s', async (_name, rows, columns, size) => {
    const matrix = randomInteractions({ rows, columns, longest: 25, seed: 3 });
    const expected = new SVD(dense(matrix), { autoTranspose: true });
    const found = await decompose(matrix, { dimensions: size, ...exact }, { start });
    const [largest = 1] = expected.diagonal;
    // Rows without an entry leave singular values of zero.
    const wanted = expected.diagonal.slice(0, size).filter((value) => value > 1e-6 * largest);
    const count = wanted.length;
    expect([...found.singularValues]).toEqual(wanted.map((value) => expect.closeTo(value, 3)));
    const vectors = columnsOf(found);
    const right = expected.rightSingularVectors.subMatrix(0, columns - 1, 0, count - 1);
    const projector = vectors.mmul(vectors.transpose());
    const difference = Matrix.sub(projector, right.mmul(right.transpose()));
    expect(difference.norm('frobenius')).toBeLessThan(1e-3);
  });
});

describe('truncatedSvd', () => {
  it('restarts until the residuals are as small as asked for, and reports what they are', async () => {
    const options = { dimensions: 20, expansion: 1, tolerance: 1e-5, restarts: 200 };
    const found = await decompose(large, options);
    expect(Math.max(...found.residuals)).toBeLessThan(1e-5);
    const expected = new SVD(dense(large)).diagonal;
    for (const [at, value] of found.singularValues.entries()) {
      expect(value / (expected[at] ?? Number.NaN)).toBeCloseTo(1, 4);
    }
    const hasty = await decompose(large, { ...options, restarts: 0 }, { side: 'left' });
    const a = dense(large);
    const left = columnsOf(hasty);
    const product = a.mmul(a.transpose().mmul(left));
    for (const at of [0, 7, 19]) {
      const theta = (hasty.singularValues[at] ?? 0) ** 2;
      const residual = Matrix.sub(
        product.getColumnVector(at),
        left.getColumnVector(at).mul(theta),
      ).norm('frobenius');
      const reported = (hasty.residuals[at] ?? 0) * (hasty.singularValues[0] ?? 0) ** 2;
      expect(Math.abs(residual - reported)).toBeLessThan(0.02 * reported + 1e-3);
    }
    expect(Math.max(...hasty.residuals)).toBeGreaterThan(1e-3);
  });

  it('gives orthonormal vectors of either side', async () => {
    for (const side of ['left', 'right'] as const) {
      const options = { dimensions: 50, expansion: 1.5, tolerance: 1, restarts: 0 };
      const vectors = columnsOf(await decompose(large, options, { side }));
      const identity = vectors.transpose().mmul(vectors);
      expect(Matrix.sub(identity, Matrix.eye(50)).norm('frobenius')).toBeLessThan(1e-3);
    }
  });

  it('finds a singular value as often as it is there, though a block is less', async () => {
    const identity = buildInteractions(
      Array.from({ length: 100 }, (_, at) => [at, at, at < 70 ? 2 : 1] as const),
    );
    const { singularValues, residuals } = await decompose(identity, { dimensions: 80, ...exact });
    expect(singularValues.length).toBe(80);
    expect([...singularValues].map((value) => Number(value.toFixed(4)))).toEqual(
      Array.from({ length: 80 }, (_, at) => (at < 70 ? 2 : 1)),
    );
    expect(Math.max(...residuals)).toBeLessThan(1e-5);
  });

  it('finds no more than there are', async () => {
    // Rank 2: 60 users of two kinds.
    const kinds = Array.from({ length: 60 }, (_, user) =>
      (user % 2 === 0 ? [0, 1, 2] : [2, 3]).map((item) => [user, item] as const),
    );
    const { singularValues } = await decompose(buildInteractions(kinds.flat()), {
      dimensions: 30,
      ...exact,
    });
    expect(singularValues.length).toBe(2);
  });

  it('gives a zero vector for a matrix of nothing', async () => {
    const nothing = { ...large, indptr: new Uint32Array(301), indices: new Uint32Array() };
    const matrix = { ...nothing, values: new Float32Array() };
    const { singularValues, vectors } = await decompose(matrix, { dimensions: 3, ...exact });
    expect([...singularValues]).toEqual([0]);
    expect(vectors.every((value) => value === 0)).toBe(true);
  });

  it('counts its steps up to the end, restarts and a basis that is full included', async () => {
    for (const options of [
      { dimensions: 20, expansion: 1, tolerance: 1e-3, restarts: 5 },
      { dimensions: 250, expansion: 2, tolerance: 1e-3, restarts: 5 },
    ]) {
      const steps: { done: number; total: number }[] = [];
      await decompose(large, options, { onProgress: (step) => steps.push(step) });
      expect(steps.at(-1)?.done).toBe(steps.at(-1)?.total);
      const done = steps.map((step) => step.done);
      expect(done).toEqual([...done].sort((a, b) => a - b));
    }
  });

  it('stops with the reason of its signal while it works', async () => {
    const abort = new AbortController();
    const run = decompose(
      large,
      { dimensions: 64, ...exact },
      {
        signal: abort.signal,
        onProgress: ({ done }) => done === 2 && abort.abort(new Error('enough')),
      },
    );
    await expect(run).rejects.toThrow('enough');
  });
});
