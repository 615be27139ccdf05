import type { DecidedPiece } from './decided-piece.ts';

const day = 86_400;

/** What was bought in so many days. */
export interface SizeTest {
  /** Whole seconds since 1970: it begins here. */
  readonly cutoff: number;
  /** From 0: an empty one. */
  readonly testDays: number;
}

/**
 * The test that ends with the last piece that is decided.
 *
 * @param until seconds since 1970: pieces bought later are not decided yet
 */
export function lastTest(until: number, testDays: number): SizeTest {
  return { cutoff: Math.floor(until) - Math.round(testDays * day), testDays };
}

/** The pieces of a test; indices. */
export function testPieces(
  pieces: readonly DecidedPiece[],
  { cutoff, testDays }: SizeTest,
): number[] {
  const until = cutoff + Math.round(testDays * day);
  return indices(pieces, ({ at }) => testDays > 0 && at >= cutoff && at <= until);
}

/**
 * The pieces to train on before a test; indices. They end a return window before it: what was bought
 * after that was not decided yet when the test begins, and what is known of it by then is only what
 * went wrong. Without a test they are all.
 *
 * @param returnWindow seconds
 */
export function trainingPieces(
  pieces: readonly DecidedPiece[],
  { cutoff, testDays }: SizeTest,
  returnWindow: number,
): number[] {
  return indices(pieces, ({ at }) => testDays === 0 || at <= cutoff - returnWindow);
}

function indices(
  pieces: readonly DecidedPiece[],
  isWanted: (piece: DecidedPiece) => boolean,
): number[] {
  const found: number[] = [];
  for (const [index, piece] of pieces.entries()) if (isWanted(piece)) found.push(index);
  return found;
}
