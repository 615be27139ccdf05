import { z } from 'zod';
import {
  fieldLimits,
  imperial,
  type MetricMeasure,
  metricMeasures,
  problemsOf,
} from '../../models/sizing/measurements.ts';
import { textSchema } from './schemas.ts';

/**
 * A body measurement in cm or kg, within what a body can measure. One out of it that another unit
 * would explain is answered with it.
 *
 * @param factor how many cm or kg one of the field's unit is, where that is another one
 */
export function measurementSchema(measure: MetricMeasure, factor = 1) {
  const { least, most, problemOf } = fieldLimits(measure, factor);
  return z
    .number()
    .refine((value) => problemOf(value) === undefined, {
      error: ({ input }) => problemOf(Number(input)) ?? 'out of range',
      params: { code: 'out_of_range' },
    })
    .meta({ minimum: least, maximum: most });
}

const inCmAndKg = metricMeasures.map((measure) => [measure, measurementSchema(measure).nullish()]);
const inInchesAndPounds = metricMeasures.map((measure) => {
  const { name, factor } = imperial[measure];
  return [name, measurementSchema(measure, factor).nullish()];
});

type Fields = Record<
  MetricMeasure | (typeof imperial)[MetricMeasure]['name'],
  z.ZodOptional<z.ZodNullable<z.ZodNumber>>
>;

/**
 * Measurements of somebody who is no user, each in one of two units. Those that cannot be of one body
 * are refused; `bodyOf` (models/sizing/measurements.ts) makes the body of them.
 */
export const measurementsSchema = z
  .strictObject({
    ...(Object.fromEntries([...inCmAndKg, ...inInchesAndPounds]) as Fields),
    age: z.number().min(0).max(120).nullish().meta({ description: 'Years.' }),
    gender: z.enum(['female', 'male', 'other']).nullish(),
    bodyType: textSchema(100).nullish(),
  })
  .superRefine((given, context) => {
    for (const { path, code, message } of problemsOf(given)) {
      context.addIssue({
        code: 'custom',
        path: [path],
        message,
        params: { code },
        input: undefined,
      });
    }
  })
  .meta({ id: 'Measurements' });
