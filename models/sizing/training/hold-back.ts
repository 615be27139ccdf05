import { foldsOf, pairKey } from './folds.ts';
import type { SizeModelConfig } from './size-model-config.ts';
import type { SizeRow } from './size-row.ts';

const parts = 10;

/**
 * 1 for the rows that only validate, about a tenth: with `before` the latest, with `others` pairs of
 * wearer and item by lot.
 */
export function holdBack(
  rows: readonly SizeRow[],
  evidence: SizeModelConfig['evidence'],
  seed: number,
): Uint8Array {
  if (evidence === 'others') {
    return foldsOf(rows.map(pairKey), parts, seed + 2).map((part) => (part === 0 ? 1 : 0));
  }
  const times = Float64Array.from(rows, ({ at }) => at).sort();
  const from = times[Math.floor((times.length * (parts - 1)) / parts)] ?? Infinity;
  const first = times[0] ?? 0;
  return Uint8Array.from(rows, ({ at }) => (at >= from && at > first ? 1 : 0));
}
