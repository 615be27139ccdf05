import { seededRandom } from '../../../../../models/dataset/seeded-random.ts';
import type { TreeOptions, TreeTable } from '../../../../../models/sizing/trees/tree-types.ts';

/** A table from its rows. */
export function tableOf(rows: readonly (readonly number[])[]): TreeTable {
  const columns = rows[0]?.length ?? 0;
  return { rows: rows.length, columns, values: Float32Array.from(rows.flat()) };
}

/** One tree with two leaves, at full rate and without regularisation. */
export const stump: TreeOptions = {
  objective: 'regression',
  rounds: 1,
  rate: 1,
  leaves: 2,
  minRows: 1,
  l2: 0,
  bins: 255,
  seed: 1,
};

/** Uniform numbers, one in `missingIn` of them missing. */
export function randomTable(rows: number, columns: number, seed: number, missingIn = 0): TreeTable {
  const random = seededRandom(seed);
  const values = Float32Array.from({ length: rows * columns }, () =>
    missingIn > 0 && random() * missingIn < 1 ? Number.NaN : random(),
  );
  return { rows, columns, values };
}

export function rowOf({ columns, values }: TreeTable, row: number): Float32Array {
  return values.subarray(row * columns, (row + 1) * columns);
}
