import { shareOf } from '../../models/sizing/share-interval.ts';
import type { SizeFigures } from './size-report-store.ts';
import type { SizeReport } from './sizes-schema.ts';

export interface ReportQuestion {
  readonly itemId: string;
  readonly figures: readonly SizeFigures[];
  readonly runs: SizeReport['runs'];
  readonly from: Date;
  readonly to: Date;
}

/** The report on an item's sizes from the figures of each. */
export function sizeReport({ itemId, figures, runs, from, to }: ReportQuestion): SizeReport {
  const days = (to.getTime() - from.getTime()) / 86_400_000;
  const sum = (of: (size: SizeFigures) => number) =>
    figures.reduce((all, size) => all + of(size), 0);
  const bought = sum((size) => size.bought);
  const wanted = sum(wantedOf);
  const stock = sum((size) => size.stock);
  return {
    itemId,
    from: from.toISOString(),
    to: to.toISOString(),
    runs,
    bought,
    returned: shareOf(
      sum((size) => size.returned),
      bought,
    ),
    returnedForSize: shareOf(
      sum((size) => size.tooSmall + size.tooLarge),
      bought,
    ),
    sizes: figures.map((size) => {
      const demand = shareOf(wantedOf(size), wanted);
      const stockShare = stock > 0 ? size.stock / stock : null;
      return {
        label: size.label,
        bought: size.bought,
        returned: shareOf(size.returned, size.bought),
        tooSmall: shareOf(size.tooSmall, size.bought),
        tooLarge: shareOf(size.tooLarge, size.bought),
        demand,
        stock: size.stock,
        stockShare,
        daysLeft: size.bought > 0 ? Math.round((10 * size.stock * days) / size.bought) / 10 : null,
        supply: supplyOf(stockShare, demand),
      };
    }),
  };
}

/** A piece that came back for its size was another size's demand. */
function wantedOf({ bought, tooSmall, tooLarge }: SizeFigures): number {
  return Math.max(0, bought - tooSmall - tooLarge);
}

function supplyOf(
  stockShare: number | null,
  demand: ReturnType<typeof shareOf>,
): SizeReport['sizes'][number]['supply'] {
  if (stockShare === null || demand === null) return 'even';
  if (stockShare < demand.low) return 'short';
  return stockShare > demand.high ? 'long' : 'even';
}
