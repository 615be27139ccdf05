import {
  binsLength,
  binsOfColumn,
  blockColumns,
  gradientLimit,
  sumsOfBin,
  type TreeHistograms,
} from './tree-backend.ts';

/** `TreeHistograms` in plain TypeScript, which the kernel has to agree with to the last bit. */
export function referenceHistograms(rows: number, columns: number): TreeHistograms {
  const blocks = Math.ceil(columns / blockColumns);
  const bins = new Uint8Array(binsLength(rows, columns));
  const order = new Uint32Array(rows);
  const pairs = new Float64Array(2 * rows);
  const slots: Float64Array[] = [];
  const sumsOf = (slot: number): Float64Array => {
    slots[slot] ??= new Float64Array(blocks * blockColumns * binsOfColumn * sumsOfBin);
    return slots[slot];
  };
  return {
    rows,
    columns,
    bins,
    order,
    pairs,
    load: () => assertWhole(pairs),
    build(slot, from, to) {
      const sums = sumsOf(slot).fill(0);
      for (let block = 0; block < blocks; block++) {
        const offset = block * rows * blockColumns;
        const first = block * blockColumns * binsOfColumn;
        for (let at = from; at < to; at++) {
          addRow(sums, first, bins, offset, pairs, order[at]!);
        }
      }
    },
    subtract(slot, other) {
      const sums = sumsOf(slot);
      const less = sumsOf(other);
      for (let at = 0; at < sums.length; at++) sums[at]! -= less[at]!;
    },
    sums: sumsOf,
  };
}

/** Adds a row to the bins of the eight columns of a block. */
function addRow(
  sums: Float64Array,
  first: number,
  bins: Uint8Array,
  offset: number,
  pairs: Float64Array,
  row: number,
): void {
  const gradient = pairs[2 * row]!;
  const hessian = pairs[2 * row + 1]!;
  const base = offset + row * blockColumns;
  for (let column = 0; column < blockColumns; column++) {
    const at = (first + column * binsOfColumn + bins[base + column]!) * sumsOfBin;
    sums[at]! += gradient;
    sums[at + 1]! += hessian;
    sums[at + 2]!++;
  }
}

function assertWhole(pairs: Float64Array): void {
  for (const number of pairs) {
    if (Number.isInteger(number) && Math.abs(number) <= gradientLimit) continue;
    throw new RangeError(`expected whole numbers up to ${gradientLimit}, got ${number}`);
  }
}
