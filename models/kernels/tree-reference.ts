import { binsOfColumn, gradientLimit, sumsOfBin, type TreeHistograms } from './tree-backend.ts';

/** `TreeHistograms` in plain TypeScript, which the kernel has to agree with to the last bit. */
export function referenceHistograms(rows: number, columns: number): TreeHistograms {
  const bins = new Uint8Array(rows * columns);
  const order = new Uint32Array(rows);
  const pairs = new Float64Array(2 * rows);
  const slots: Float64Array[] = [];
  const sumsOf = (slot: number): Float64Array => {
    slots[slot] ??= new Float64Array(columns * binsOfColumn * sumsOfBin);
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
      for (let at = from; at < to; at++) {
        addRow(sums, bins, columns, pairs, order[at]!);
      }
    },
    partition(from, to, column, bin, also) {
      const isFirst = (row: number): boolean => {
        const its = bins[column * rows + row]!;
        return its <= bin || its === also;
      };
      const leaf = order.slice(from, to);
      const first = leaf.filter(isFirst);
      order.set(first, from);
      order.set(
        leaf.filter((row) => !isFirst(row)),
        from + first.length,
      );
      return from + first.length;
    },
    subtract(slot, other) {
      const sums = sumsOf(slot);
      const less = sumsOf(other);
      for (let at = 0; at < sums.length; at++) sums[at]! -= less[at]!;
    },
    sums: sumsOf,
  };
}

/** Adds a row to its bin of every column. */
function addRow(
  sums: Float64Array,
  bins: Uint8Array,
  columns: number,
  pairs: Float64Array,
  row: number,
): void {
  const rows = pairs.length / 2;
  const gradient = pairs[2 * row]!;
  const hessian = pairs[2 * row + 1]!;
  for (let column = 0; column < columns; column++) {
    const at = (column * binsOfColumn + bins[column * rows + row]!) * sumsOfBin;
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
