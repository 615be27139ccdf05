import { z } from 'zod';
import { limitSchema } from '../http/schemas.ts';

export const nextQuerySchema = z.strictObject({ limit: limitSchema(200, 5) });

export const nextItemsSchema = z
  .strictObject({
    roomId: z.string(),
    roomState: z.enum(['upcoming', 'live', 'ended']),
    modelVersion: z.string().nullable(),
    degraded: z.boolean(),
    degradedReason: z.enum(['no_model', 'no_features', 'model_error']).optional().meta({
      description:
        'Without a model all viewers are alike; without features (or impressions in them) all items are.',
    }),
    pinnedItemId: z.string().nullable(),
    viewers: z.strictObject({
      present: z.int().meta({ description: 'With an event in this room in the last 5 minutes.' }),
      sampled: z.int().meta({
        description:
          'Of these looked at, 2,000 at most. Without anybody present, the figures are of one average viewer.',
      }),
      personal: z.int().meta({ description: 'Of these the model says something of.' }),
    }),
    items: z.array(
      z.strictObject({
        rank: z.int().min(1),
        itemId: z.string(),
        score: z.number().meta({
          description:
            '(clicks · 1 + purchases · 10) · servableShare · freshness; the weights are those of the events.',
        }),
        expectedClicks: z.number().meta({
          description: 'Were it shown to all viewers present now, each once.',
        }),
        expectedPurchases: z.number().meta({ description: 'Were there enough of every size.' }),
        servableShare: z
          .number()
          .meta({ description: 'Of the expected purchases, by what is in stock in each size.' }),
        freshness: z.number().meta({
          description: '0 while it is pinned, half 10 minutes later; 1: not shown lately.',
        }),
        shownSecondsAgo: z.number().nullable(),
        clickRate: z.number().meta({ description: 'Clicks an impression, of everybody so far.' }),
        purchaseRate: z.number().meta({ description: 'Purchases a click.' }),
        stock: z.int(),
        sizes: z.array(
          z.strictObject({
            label: z.string().nullable(),
            expectedPurchases: z.number().meta({
              description: 'Of viewers who are known to take this size.',
            }),
            stock: z.int(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'NextItems' });
export type NextItems = z.infer<typeof nextItemsSchema>;
