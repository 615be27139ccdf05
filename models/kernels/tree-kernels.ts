import { treesWasm } from './generated/trees-wasm.ts';
import { KernelMemory } from './kernel-memory.ts';
import { compileKernel, instantiateKernel } from './kernel-module.ts';
import { binsOfColumn, sumsOfBin, type TreeHistograms } from './tree-backend.ts';

/** Columns whose bins are read at once. */
const blockColumns = 8;
/** Bytes of the two numbers of a row, or of a bin. */
const pairBytes = 16;
/** As in the kernel. */
const tileRows = 512;

/**
 * `TreeHistograms` as a WebAssembly kernel on this thread.
 *
 * @throws KernelMemoryError when rows and columns do not fit 4 GiB
 */
export function kernelHistograms(rows: number, columns: number): TreeHistograms {
  const memory = new KernelMemory();
  const kernel = instantiateKernel(compileKernel(treesWasm), memory);
  const stride = Math.ceil(columns / blockColumns) * blockColumns;
  const bins = memory.allocate(rows * columns);
  const rowBins = memory.allocate(rows * stride);
  const order = memory.allocate(4 * rows);
  const pairs = memory.allocate(pairBytes * rows);
  // Of the partition it has the rows that are put aside.
  const tile = memory.allocate(Math.max(pairBytes * tileRows, 4 * rows));
  const out = memory.allocate(8 * columns * binsOfColumn * sumsOfBin);
  let transposed = false;
  const slots: number[] = [];
  const slotAt = (slot: number): number => {
    slots[slot] ??= memory.allocate(pairBytes * stride * binsOfColumn);
    return slots[slot];
  };
  return {
    rows,
    columns,
    bins: memory.u8(bins, rows * columns),
    order: memory.u32(order, rows),
    pairs: memory.f64(pairs, 2 * rows),
    load() {
      if (!transposed) kernel.transpose!(bins, rowBins, rows, columns, stride);
      transposed = true;
      kernel.pack!(pairs, rows);
    },
    build(slot, from, to) {
      const rowsAt = order + 4 * from;
      kernel.addRows!(rowBins, stride, columns, rowsAt, to - from, pairs, tile, slotAt(slot));
    },
    partition(from, to, column, bin, also) {
      const columnAt = bins + column * rows;
      return from + kernel.partition!(columnAt, order + 4 * from, to - from, bin, also, tile)!;
    },
    subtract: (slot, other) =>
      void kernel.subtract!(slotAt(slot), slotAt(other), columns * binsOfColumn),
    sums(slot) {
      kernel.unpack!(slotAt(slot), out, columns * binsOfColumn);
      return memory.f64(out, columns * binsOfColumn * sumsOfBin);
    },
  };
}
