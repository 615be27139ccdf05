import { z } from 'zod';
import { idSchema } from '../../http/schemas.ts';
import { dataSetStock, type Format } from '../format.ts';
import { RowError } from '../row-error.ts';
import type { RowSink } from '../row-writer.ts';
import { csvTable, type NamedFields, namedColumns } from '../table-reader.ts';
import { contentId } from './content-id.ts';
import { numberText, parseRow } from './data-set-row.ts';

// Rows with these codes are charges, corrections and samples, not goods: postage (POST, DOT),
// carriage (C2), discounts (D), manual entries (M), fees, samples (S), bad debt (B), commission.
const notGoods = new Set([
  'POST',
  'DOT',
  'C2',
  'D',
  'M',
  'BANK CHARGES',
  'AMAZONFEE',
  'S',
  'B',
  'CRUK',
]);

const rowSchema = z.object({
  InvoiceNo: z.string().regex(/^[A-Z]?\d{1,20}$/, 'expected digits, after a letter or not'),
  StockCode: idSchema,
  Description: z.string().max(500),
  Quantity: numberText.pipe(z.int().min(-2_147_483_647).max(2_147_483_647)),
  InvoiceDate: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, 'expected YYYY-MM-DD HH:MM:SS')
    .transform((text) => `${text.replace(' ', 'T')}Z`)
    .pipe(z.iso.datetime()),
  UnitPrice: numberText.pipe(z.number().min(-9_999_999_999).max(9_999_999_999)),
  // The data set has them as decimals: 17850.0.
  CustomerID: z
    .string()
    .regex(/^(\d{1,20}(\.0)?)?$/, 'expected a number or nothing')
    .transform((text) => text.replace(/\.0$/, '')),
  Country: z.string().max(100),
});

const columns = Object.keys(rowSchema.shape);

/** Invoices of a UK gift shop (Chen, Sain and Guo 2012; UCI Online Retail), CSV. */
export const onlineRetail: Format = {
  name: 'online-retail',
  description: 'invoices of a UK gift shop: purchases and returns (CSV)',
  kind: 'data-set',
  entitiesFromEvents: false,
  open: (file) => csvTable(file, namedColumns(file, columns, takeRow)),
};

function takeRow(fields: NamedFields, sink: RowSink): void {
  const row = parseRow(rowSchema, fields);
  // One article is written both 85123A and 85123a.
  const stockCode = row.StockCode.toUpperCase();
  const why = whyLeftOut(row.CustomerID, stockCode);
  if (why !== undefined) {
    sink.leaveOut(why);
    return;
  }
  const cancelled = row.InvoiceNo.startsWith('C');
  if (cancelled ? row.Quantity >= 0 : row.Quantity <= 0) {
    const expected = cancelled ? 'below 0 on a cancellation' : 'above 0';
    throw new RowError(`Quantity: expected a number ${expected}, got ${row.Quantity}`);
  }
  if (row.UnitPrice < 0) throw new RowError('UnitPrice: expected at least 0');
  const price = Math.round(row.UnitPrice * 100) / 100;
  sink.users({ userId: row.CustomerID, attributes: { country: row.Country } });
  // A price of 0 is that of a gift, not the article's.
  sink.items({
    itemId: stockCode,
    title: row.Description.trim(),
    price: price > 0 ? price : undefined,
  });
  sink.skus({ skuId: stockCode, itemId: stockCode, stock: dataSetStock });
  sink.events({
    eventId: contentId(
      'uci-retail',
      columns.map((column) => fields[column] ?? ''),
    ),
    userId: row.CustomerID,
    itemId: stockCode,
    skuId: stockCode,
    type: cancelled ? 'return' : 'purchase',
    quantity: Math.abs(row.Quantity),
    unitPrice: price,
    orderId: row.InvoiceNo,
    occurredAt: row.InvoiceDate,
  });
}

function whyLeftOut(customer: string, stockCode: string): string | undefined {
  if (customer === '') return 'without a customer';
  return notGoods.has(stockCode) || stockCode.startsWith('GIFT_')
    ? 'charges, corrections, samples and vouchers'
    : undefined;
}
