import { seededRandom } from '../../models/dataset/seeded-random.ts';
import type { SparseMatrix } from '../../models/dataset/sparse-matrix.ts';

export interface PowerLawShape {
  readonly users: number;
  readonly items: number;
  /** Mean items of a user, drawn with replacement: a few less remain. */
  readonly meanHistory: number;
}

/** Zipf's law as Mandelbrot has it: a popularity in proportion to (rank + 10)^−.8. */
const exponent = 0.8;
const shift = 10;
const longestHistory = 4000;
/** Items of a taste: every one of `items / 500` groups has some of each rank. */
const itemsOfGroup = 500;

/**
 * Interactions as a shop has them: lengths of histories after Pareto's law with exponent 2 and
 * popularity after Zipf's; half of a history is of the user's own group of items.
 */
export function powerLawInteractions(
  { users, items, meanHistory }: PowerLawShape,
  seed: number,
): SparseMatrix {
  const random = seededRandom(seed);
  const groups = Math.max(1, Math.round(items / itemsOfGroup));
  const ofAll = rankAt(items);
  const ofGroup = rankAt(Math.floor(items / groups));
  const indptr = new Uint32Array(users + 1);
  let indices = new Uint32Array(Math.ceil(users * meanHistory * 1.1) + longestHistory);
  const drawn = new Uint32Array(longestHistory);
  for (let user = 0; user < users; user++) {
    const group = Math.floor(random() * groups);
    const pareto = (meanHistory / 2) * (1 - random()) ** -0.5;
    const length = Math.min(Math.ceil(pareto), longestHistory, items);
    for (let at = 0; at < length; at++) {
      const rank = random() < 0.5 ? ofAll(random()) : group + groups * ofGroup(random());
      drawn[at] = rank;
    }
    const row = drawn.subarray(0, length).sort();
    let size = indptr[user] ?? 0;
    if (size + length > indices.length) indices = enlarged(indices);
    for (let at = 0; at < length; at++) {
      if (at === 0 || row[at] !== row[at - 1]) indices[size++] = row[at] ?? 0;
    }
    indptr[user + 1] = size;
  }
  const found = indices.slice(0, indptr[users]);
  const values = new Float32Array(found.length).fill(1);
  return { rows: users, columns: items, indptr, indices: found, values };
}

/** The rank from 0 below `count` at a quantile: the inverse of the distribution function. */
function rankAt(count: number): (quantile: number) => number {
  const power = 1 - exponent;
  const low = shift ** power;
  const high = (count + shift) ** power;
  return (quantile) => {
    const rank = Math.floor((low + quantile * (high - low)) ** (1 / power) - shift);
    return Math.min(Math.max(rank, 0), count - 1);
  };
}

function enlarged(indices: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.ceil(indices.length * 1.2) + longestHistory);
  larger.set(indices);
  return larger;
}
