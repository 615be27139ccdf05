import { seededRandom } from '../../models/dataset/seeded-random.ts';
import type { TreeTable } from '../../models/sizing/trees/tree-types.ts';

/** A table with what a score of its rows is, before chance comes in. */
export interface GeneratedRows {
  readonly table: TreeTable;
  /** outputs × rows */
  readonly scores: Float64Array[];
}

/**
 * Columns as those of sizes are: every fourth has few values, every fifth misses a tenth of them,
 * and the rest are numbers of three digits. Scores add up steps, waves and products of columns.
 */
export function generateRows(
  rows: number,
  columns: number,
  outputs: number,
  seed: number,
): GeneratedRows {
  const random = seededRandom(seed);
  const values = new Float32Array(rows * columns);
  const scores = Array.from({ length: outputs }, () => new Float64Array(rows));
  const weights = scores.map(() => Array.from({ length: 8 }, () => 2 * random() - 1));
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    const known = Array.from({ length: columns }, random);
    for (const [column, value] of known.entries()) {
      const steps = column % 4 === 0 ? 12 : 1000;
      const missing = column % 5 === 0 && random() < 0.1;
      values[from + column] = missing ? Number.NaN : Math.floor(value * steps) / steps;
    }
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = known;
    const parts = [
      a,
      b,
      (c - 0.5) * (d - 0.5) * 6,
      Math.sin(8 * e),
      f > 0.7 ? 1 : 0,
      g * h,
      h,
      a * b,
    ];
    for (const [output, score] of scores.entries()) {
      const ofOutput = weights[output] ?? [];
      score[row] = parts.reduce((sum, part, at) => sum + part * (ofOutput[at] ?? 0), 0);
    }
  }
  return { table: { rows, columns, values }, scores };
}

/** A class of each row, drawn from the softmax of its scores. */
export function drawClasses(scores: readonly Float64Array[], seed: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: scores[0]?.length ?? 0 }, (_, row) =>
    draw(
      scores.map((score) => score[row] ?? 0),
      random,
    ),
  );
}

/** 1 at the row of each group that was drawn from the softmax of the group's scores. */
export function drawChosen(scores: Float64Array, size: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const chosen = new Uint8Array(scores.length);
  for (let from = 0; from < scores.length; from += size) {
    chosen[from + draw([...scores.subarray(from, from + size)], random)] = 1;
  }
  return chosen;
}

/** Gumbel's way: the highest score after noise. */
function draw(scores: readonly number[], random: () => number): number {
  let best = 0;
  let highest = -Infinity;
  for (const [at, score] of scores.entries()) {
    const noisy = score - Math.log(-Math.log(random() + 1e-12));
    if (noisy <= highest) continue;
    best = at;
    highest = noisy;
  }
  return best;
}
