import type { RunSize } from '../../models/sizing/size-types.ts';

/**
 * The size codes of RentTheRunway on one line of steps: one is the distance between a US 4 and a 6,
 * or from S to M. The data tell no labels; what the codes are shows in the means of the bodies that
 * kept them: a US number n has the code 2n (1 for a 0; 35, 39, 45, 51, 57 from 18 on), one more is its
 * long size (worn by women 6 cm taller), one less its petite. 4, 8, 14, 20 and 26 come together, as
 * XS to XL do.
 */
const regular: Readonly<Record<number, number>> = {
  ...{ 1: 0, 4: 1, 8: 2, 12: 3, 16: 4, 20: 5, 24: 6, 28: 7, 32: 8 },
  ...{ 35: 9, 39: 10, 45: 11, 51: 12, 57: 13 },
  ...{ 14: 3.5, 26: 6.5, 42: 10.5, 48: 11.5, 54: 12.5 },
};

/** Numbered sizes in their order, and those that go by letters. */
const numbers = [1, 4, 8, 12, 16, 20, 24, 28, 32, 35, 39, 45, 51, 57];
const letters = [4, 8, 14, 20, 26];
/** Codes that only numbered items have. */
const onlyNumbers = new Set([1, 12, 16, 24, 28, 32]);

/** The size of a code, 0 to 58. */
export function sizeOfCode(code: number): RunSize {
  const label = String(code);
  const own = regular[code];
  if (own !== undefined) return { label, position: own, length: 0 };
  // 15 is a petite 16, not a long M; 25 and 27 go with 24 and 28, not with XL; 13 with 12.
  const isOfNumbers = (neighbour: number) => numbers.includes(neighbour);
  const above = regular[code + 1];
  const below = regular[code - 1];
  if (below !== undefined && isOfNumbers(code - 1)) return { label, position: below, length: 1 };
  if (above !== undefined && isOfNumbers(code + 1)) return { label, position: above, length: -1 };
  return { label, position: between(code), length: 0 };
}

/**
 * The codes that an item comes in, as far as the codes that were taken tell: those, the sizes of its
 * system between them, and one more at either end.
 */
export function completedCodes(taken: ReadonlySet<number>): number[] {
  const codes = new Set(taken);
  const goesByNumbers = [...taken].some((code) => onlyNumbers.has(code));
  if (goesByNumbers || !taken.has(14)) extend(codes, taken, numbers);
  else extend(codes, taken, letters);
  return [...codes].sort((a, b) => order(a) - order(b));
}

function extend(codes: Set<number>, taken: ReadonlySet<number>, system: readonly number[]): void {
  const places = system.flatMap((code, place) => (taken.has(code) ? [place] : []));
  const [first] = places;
  const last = places.at(-1);
  if (first === undefined || last === undefined) return;
  for (const code of system.slice(Math.max(0, first - 1), last + 2)) codes.add(code);
}

function order(code: number): number {
  const { position, length } = sizeOfCode(code);
  return 1000 * position + 100 * length + code / 1000;
}

function between(code: number): number {
  const at = numbers.findIndex((number) => number > code);
  if (at < 0) return 13;
  const [low = 0, high = 1] = [numbers[at - 1], numbers[at]];
  const position = (regular[low] ?? 0) + (code - low) / (high - low);
  return Math.round(8 * position) / 8;
}
