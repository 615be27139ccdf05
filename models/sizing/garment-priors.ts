import type { BrandTable } from './brand-table.ts';
import type { GarmentPriors } from './evidence/item-state.ts';
import type { RateTable } from './rate-table.ts';
import type { Garment } from './size-types.ts';

/** What the tables say of a garment. */
export function garmentPriors(
  { run, category, brand }: Pick<Garment, 'run' | 'category' | 'brand'>,
  rates: RateTable,
  brands: BrandTable,
): GarmentPriors {
  const { scale } = run;
  const keys = run.sizes.map(({ position, length }) => ({ scale, category, position, length }));
  return {
    rates: keys.map((key) => rates.rates(key)),
    popularity: keys.map((key) => rates.popularity(key)),
    categoryRates: rates.categoryRates(scale, category),
    brand: brands.effect(scale, brand),
  };
}
