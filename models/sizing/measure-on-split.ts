import type { SizeMetrics } from '../artifact/manifest.ts';
import { sha256 } from '../artifact/sha256.ts';
import type { DecidedPiece } from './decided-piece.ts';
import { type MeasuredSizes, measureSizes } from './measure-sizes.ts';
import type { SizePredictor } from './size-predictor.ts';
import { type SizeTest, testPieces } from './split-pieces.ts';
import { sampleRows } from './training/sample-rows.ts';

/** Past so many, a lot of the test's pieces is measured on: always the same one. */
const mostTested = 20_000;
const lot = 1;

export interface MeasuredOnSplit {
  /** As a manifest has them. */
  readonly metrics: SizeMetrics;
  readonly measured: MeasuredSizes;
  /** Pieces of the test, of which `metrics` counts those that were measured on. */
  readonly pieces: number;
}

/**
 * Measures a model on the pieces of a test, each from what was known when it was bought. Two models
 * that were measured on the same outcomes have the same fingerprint: the SHA-256 of the lines
 * `wearer, item, position, length, fit, time`, tabs between, by time, wearer and item.
 *
 * @param pieces all that is known, by time, wearer and item
 * @returns undefined where there is no piece to measure on
 */
export function measureOnSplit(
  model: SizePredictor,
  pieces: readonly DecidedPiece[],
  test: SizeTest,
): MeasuredOnSplit | undefined {
  const all = testPieces(pieces, test);
  const tested = sampleRows(all, mostTested, lot);
  if (tested.length === 0) return undefined;
  const measured = measureSizes(model, pieces, tested);
  const { fit, choice } = measured;
  const metrics = { split: describe(pieces, tested, test), fit, choice };
  return { metrics, measured, pieces: all.length };
}

function describe(
  pieces: readonly DecidedPiece[],
  tested: readonly number[],
  { cutoff, testDays }: SizeTest,
): SizeMetrics['split'] {
  const test = tested.map((index) => pieces[index]!);
  const lines = test.map(({ wearer, garment, position, length, fit, at }) =>
    [wearer, garment.itemId, position, length, fit, at].join('\t'),
  );
  return {
    kind: 'time',
    cutoff: new Date(cutoff * 1000).toISOString(),
    testDays,
    fingerprint: sha256(`${lines.join('\n')}\n`),
    users: new Set(test.map(({ wearer }) => wearer)).size,
    interactions: test.length,
  };
}
