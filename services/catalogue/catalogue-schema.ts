import { z } from 'zod';
import {
  attributesSchema,
  idSchema,
  moneySchema,
  textSchema,
  timestampSchema,
} from '../http/schemas.ts';

/** A style (SPU). What is left out or null is unset: a PUT replaces the whole item. */
export const itemSchema = z
  .strictObject({
    itemId: idSchema,
    categoryPath: z
      .array(textSchema(100).min(1))
      .max(8)
      .default([])
      .meta({ description: 'From the root of the category tree to the leaf.' }),
    brand: textSchema(200).nullish(),
    title: textSchema(500).default(''),
    price: moneySchema.nullish(),
    attributes: attributesSchema.default({}),
    launchedAt: timestampSchema.nullish().meta({ description: 'Left out: always been there.' }),
    hidden: z.boolean().default(false).meta({ description: 'True: never returned.' }),
  })
  .meta({ id: 'Item' });

export type Item = z.infer<typeof itemSchema>;

/**
 * An item in one size and colour. What is left out or null is unset, except its stock, which others
 * may be keeping: left out it stays as it is.
 */
export const skuSchema = z
  .strictObject({
    skuId: idSchema,
    itemId: idSchema.meta({ description: 'An item that is known already.' }),
    sizeLabel: textSchema(50).nullish(),
    sizeOrder: z
      .int()
      .min(0)
      .max(1000)
      .default(0)
      .meta({ description: "Place in the item's size run, smallest first." }),
    colour: textSchema(100).nullish(),
    price: moneySchema.nullish().meta({ description: "Left out: the item's price." }),
    stock: z
      .int()
      .min(0)
      .max(1_000_000_000)
      .optional()
      .meta({ description: 'Left out: as it was; 0 for a new SKU.' }),
  })
  .meta({ id: 'Sku' });

export type Sku = z.infer<typeof skuSchema>;

export const putItemsSchema = z.strictObject({ items: z.array(itemSchema).min(1).max(1000) });

export const putSkusSchema = z.strictObject({ skus: z.array(skuSchema).min(1).max(1000) });
