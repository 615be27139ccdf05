import { z } from 'zod';
import { rfmGroups, tiers } from '../../models/segmentation/tiers.ts';
import { timestampSchema } from '../http/schemas.ts';

export const tierSchema = z.enum(tiers).meta({ id: 'Tier' });
export const rfmGroupSchema = z.enum(rfmGroups).meta({ id: 'RfmGroup' });

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const score = z.int().min(1).max(5);
const textSchema = z.strictObject({ en: z.string(), zh: z.string() });

const amounts = {
  users: count,
  userShare: share,
  revenue: z.number().meta({ description: 'Money of the window, less what came back.' }),
  revenueShare: z.number().meta({ description: '0 where there is no revenue.' }),
};

export const amountsSchema = z.strictObject(amounts);
export type Amounts = z.infer<typeof amountsSchema>;

const named = { name: textSchema, treatment: textSchema, ...amounts };

export const rfmSummarySchema = z
  .strictObject({
    asOf: z.iso.datetime().meta({ description: 'What happened up to then counts.' }),
    windowDays: count.meta({ description: 'Orders of so many days before count.' }),
    rulesVersion: count,
    computedAt: z.iso.datetime(),
    users: count,
    revenue: z.number(),
    thresholds: z
      .strictObject({
        recency: z.array(z.iso.datetime()).meta({
          description: 'Times of last orders. Whoever ordered after n of them has score n + 1.',
        }),
        frequency: z.array(z.number()),
        monetary: z.array(z.number()),
      })
      .meta({
        description:
          'The values at the 20th, 40th, 60th and 80th per cent of the customers of the window. A score is 1 and the number of these that are less than the value. Empty where nobody has an order in the window.',
      }),
    grid: z
      .array(z.strictObject({ recencyScore: score, frequencyScore: score, ...amounts }))
      .length(25)
      .meta({ description: 'Recency from 5 to 1, in each frequency from 1 to 5.' }),
    outsideWindow: amountsSchema.meta({
      description: 'Users without an order in the window, who have no scores.',
    }),
    tiers: z.array(z.strictObject({ tier: tierSchema, ...named })),
    groups: z.array(z.strictObject({ group: rfmGroupSchema, ...named })),
  })
  .meta({ id: 'RfmSummary' });

export type RfmSummary = z.infer<typeof rfmSummarySchema>;

const day = /^\d{4}-\d\d-\d\d$/;

/** A time with a zone, or a day for its start in UTC; it comes out as a time in UTC. */
const momentSchema = z
  .string()
  .overwrite((text) => (day.test(text) ? `${text}T00:00:00Z` : text))
  .pipe(timestampSchema)
  .meta({
    override: { type: 'string', description: 'A time with a zone, or a day: its start in UTC.' },
  });

export const transitionsQuerySchema = z.strictObject({ from: momentSchema, to: momentSchema });

export const transitionsSchema = z
  .strictObject({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    historyFrom: z.iso.datetime().nullable().meta({
      description: 'When the first change was noted: nobody was in a tier before.',
    }),
    users: count.meta({ description: 'In a tier at `to`.' }),
    changed: count.meta({ description: 'Of them those in another one at `from`.' }),
    entered: count.meta({ description: 'Of them those in none at `from`: not there yet.' }),
    matrix: z
      .array(
        z.strictObject({
          from: tierSchema.nullable().meta({ description: 'Null: not there yet.' }),
          users: count.meta({ description: 'All of the row.' }),
          to: z.strictObject(
            Object.fromEntries(tiers.map((tier) => [tier, count])) as Record<
              (typeof tiers)[number],
              typeof count
            >,
          ),
        }),
      )
      .length(tiers.length + 1)
      .meta({ description: 'A row a tier at `from`; by tier at `to`.' }),
  })
  .meta({ id: 'RfmTransitions' });

export type RfmTransitions = z.infer<typeof transitionsSchema>;
