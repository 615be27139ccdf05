import type { BodySizes } from '../body/body-sizes.ts';
import { trainBodySizes } from '../body/train-body-sizes.ts';
import type { BrandTable } from '../brand-table.ts';
import type { PlacedOutcome } from '../evidence/placed-outcome.ts';
import type { RateTable } from '../rate-table.ts';
import type { HistogramMaker } from '../trees/train-trees.ts';
import { RowEvidence } from './row-evidence.ts';
import type { RowIndex } from './row-index.ts';
import type { SizeModelConfig } from './size-model-config.ts';
import { brandTables, rateTables } from './usual-tables.ts';

export interface LearntUsual {
  readonly evidence: RowEvidence;
  readonly tables: {
    readonly rates: RateTable;
    readonly brands: BrandTable;
    readonly bodies: BodySizes;
  };
}

/** The slow tables, and evidence that is made with them. */
export function learnUsual(
  index: RowIndex,
  config: SizeModelConfig,
  seed: number,
  histograms: HistogramMaker | undefined,
): LearntUsual {
  const { folds } = config;
  const kept = index.rows.flatMap(({ garment, position, body }, row) =>
    index.learnt[row] && index.fits[row] === 1
      ? [{ scale: garment.run.scale, position, body, fold: index.wearerFolds[row]! % bodyFolds }]
      : [],
  );
  const bodies = trainBodySizes(kept, bodyFolds, config.body, seed, histograms);
  const byFold = Array.from({ length: folds }, (_, fold) => bodies.without[fold % bodyFolds]!);
  const rates = rateTables(index, folds);
  const expected = Float64Array.from(index.rows, ({ garment, body }, row) => {
    const of = index.learnt[row] ? byFold[index.wearerFolds[row]!]! : bodies.all;
    return of.expected(garment.run.scale, of.measured(body));
  });
  const placed = placedRows(index, expected, (row) => rates.without[index.pairFolds[row]!]!);
  const brands = brandTables(index, folds, placed);
  const all = { rates: rates.all, brands: brands.all, bodies: bodies.all };
  const expectedOfAll = Float64Array.from(index.rows, ({ garment, body }) =>
    bodies.all.expected(garment.run.scale, bodies.all.measured(body)),
  );
  const evidence = new RowEvidence(
    index,
    {
      all,
      without: rates.without.map((table, fold) => ({
        rates: table,
        brands: brands.without[fold]!,
        bodies: byFold[fold]!,
      })),
      bodies: byFold,
      placed,
      placedAll: placedRows(index, expectedOfAll, () => rates.all),
    },
    config,
  );
  return { evidence, tables: all };
}

/** Bodies are learnt anew for each of so few folds. */
const bodyFolds = 3;

function placedRows(
  { rows, slots, fits }: RowIndex,
  expected: Float64Array,
  ratesOf: (row: number) => RateTable,
): PlacedOutcome[] {
  return rows.map(({ garment, position, length, body, at }, row) => {
    const key = { scale: garment.run.scale, category: garment.category, position, length };
    const [usualSmall, , usualLarge] = ratesOf(row).rates(key);
    return {
      slot: slots[row]!,
      position,
      fit: fits[row] as 0 | 1 | 2,
      at,
      expected: expected[row]!,
      heightCm: body.heightCm ?? NaN,
      usualSmall,
      usualLarge,
    };
  });
}
