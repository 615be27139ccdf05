import { seededRandom } from '../../models/dataset/seeded-random.ts';
import { dotWasm } from '../../models/kernels/generated/dot-wasm.ts';
import { KernelMemory } from '../../models/kernels/kernel-memory.ts';
import { compileKernel, instantiateKernel } from '../../models/kernels/kernel-module.ts';

/** Milliseconds of each scan of a matrix with one query, by the kernel and by plain TypeScript. */
export function dotMilliseconds(rows: number, columns: number, rounds: number) {
  const memory = new KernelMemory();
  const matrixAt = memory.allocate(4 * rows * columns);
  const queryAt = memory.allocate(4 * columns);
  const outAt = memory.allocate(4 * rows);
  const matrix = memory.f32(matrixAt, rows * columns);
  const query = memory.f32(queryAt, columns);
  const out = memory.f32(outAt, rows);
  const random = seededRandom(1);
  for (const values of [matrix, query]) values.set(values.map(() => random() - 0.5));
  const { dotRows } = instantiateKernel(compileKernel(dotWasm), memory);
  const kernel: number[] = [];
  const plain: number[] = [];
  // The first few are for the compilers.
  for (let round = -5; round < rounds; round++) {
    const start = performance.now();
    dotRows?.(matrixAt, queryAt, outAt, rows, columns);
    const middle = performance.now();
    scan(matrix, query, out);
    const end = performance.now();
    if (round < 0) continue;
    kernel.push(middle - start);
    plain.push(end - middle);
  }
  return { kernel, plain };
}

function scan(matrix: Float32Array, query: Float32Array, out: Float32Array): void {
  for (let row = 0; row < out.length; row++) {
    const from = row * query.length;
    let sum = 0;
    for (let at = 0; at < query.length; at++) sum += (matrix[from + at] ?? 0) * (query[at] ?? 0);
    out[row] = sum;
  }
}
