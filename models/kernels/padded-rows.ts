import type { KernelMemory } from './kernel-memory.ts';

/** Floats between rows of factors: the kernels take 8 columns at a time. */
export function strideOf(dimensions: number): number {
  return Math.ceil(dimensions / 8) * 8;
}

/** Copies rows × dimensions to `pointer` with padding; padding is left as it is. */
export function storeRows(
  memory: KernelMemory,
  pointer: number,
  factors: Float32Array,
  dimensions: number,
): void {
  const stride = strideOf(dimensions);
  const rows = factors.length / dimensions;
  const padded = memory.f32(pointer, rows * stride);
  for (let row = 0; row < rows; row++) {
    padded.set(factors.subarray(row * dimensions, (row + 1) * dimensions), row * stride);
  }
}

/** A copy of `rows` padded rows without their padding. */
export function loadRows(
  memory: KernelMemory,
  pointer: number,
  rows: number,
  dimensions: number,
): Float32Array {
  const stride = strideOf(dimensions);
  const padded = memory.f32(pointer, rows * stride);
  const factors = new Float32Array(rows * dimensions);
  for (let row = 0; row < rows; row++) {
    factors.set(padded.subarray(row * stride, row * stride + dimensions), row * dimensions);
  }
  return factors;
}
