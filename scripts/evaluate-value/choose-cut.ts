import type { ValueCut } from '../../models/segmentation/value/evaluate-value.ts';
import { UsageError } from '../../services/errors.ts';
import { dateOf, dayOf } from './order-lines.ts';
import type { OrderFormat } from './read-orders.ts';

export type TimeUnit = 'days' | 'weeks';

const daysOf: Readonly<Record<TimeUnit, number>> = { days: 1, weeks: 7 };
/** Of the days that the orders span, by default. */
const calibrationShare = 2 / 3;

/**
 * Where to cut: as published for CDNOW (39 weeks and 39 weeks, in weeks), otherwise the last third is
 * predicted, in days.
 *
 * @param span the first and the last day with an order
 * @throws UsageError when a part would be empty
 */
export function chooseCut(
  format: OrderFormat,
  span: { readonly first: number; readonly last: number },
  given: {
    readonly calibrationEnd?: number | undefined;
    readonly end?: number | undefined;
    readonly unit?: TimeUnit | undefined;
  },
): { readonly cut: ValueCut; readonly unit: TimeUnit } {
  const end = given.end ?? span.last;
  const usual =
    format === 'cdnow'
      ? dayOf('1997-09-30')
      : Math.floor(span.first + (end - span.first) * calibrationShare);
  const calibrationEnd = given.calibrationEnd ?? usual;
  if (!(span.first <= calibrationEnd && calibrationEnd < end && end <= span.last)) {
    throw new UsageError(
      `expected orders before the calibration's end and days after it: the orders are from ` +
        `${dateOf(span.first)} to ${dateOf(span.last)}, the calibration ends on ` +
        `${dateOf(calibrationEnd)}, the prediction on ${dateOf(end)}`,
    );
  }
  const unit = given.unit ?? (format === 'cdnow' ? 'weeks' : 'days');
  return { cut: { calibrationEnd, end, unit: daysOf[unit] }, unit };
}
