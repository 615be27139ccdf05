import { defaultSizeConfig } from '../../models/sizing/training/size-model-config.ts';
import { trainSizes } from '../../scripts/sizes/train-sizes.ts';
import { createSizeModelPublisher } from '../../services/create-services.ts';
import type { Database } from '../../services/database/database.ts';
import { ChartBook } from '../../services/size-charts/chart-book.ts';
import { SizeChartsStore } from '../../services/size-charts/size-charts-store.ts';
import { readDecidedPieces } from '../../services/training-data/size-rows-reader.ts';

/** Pieces of so many days are left to measure on, as `npm run train-sizes` does with a month. */
const testDays = 7;
const mostPieces = 1_000_000;

/**
 * Does what `npm run train-sizes` and `npm run publish -- --force` do.
 *
 * @param returnWindow seconds
 */
export async function publishSizeModel(
  database: Database,
  returnWindow: number,
  now: Date,
): Promise<void> {
  const { signal } = new AbortController();
  const decided = await database.transaction(async (transaction) => {
    const charts = new ChartBook(await new SizeChartsStore(transaction).all());
    return readDecidedPieces(transaction, { returnWindow, charts, most: mostPieces, signal });
  }, 'repeatable read');
  if (decided === undefined) throw new Error('the shop has no past to learn sizes from');
  const trained = trainSizes(decided, {
    ...{ config: defaultSizeConfig, returnWindow, testDays, most: mostPieces, seed: 1 },
    created: now.toISOString(),
  });
  const publisher = createSizeModelPublisher(database, returnWindow / 86_400);
  await publisher.publish(trained.manifest, trained.files, { force: true });
}
