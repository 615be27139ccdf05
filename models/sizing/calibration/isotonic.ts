/** A rising line: `values` at the ascending `scores`, straight in between, level outside. */
export interface IsotonicCurve {
  readonly scores: Float64Array;
  readonly values: Float64Array;
}

interface Block {
  low: number;
  high: number;
  sum: number;
  rows: number;
}

/**
 * Isotonic regression by pooling adjacent violators (Ayer et al. 1955): of all rising functions of
 * the score the one with the least squared error. Equal scores are one point.
 *
 * @param outcomes any numbers; of 0 and 1 the values are shares
 * @throws RangeError without rows, or for a score that is none
 */
export function fitIsotonic(scores: ArrayLike<number>, outcomes: ArrayLike<number>): IsotonicCurve {
  if (scores.length === 0 || scores.length !== outcomes.length) {
    throw new RangeError(`${scores.length} scores for ${outcomes.length} outcomes`);
  }
  const blocks: Block[] = [];
  for (const point of points(scores, outcomes)) {
    blocks.push(point);
    while (blocks.length > 1 && mean(blocks.at(-2)!) >= mean(blocks.at(-1)!)) {
      const last = blocks.pop()!;
      const before = blocks.at(-1)!;
      before.high = last.high;
      before.sum += last.sum;
      before.rows += last.rows;
    }
  }
  const ends = blocks.flatMap((block) => {
    const value = mean(block);
    return block.low === block.high
      ? [[block.low, value] as const]
      : [[block.low, value] as const, [block.high, value] as const];
  });
  return {
    scores: Float64Array.from(ends, ([score]) => score),
    values: Float64Array.from(ends, ([, value]) => value),
  };
}

/** The curve at a score. */
export function isotonicValue({ scores, values }: IsotonicCurve, score: number): number {
  let from = 0;
  let to = scores.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (scores[middle]! < score) from = middle + 1;
    else to = middle;
  }
  if (from === 0) return values[0]!;
  if (from === scores.length) return values[from - 1]!;
  const low = scores[from - 1]!;
  const share = (score - low) / (scores[from]! - low);
  return values[from - 1]! + share * (values[from]! - values[from - 1]!);
}

/** Ascending, one a score. */
function points(scores: ArrayLike<number>, outcomes: ArrayLike<number>): Block[] {
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => scores[a]! - scores[b]!);
  const found: Block[] = [];
  for (const row of order) {
    const score = scores[row]!;
    if (!Number.isFinite(score)) throw new RangeError(`score of row ${row}: got ${score}`);
    const last = found.at(-1);
    if (last?.low === score) {
      last.sum += outcomes[row]!;
      last.rows++;
    } else {
      found.push({ low: score, high: score, sum: outcomes[row]!, rows: 1 });
    }
  }
  return found;
}

function mean({ sum, rows }: Block): number {
  return sum / rows;
}
