import { foldsOf } from '../../models/sizing/training/folds.ts';
import type { RentalRow } from './read-rows.ts';

export type Split = 'random' | 'time';

/** What a row is for. */
export const part = { train: 0, validation: 1, test: 2 } as const;

/** Rows that a split in time leaves out, being after its end. */
export const later = 3;

/** By so much of the rows each further seed of a split in time ends earlier. */
const stepBack = 0.05;

/**
 * By row 80 % train, 10 % validation, 10 % test.
 *
 * - `random`: all rows of a user and an item together, so that nobody is tested on what they said of
 *   the same piece; each seed draws anew.
 * - `time`: by date, days being whole. Seed s ends 5·s % of the rows before the end, so that seeds
 *   measure different times (a rolling origin).
 */
export function splitRows(rows: readonly RentalRow[], split: Split, seed: number): Uint8Array {
  if (split === 'random') {
    const keys = rows.map(({ user, item }) => JSON.stringify([user, item]));
    const tenths = foldsOf(keys, 10, 1000 + seed);
    return tenths.map((tenth) => Math.max(part.train, tenth - 7));
  }
  const times = Float64Array.from(rows, ({ at }) => at).sort();
  const end = 1 - stepBack * seed;
  const dayAt = (share: number) => times[Math.floor(share * end * times.length)] ?? Infinity;
  const [validationFrom, testFrom, laterFrom] = [dayAt(0.8), dayAt(0.9), dayAt(1)];
  return Uint8Array.from(rows, ({ at }) => {
    if (at >= laterFrom) return later;
    if (at >= testFrom) return part.test;
    return at >= validationFrom ? part.validation : part.train;
  });
}
