import { lengthOf } from './length-words.ts';
import type { Shape } from './shape-types.ts';

const full: readonly (readonly [RegExp, string])[] = [
  [/EXTRA[\s-]*EXTRA[\s-]*/g, 'XX'],
  [/EXTRA[\s-]*/g, 'X'],
  [/\b(X*)[\s-]*SMALL\b/g, '$1S'],
  [/\bMEDIUM\b|\bMED\b/g, 'M'],
  [/\b(\d?X*)[\s-]*LARGE\b/g, '$1L'],
  [/\bSML\b/g, 'S'],
  [/\bLGE?\b/g, 'L'],
];

const letter = String.raw`(?:\d{1,2}XS|X{0,5}S|M|X{0,9}L|\d{1,2}XL|[1-6]X)`;
const lengthWord = '(PETITE|SHORT|REGULAR|REG|TALL|LONG|P|R|T|短|长)';
const pattern = new RegExp(
  `^(?:(P|T)(?=${letter}$))?(${letter})(?:\\s*[-/]\\s*(${letter}))?(?:\\s*[-/]?\\s*${lengthWord})?(?:[号码])?$`,
);

/** Letters count from M: S is −1, XXL 3, 3XL 4; 1X is the XXL of plus sizes. Joined sizes: their middle. */
export function readLetters(text: string): Shape | undefined {
  let short = text;
  for (const [long, letters] of full) short = short.replace(long, letters);
  const match = pattern.exec(short);
  if (match === null) return undefined;
  const [, before, low = '', high = low, after] = match;
  const [from, to] = [letterStep(low), letterStep(high)];
  if (from > to) return undefined;
  return { form: 'letters', step: (from + to) / 2, length: lengthOf(before ?? after) };
}

function letterStep(text: string): number {
  if (text === 'M') return 0;
  const digits = /^\d+/.exec(text)?.[0];
  if (/^\dX$/.test(text)) return Number(digits) + 2;
  const times = digits === undefined ? text.length - 1 : Number(digits);
  return text.endsWith('S') ? -1 - times : 1 + times;
}

/** The letters of a whole step: −3 is XXS, 4 is 3XL. */
export function lettersOf(step: number): string {
  if (step === 0) return 'M';
  const times = Math.abs(step) - 1;
  const end = step < 0 ? 'S' : 'L';
  return times > 2 ? `${times}X${end}` : `${'X'.repeat(times)}${end}`;
}
