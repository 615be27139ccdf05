import { z } from 'zod';
import { idSchema } from '../../http/schemas.ts';
import { dataSetStock, type Format } from '../format.ts';
import type { RowSink } from '../row-writer.ts';
import { csvTable, type NamedFields, namedColumns } from '../table-reader.ts';
import { contentId } from './content-id.ts';
import { numberText, orBlank, parseRow } from './data-set-row.ts';

const cmPerInch = 2.54;
const kgPerPound = 0.453_592_37;

// Ages are those of the profiles when the data set was collected, early in 2018: a user has the
// same age on reviews that are years apart. Some are no ages of a customer (0 to 14, 117).
const collectedIn = 2018;
const believableAge = { least: 15, most: 99 };

// Band and cup give the bust by the common US rule: the band plus half an inch for AA, one inch for
// A, and one more for each letter up to D. Beyond D the letters of makers and countries differ.
const cupInches: Readonly<Record<string, number>> = { aa: 0.5, a: 1, b: 2, c: 3, d: 4 };

const rowSchema = z.object({
  fit: z.enum(['small', 'fit', 'large']),
  user_id: idSchema,
  item_id: idSchema,
  weight_lbs: orBlank(numberText.pipe(z.number().min(50).max(600))),
  rating: orBlank(numberText.pipe(z.number().min(0).max(10))),
  rented_for: z.string().max(100),
  body_type: z.string().max(100),
  category: z.string().max(100),
  size: z.string().regex(/^\d{1,3}$/, 'expected a size code of up to three digits'),
  age: orBlank(numberText.pipe(z.number().min(0).max(200))),
  review_date: z.iso.date(),
  bust_size_num: orBlank(numberText.pipe(z.number().min(20).max(60))),
  bust_size_letter: z.string().regex(/^[a-z]{0,3}$/, 'expected a cup of up to three letters'),
  height_in: orBlank(numberText.pipe(z.number().min(36).max(96))),
  recommend: z.enum(['0', '1', '']),
});

type Row = z.infer<typeof rowSchema>;

const columns = Object.keys(rowSchema.shape);

/** Clothing rentals with fit feedback (Misra, Wan and McAuley, RecSys 2018), CSV. */
export const rentTheRunway: Format = {
  name: 'renttherunway',
  description: 'clothing rentals with fit feedback and body measurements (CSV)',
  kind: 'data-set',
  entitiesFromEvents: false,
  open: (file) => csvTable(file, namedColumns(file, columns, takeRow)),
};

function takeRow(fields: NamedFields, sink: RowSink): void {
  const row = parseRow(rowSchema, fields);
  const size = Number(row.size);
  const skuId = `${row.item_id}-${size}`;
  sink.users(userOf(row));
  sink.items({
    itemId: row.item_id,
    categoryPath: row.category === '' ? [] : [row.category],
    attributes: { sizeSystem: 'rent-the-runway' },
  });
  sink.skus({
    skuId,
    itemId: row.item_id,
    sizeLabel: String(size),
    sizeOrder: size,
    stock: dataSetStock,
  });
  sink.events({
    eventId: contentId(
      'rtr',
      columns.map((column) => fields[column] ?? ''),
    ),
    userId: row.user_id,
    itemId: row.item_id,
    skuId,
    type: 'purchase',
    quantity: 1,
    properties: {
      fit: row.fit,
      ...(row.rating !== undefined && { rating: row.rating }),
      ...(row.rented_for !== '' && { rentedFor: row.rented_for }),
      ...(row.recommend !== '' && { recommend: row.recommend === '1' }),
    },
    occurredAt: `${row.review_date}T00:00:00Z`,
  });
}

function userOf(row: Row) {
  const { age, bust_size_num: band, bust_size_letter: cup } = row;
  const believable = age !== undefined && age >= believableAge.least && age <= believableAge.most;
  const overBand = cupInches[cup];
  return {
    userId: row.user_id,
    birthYear: believable ? collectedIn - Math.round(age) : undefined,
    heightCm: row.height_in === undefined ? undefined : tenths(row.height_in * cmPerInch),
    weightKg: row.weight_lbs === undefined ? undefined : tenths(row.weight_lbs * kgPerPound),
    bustCm:
      band === undefined || overBand === undefined
        ? undefined
        : tenths((band + overBand) * cmPerInch),
    bodyType: row.body_type === '' ? undefined : row.body_type,
    attributes: {
      ...(age !== undefined && { age }),
      ...(band !== undefined && { bustBand: band }),
      ...(cup !== '' && { bustCup: cup }),
    },
  };
}

/** Measurements come in whole pounds and inches; a tenth is more than they hold. */
function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
