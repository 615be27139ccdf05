/**
 * The body of a kernel thread, as plain CommonJS text, since a worker file in TypeScript could be
 * started from `dist` only and not from source under the test runner. It has no dependencies.
 *
 * `workerData`: `{ modules: { name: WebAssembly.Module }, memory: WebAssembly.Memory }`.
 * In: `{ task, module, name, args }`. Out: `{ task, result }` or `{ task, error }`.
 */
export const kernelWorkerSource = `
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const kernels = {};
for (const [name, module] of Object.entries(workerData.modules)) {
  kernels[name] = new WebAssembly.Instance(module, { env: { memory: workerData.memory } }).exports;
}
parentPort.on('message', ({ task, module, name, args }) => {
  try {
    parentPort.postMessage({ task, result: kernels[module][name](...args) });
  } catch (error) {
    parentPort.postMessage({ task, error: error instanceof Error ? error.message : String(error) });
  }
});
`;
