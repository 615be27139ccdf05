import { z } from 'zod';
import { idSchema, limitSchema, textSchema } from '../http/schemas.ts';

export const itemParamsSchema = z.strictObject({ itemId: idSchema });

export const substitutesQuerySchema = z.strictObject({
  limit: limitSchema(200, 20),
  size: textSchema(100)
    .min(1)
    .optional()
    .meta({ description: 'A size label: only what is in stock in it.' }),
});

export const complementsQuerySchema = z.strictObject({ limit: limitSchema(200, 20) });

const itemFields = {
  rank: z.int().min(1),
  itemId: z.string(),
  skuId: z.string().meta({ description: 'In stock at the time of the answer.' }),
  size: z.strictObject({ label: z.string().nullable() }),
  price: z.number().nullable().meta({ description: "The SKU's, else the item's." }),
};

export const substitutesSchema = z
  .strictObject({
    itemId: z.string(),
    modelVersion: z.string().nullable().meta({ description: 'Null while no model is loaded.' }),
    degraded: z.boolean(),
    degradedReason: z.enum(['no_model', 'item_not_in_model']).optional().meta({
      description: 'There is nothing to tell likeness by: category and price alone.',
    }),
    items: z.array(
      z.strictObject({
        ...itemFields,
        closeness: z.number().min(0).max(1.001).meta({
          description: 'The cosine in the space of items, less the further the price is off.',
        }),
      }),
    ),
  })
  .meta({ id: 'Substitutes' });
export type Substitutes = z.infer<typeof substitutesSchema>;

export const complementsSchema = z
  .strictObject({
    itemId: z.string(),
    items: z.array(
      z.strictObject({
        ...itemFields,
        category: z.string(),
        lift: z.number().positive().meta({
          description:
            'How many times as often both are bought together as by chance, shrunk towards 1.',
        }),
        baskets: z.int().min(1).meta({ description: 'That had both.' }),
      }),
    ),
  })
  .meta({ id: 'Complements' });
export type Complements = z.infer<typeof complementsSchema>;
