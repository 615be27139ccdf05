import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { type ProductOptions, randomMatrix } from './products.ts';

/**
 * GFLOP/s of each round of the product rows × d by d × d (2 · rows · d²) in TensorFlow.js with its
 * WebAssembly backend. Its tensors stay in its own memory; nothing is copied in or out.
 */
export async function tensorFlowRates(
  { rows, dimensions, rounds }: ProductOptions,
  threads: number,
): Promise<number[]> {
  const { resolve } = createRequire(import.meta.url);
  const folder = dirname(resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  setWasmPaths(`${join(folder, 'wasm-out')}/`);
  // Counts before the backend is there only.
  setThreadsCount(threads);
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js has no WebAssembly backend');
  await tf.ready();
  const left = tf.tensor2d(randomMatrix(rows, dimensions), [rows, dimensions]);
  const right = tf.tensor2d(randomMatrix(dimensions, dimensions), [dimensions, dimensions]);
  const rates: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const start = performance.now();
    const product = tf.matMul(left, right);
    const milliseconds = performance.now() - start;
    product.dispose();
    if (round >= 0) rates.push((2 * rows * dimensions ** 2) / milliseconds / 1e6);
  }
  tf.dispose([left, right]);
  return rates;
}
