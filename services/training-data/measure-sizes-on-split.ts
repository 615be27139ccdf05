import type { SizeMetrics } from '../../models/artifact/manifest.ts';
import { measureOnSplit } from '../../models/sizing/measure-on-split.ts';
import type { SizePredictor } from '../../models/sizing/size-predictor.ts';
import type { Database } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import type { SizeCharts } from '../size-charts/chart-book.ts';
import { readDecidedPieces } from './size-rows-reader.ts';

/** So many purchases sizes are learnt from and measured on at most, unless asked otherwise. */
export const usualMostPurchases = 1_000_000;

export interface MeasureSizesOptions {
  /** Seconds after which a piece that has not come back is kept. */
  readonly returnWindow: number;
  readonly charts: (transaction: Transaction) => Promise<SizeCharts>;
}

/**
 * Measures a trained model of sizes on a split in time of the events in the database, whatever it was
 * itself measured on. Two models measured on the same split have the same fingerprint, unless returns
 * of that time came in between.
 *
 * @param split `cutoff` as ISO 8601
 * @returns undefined where there is no piece to measure on
 */
export async function measureSizesOnSplit(
  database: Database,
  model: SizePredictor,
  { cutoff, testDays }: { readonly cutoff: string; readonly testDays: number },
  { returnWindow, charts }: MeasureSizesOptions,
): Promise<SizeMetrics | undefined> {
  const decided = await database.transaction(async (transaction) => {
    const options = { returnWindow, charts: await charts(transaction), most: usualMostPurchases };
    return readDecidedPieces(transaction, options);
  }, 'repeatable read');
  if (decided === undefined) return undefined;
  const test = { cutoff: Math.round(Date.parse(cutoff) / 1000), testDays };
  return measureOnSplit(model, decided.pieces, test)?.metrics;
}
