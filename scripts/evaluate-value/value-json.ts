import type { ValueEvaluation } from '../../models/segmentation/value/evaluate-value.ts';
import type { TimeUnit } from './choose-cut.ts';
import { dateOf } from './order-lines.ts';

/** Every figure at full precision, days as dates, without the customers. */
export function valueJson(
  evaluation: ValueEvaluation,
  source: { readonly file: string; readonly format: string; readonly unit: TimeUnit },
): unknown {
  const { calibrationEnd, end, tracking, customers: _, ...figures } = evaluation;
  return {
    ...source,
    calibrationEnd: dateOf(calibrationEnd),
    end: dateOf(end),
    holdoutDays: end - calibrationEnd,
    ...figures,
    tracking: tracking.map(({ through, ...period }) => ({ through: dateOf(through), ...period })),
  };
}
