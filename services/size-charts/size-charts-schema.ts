import { z } from 'zod';
import { imperial, type MetricMeasure, metricMeasures } from '../../models/sizing/measurements.ts';
import { measurementSchema } from '../http/measurements.ts';
import { textSchema } from '../http/schemas.ts';
import { upsertResultSchema } from '../http/upsert.ts';

const lengthSchema = z.enum(['petite', 'regular', 'tall']);
const audienceSchema = z.enum(['women', 'men', 'kids']);

const rangeSchema = (measure: MetricMeasure, factor?: number) =>
  z
    .strictObject({
      min: measurementSchema(measure, factor),
      max: measurementSchema(measure, factor),
    })
    .nullish();

type RangeFields = Record<
  MetricMeasure | (typeof imperial)[MetricMeasure]['name'],
  ReturnType<typeof rangeSchema>
>;

const ranges = Object.fromEntries(
  metricMeasures.flatMap((measure) => {
    const { name, factor } = imperial[measure];
    return [
      [measure, rangeSchema(measure)],
      [name, rangeSchema(measure, factor)],
    ];
  }),
) as RangeFields;

/** One size and the bodies it is made for, each measurement in one of two units. */
const chartSizeSchema = z
  .strictObject({
    label: textSchema(50).regex(/\S/, 'expected a label'),
    length: lengthSchema.default('regular'),
    ...ranges,
  })
  .meta({ id: 'ChartSize' });
export type GivenSize = z.infer<typeof chartSizeSchema>;

const chartFields = {
  brand: textSchema(200).min(1),
  categoryPath: z
    .array(textSchema(100).min(1))
    .max(8)
    .default([])
    .meta({ description: 'Of the items whose path begins so; empty: of all of the brand.' }),
  audience: audienceSchema
    .nullish()
    .meta({ description: 'Of items for them; left out: whomever they are for.' }),
};

export const sizeChartSchema = z
  .strictObject({
    ...chartFields,
    sizes: z
      .array(chartSizeSchema)
      .min(1)
      .max(100)
      .meta({ description: 'The smallest first, within a length; the same measurements in each.' }),
  })
  .meta({ id: 'SizeChart' });
export type GivenChart = z.infer<typeof sizeChartSchema>;

export const putSizeChartsSchema = z.strictObject({
  charts: z.array(sizeChartSchema).min(1).max(100),
});

export const putSizeChartsResultSchema = upsertResultSchema.extend({
  chartIds: z.array(z.string()).meta({ description: 'One a chart, in their order.' }),
});
export type PutSizeChartsResult = z.infer<typeof putSizeChartsResultSchema>;

export const sizeChartsQuerySchema = z.strictObject({
  brand: chartFields.brand.optional().meta({ description: 'Left out: of all brands.' }),
  after: z
    .string()
    .regex(/^\d{1,18}$/, 'expected the id of a chart')
    .optional()
    .meta({ description: 'The `chartId` of the last chart of the page before.' }),
});
export type SizeChartsQuery = z.infer<typeof sizeChartsQuerySchema>;

export const chartParamsSchema = z.strictObject({
  chartId: z.string().regex(/^\d{1,18}$/, 'expected the id of a chart'),
});

const storedRangeSchema = z.strictObject({ min: z.number(), max: z.number() });

export const sizeChartsSchema = z.strictObject({
  charts: z
    .array(
      z.strictObject({
        chartId: z.string(),
        brand: z.string(),
        categoryPath: z.array(z.string()),
        audience: audienceSchema.nullable(),
        sizes: z.array(
          z.strictObject({
            label: z.string(),
            length: lengthSchema,
            ...(Object.fromEntries(
              metricMeasures.map((measure) => [measure, storedRangeSchema.optional()]),
            ) as Record<MetricMeasure, z.ZodOptional<typeof storedRangeSchema>>),
          }),
        ),
        updatedAt: z.string(),
      }),
    )
    .meta({ description: 'In cm and kg. At most 100, by id.' }),
  more: z.boolean().meta({ description: 'Whether there are charts after these.' }),
});
export type SizeChartList = z.infer<typeof sizeChartsSchema>;

export const deletedChartSchema = z.strictObject({ chartId: z.string(), brand: z.string() });
export type DeletedChart = z.infer<typeof deletedChartSchema>;
