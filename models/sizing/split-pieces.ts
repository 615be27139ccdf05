import type { DecidedPiece } from './decided-piece.ts';

const day = 86_400;

/** Pieces for training, and for measuring what was trained; indices. */
export interface PieceSplit {
  readonly training: readonly number[];
  readonly test: readonly number[];
  /** Seconds since 1970: the test begins here. */
  readonly cutoff: number;
}

/**
 * A split in time. The test is what was bought in the last days of those whose pieces are decided.
 * Training ends a return window before: what was bought after that was not decided at the cutoff,
 * and what is known of it then is only what went wrong.
 *
 * @param until seconds since 1970: pieces bought later are not decided yet
 */
export function splitPieces(
  pieces: readonly DecidedPiece[],
  {
    until,
    testDays,
    returnWindow,
  }: {
    readonly until: number;
    readonly testDays: number;
    readonly returnWindow: number;
  },
): PieceSplit {
  const cutoff = until - testDays * day;
  // Without a test nothing is held out.
  const trainingEnd = testDays > 0 ? cutoff - returnWindow : until;
  const training: number[] = [];
  const test: number[] = [];
  for (const [index, { at }] of pieces.entries()) {
    if (at <= trainingEnd) training.push(index);
    else if (at >= cutoff && at <= until) test.push(index);
  }
  return { training, test, cutoff };
}
