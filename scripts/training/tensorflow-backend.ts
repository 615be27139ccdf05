import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

export type TensorFlowBackend = 'tensorflow' | 'wasm';

export interface LoadedTensorFlow {
  readonly tf: typeof tf;
  readonly backend: TensorFlowBackend;
  /** Why the native backend is not used, where it is not. */
  readonly reason?: string;
}

/**
 * TensorFlow.js with the native backend where its library is installed and loads, else with the
 * WebAssembly one. Neither is fetched from anywhere: both come with npm's packages.
 *
 * @param wanted `wasm` leaves the native one alone, `tensorflow` does with no other
 * @throws Error when the backend that is wanted cannot be had
 */
export async function loadTensorFlow(wanted?: TensorFlowBackend): Promise<LoadedTensorFlow> {
  if (wanted === 'wasm') return wasm('was not asked for');
  try {
    // By a name that the compiler does not follow: the package is optional.
    const name = '@tensorflow/tfjs-node';
    const native = (await import(name)) as typeof tf & { readonly default?: typeof tf };
    await use('tensorflow');
    return { tf: native.default ?? native, backend: 'tensorflow' };
  } catch (error) {
    const reason = firstLine(error);
    if (wanted === 'tensorflow')
      throw new Error(`no native TensorFlow: ${reason}`, { cause: error });
    return wasm(reason);
  }
}

async function wasm(reason: string): Promise<LoadedTensorFlow> {
  const { resolve } = createRequire(import.meta.url);
  const folder = dirname(resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  setWasmPaths(`${join(folder, 'wasm-out')}/`);
  await use('wasm');
  return { tf, backend: 'wasm', reason };
}

async function use(backend: TensorFlowBackend): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend}`);
  await tf.ready();
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}
