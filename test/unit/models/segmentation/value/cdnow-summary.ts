import { readFileSync } from 'node:fs';
import { sharedData } from '../../../../helpers/shared-data.ts';

/** x, t_x, T in weeks and the mean money of repeat orders; undefined where the data are not there. */
export function cdnowSummary() {
  const path = sharedData('cdnow', 'cdnow_customers_summary_with_transactions.csv');
  if (path === undefined) return undefined;
  const lines = readFileSync(path, 'utf8').trim().split(/\r?\n/).slice(1);
  const rows = lines.map((line) => line.split(',').map(Number));
  const column = (at: number) => rows.map((row) => row[at] ?? Number.NaN);
  return {
    repeats: Uint32Array.from(column(1)),
    recency: Float64Array.from(column(2)),
    age: Float64Array.from(column(3)),
    mean: Float64Array.from(column(4)),
  };
}
