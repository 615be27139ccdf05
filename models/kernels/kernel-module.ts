import type { KernelMemory } from './kernel-memory.ts';

/** A kernel's exported function: numbers in (pointers are byte offsets), a number or nothing out. */
export type KernelFunction = (...args: number[]) => number | undefined;

/** Compiles the base64 of a module of `generated/`. Synchronous: the modules are a few KB. */
export function compileKernel(base64: string): WebAssembly.Module {
  return new WebAssembly.Module(Buffer.from(base64, 'base64'));
}

/** The functions of a compiled kernel over `memory`, to be called on this thread. */
export function instantiateKernel(
  module: WebAssembly.Module,
  memory: KernelMemory,
): Record<string, KernelFunction> {
  const { exports } = new WebAssembly.Instance(module, { env: { memory: memory.memory } });
  return exports as Record<string, KernelFunction>;
}
