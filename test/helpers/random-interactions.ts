import { seededRandom } from '../../models/dataset/seeded-random.ts';
import type { SparseMatrix } from '../../models/dataset/sparse-matrix.ts';

/**
 * A sparse matrix whose rows have 0 to `longest` entries, the first one none and the second one
 * one, with values from 0.5 to 3.5.
 */
export function randomInteractions(options: {
  rows: number;
  columns: number;
  longest: number;
  seed: number;
}): SparseMatrix {
  const random = seededRandom(options.seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const indptr = [0];
  const indices: number[] = [];
  for (let row = 0; row < options.rows; row++) {
    const length = row < 2 ? row : below(options.longest + 1);
    const columns = new Set<number>();
    for (let at = 0; at < length; at++) columns.add(below(options.columns));
    indices.push(...[...columns].sort((a, b) => a - b));
    indptr.push(indices.length);
  }
  return {
    rows: options.rows,
    columns: options.columns,
    indptr: Uint32Array.from(indptr),
    indices: Uint32Array.from(indices),
    values: Float32Array.from(indices, () => 0.5 + 3 * random()),
  };
}
