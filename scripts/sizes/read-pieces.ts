import type { Database } from '../../services/database/database.ts';
import { UsageError } from '../../services/errors.ts';
import { ChartBook } from '../../services/size-charts/chart-book.ts';
import { SizeChartsStore } from '../../services/size-charts/size-charts-store.ts';
import {
  type DecidedPieces,
  readDecidedPieces,
} from '../../services/training-data/size-rows-reader.ts';

export interface ReadPiecesOptions {
  /** Seconds after which a piece that has not come back is kept. */
  readonly returnWindow: number;
  /** The newest purchases are read, so many. */
  readonly most: number;
  readonly signal?: AbortSignal;
}

/**
 * What is known of the database's pieces, with the sizes that its items come in.
 *
 * @throws UsageError where there is no purchase of a SKU
 */
export async function readPieces(
  database: Database,
  options: ReadPiecesOptions,
): Promise<DecidedPieces> {
  const decided = await database.transaction(async (transaction) => {
    const charts = new ChartBook(await new SizeChartsStore(transaction).all());
    return readDecidedPieces(transaction, { ...options, charts });
  }, 'repeatable read');
  if (decided) return decided;
  throw new UsageError('the database has no purchases of SKUs; import or simulate some first');
}
