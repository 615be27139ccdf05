import { z } from 'zod';
import { idSchema } from '../http/schemas.ts';

export const skuParamsSchema = z.strictObject({ skuId: idSchema });

const largest = 2n ** 63n - 1n;
const expected = `expected a whole number from 0 to ${largest}; above ${Number.MAX_SAFE_INTEGER} as a text`;

function isSequence(given: unknown): boolean {
  if (typeof given === 'number') return Number.isSafeInteger(given) && given >= 0;
  return typeof given === 'string' && /^\d{1,30}$/.test(given) && BigInt(given) <= largest;
}

/** Out comes the number as a text without leading zeros. */
const sequenceSchema = z
  .custom<number | string>(isSequence, { error: expected })
  .meta({
    description:
      "Grows with every change of the SKU's stock: a number, or a text of digits, which numbers above 2^53 − 1 must be.",
    override: {
      anyOf: [
        { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
        { type: 'string', pattern: '^\\d{1,30}$' },
      ],
    },
  })
  .transform((sequence) => BigInt(sequence).toString());

const stockFields = {
  stock: z.int().min(0).max(1_000_000_000).meta({ description: 'Pieces, not a difference.' }),
  sequence: sequenceSchema,
};

export const patchStockSchema = z.strictObject(stockFields);

export const patchStocksSchema = z.strictObject({
  stocks: z
    .array(z.strictObject({ skuId: idSchema, ...stockFields }))
    .min(1)
    .max(1000),
});
export type StockLevel = z.infer<typeof patchStocksSchema>['stocks'][number];

const appliedSchema = z.boolean();
const reasonSchema = z.enum(['older_sequence', 'unknown_sku']).optional().meta({
  description:
    '`older_sequence`: what holds came with this number or a later one. `unknown_sku`: no such SKU.',
});
const heldFields = {
  stock: z.int().nullable().meta({ description: 'What holds now; null: no such SKU.' }),
  sequence: z.string().nullable().meta({ description: 'What it came with, as a text.' }),
};

export const stockOutcomeSchema = z
  .strictObject({
    skuId: z.string(),
    applied: appliedSchema,
    reason: reasonSchema,
    ...heldFields,
  })
  .meta({ id: 'StockOutcome' });
export type StockOutcome = z.infer<typeof stockOutcomeSchema>;

export const stockOutcomesSchema = z.strictObject({
  applied: z.int(),
  ignored: z.int(),
  unknown: z.int(),
  results: z.array(stockOutcomeSchema).meta({ description: 'One an element, in their order.' }),
});
export type StockOutcomes = z.infer<typeof stockOutcomesSchema>;
