import { z } from 'zod';
import { type EventWeights, eventWeights } from './event-weights.ts';

const weight = z.number().min(-1_000).max(1_000);
const days = z.number().positive().max(36_500);
const milliseconds = z.number().positive().max(3_600_000);

const parts = {
  types: z.strictObject({
    // What is shown is no sign, and the live history leaves it out: it is most of all events.
    impression: z.literal(0),
    click: weight,
    like: weight,
    comment: weight,
    share: weight,
    follow: weight,
    cart: weight,
    uncart: weight,
    purchase: weight,
  }),
  view: z.strictObject({
    shortestMs: milliseconds,
    short: weight,
    unknown: weight,
    least: weight,
    perDoubling: weight,
    most: weight,
  }),
  return: z.strictObject({
    too_small: weight,
    too_large: weight,
    quality: weight,
    not_as_described: weight,
    other: weight,
  }),
  interest: z.strictObject({ halfLifeDays: days, lasting: z.number().min(0).max(1) }),
  trend: z.strictObject({ halfLifeDays: days, landmark: z.iso.datetime() }),
};

/** All weights, as a manifest has those that a model was trained with. */
export const eventWeightsSchema: z.ZodType<EventWeights> = z
  .strictObject(parts)
  .refine(({ types }) => Object.values(types).some((value) => value > 0), {
    path: ['types'],
    error: 'no type of event speaks for an item',
  });

/** Some of the weights, as a shop writes them down; the others stay as they are by default. */
export const eventWeightChangesSchema = z
  .strictObject({
    types: parts.types.partial(),
    view: parts.view.partial(),
    return: parts.return.partial(),
    interest: parts.interest.partial(),
    trend: parts.trend.partial(),
  })
  .partial();
export type EventWeightChanges = z.input<typeof eventWeightChangesSchema>;

/**
 * The default weights with these changes.
 *
 * @throws ZodError that names every field that is unknown or malformed
 */
export function changedWeights(changes: unknown): EventWeights {
  const { types, view, interest, trend, ...rest } = eventWeightChangesSchema.parse(changes);
  return eventWeightsSchema.parse({
    types: { ...eventWeights.types, ...types },
    view: { ...eventWeights.view, ...view },
    return: { ...eventWeights.return, ...rest.return },
    interest: { ...eventWeights.interest, ...interest },
    trend: { ...eventWeights.trend, ...trend },
  });
}
