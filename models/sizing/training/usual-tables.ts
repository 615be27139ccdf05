import type { BodySizes } from '../body/body-sizes.ts';
import { BrandTable } from '../brand-table.ts';
import type { PlacedOutcome } from '../evidence/placed-outcome.ts';
import { RateTable } from '../rate-table.ts';
import type { RowIndex } from './row-index.ts';

/** What a row of a fold may know: everything but what its own fold says. */
export interface UsualTables {
  readonly rates: RateTable;
  readonly brands: BrandTable;
  readonly bodies: BodySizes;
}

/** Rates of all learnt rows, and by fold those of the other folds. */
export function rateTables(
  index: RowIndex,
  folds: number,
): { all: RateTable; without: RateTable[] } {
  const all = new RateTable();
  const own = Array.from({ length: folds }, () => new RateTable());
  for (const [row, { garment, position, length }] of index.rows.entries()) {
    if (!index.learnt[row]) continue;
    const key = { scale: garment.run.scale, category: garment.category, position, length };
    const fit = index.fits[row] as 0 | 1 | 2;
    all.add(key, fit);
    own[index.pairFolds[row]!]!.add(key, fit);
  }
  return { all, without: own.map((table) => all.without(table)) };
}

/** The same of brands. */
export function brandTables(
  index: RowIndex,
  folds: number,
  placed: readonly PlacedOutcome[],
): { all: BrandTable; without: BrandTable[] } {
  const all = new BrandTable();
  const own = Array.from({ length: folds }, () => new BrandTable());
  for (const [row, { garment, position }] of index.rows.entries()) {
    if (!index.learnt[row] || garment.brand === null) continue;
    const fit = index.fits[row]!;
    const { expected, usualSmall, usualLarge } = placed[row]!;
    const gap = position - expected;
    const effect = {
      small: (fit === 0 ? 1 : 0) - usualSmall,
      large: (fit === 2 ? 1 : 0) - usualLarge,
      offset: Number.isNaN(gap) ? 0 : gap - (fit - 1),
    };
    all.add(garment.run.scale, garment.brand, effect);
    own[index.pairFolds[row]!]!.add(garment.run.scale, garment.brand, effect);
  }
  return { all, without: own.map((table) => all.without(table)) };
}
