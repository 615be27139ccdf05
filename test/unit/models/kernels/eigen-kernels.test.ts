import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Matrix } from 'ml-matrix';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';
import { EigenKernels } from '../../../../models/kernels/eigen-kernels.ts';
import { eigenbasis } from '../../../../models/kernels/eigenbasis-reference.ts';
import { eigenWasm } from '../../../../models/kernels/generated/eigen-wasm.ts';
import { KernelPool } from '../../../../models/kernels/kernel-pool.ts';

let pool: KernelPool;

beforeAll(() => {
  pool = new KernelPool({ threads: 2, kernels: { eigen: eigenWasm } });
});

afterAll(() => pool.close());

/** The Gram matrix of `rows` random rows; of rank `rows` when that is less than `n`. */
function randomGram(n: number, rows: number): Matrix {
  const random = seededRandom(n);
  const data = Array.from({ length: rows * n }, () => random() - 0.3);
  const matrix = Matrix.from1DArray(rows, n, data);
  return matrix.transpose().mmul(matrix);
}

describe('EigenKernels', () => {
  it.each([
    [1, 5],
    [2, 5],
    [3, 2],
    [8, 30],
    [13, 40],
    [64, 20],
    [100, 300],
  ])('decomposes a %i × %i-row Gram matrix as ml-matrix does', async (n, rows) => {
    const gram = randomGram(n, rows);
    const data = Float64Array.from(gram.to1DArray());
    const { values, vectors } = await new EigenKernels(pool, n).decompose(data);
    const scale = Math.max(...values);
    for (const [at, value] of eigenbasis(data, n).values.entries()) {
      expect(Math.abs((values[at] ?? Number.NaN) - value)).toBeLessThan(1e-6 * scale);
    }
    const basis = Matrix.from1DArray(n, n, Array.from(vectors));
    const identity = basis.transpose().mmul(basis);
    expect(identity.sub(Matrix.eye(n)).norm('frobenius')).toBeLessThan(1e-6 * n);
    const diagonal = basis.transpose().mmul(gram).mmul(basis);
    const error = diagonal.sub(Matrix.diag(Array.from(values))).norm('frobenius');
    expect(error).toBeLessThan(1e-6 * scale * Math.sqrt(n));
  });

  it('leaves a diagonal matrix as it is, in falling order', async () => {
    const data = Float64Array.of(1, 0, 0, 0, 3, 0, 0, 0, 2);
    const { values, vectors } = await new EigenKernels(pool, 3).decompose(data);
    expect([...values]).toEqual([3, 2, 1]);
    expect([...vectors]).toEqual([0, 0, 1, 1, 0, 0, 0, 1, 0]);
  });

  it('says so when there are no eigenvalues to be found', async () => {
    const data = new Float64Array(16).fill(Number.NaN);
    const run = new EigenKernels(pool, 4).decompose(data);
    await expect(run).rejects.toThrow('no eigenvalues of a 4 × 4 matrix: not converging');
  });
});
