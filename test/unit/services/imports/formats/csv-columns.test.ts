import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { itemSchema, skuSchema } from '../../../../../services/catalogue/catalogue-schema.ts';
import { eventSchema } from '../../../../../services/events/events-schema.ts';
import { csvColumns } from '../../../../../services/imports/formats/csv-columns.ts';
import { userSchema } from '../../../../../services/users/users-schema.ts';

describe('CSV columns', () => {
  /** The object that a row of these columns stands for, the id's column among them. */
  const read = (schema: z.ZodType, row: Record<string, string>) =>
    csvColumns(schema).reader('x.csv', Object.keys(row))(Object.values(row));

  it('reads every field of an event', () => {
    const row = {
      eventId: '1',
      userId: '2',
      sessionId: '3',
      roomId: '4',
      itemId: '5',
      skuId: '6',
      type: 'return',
      value: '1.5',
      quantity: '2',
      unitPrice: '9.90',
      orderId: '7',
      reason: 'other',
      occurredAt: '2026-01-01T00:00:00Z',
      properties: '{"a":1}',
      'properties.b': '2',
    };
    expect(read(eventSchema, row)).toEqual({
      eventId: '1',
      userId: '2',
      sessionId: '3',
      roomId: '4',
      itemId: '5',
      skuId: '6',
      type: 'return',
      value: 1.5,
      quantity: 2,
      unitPrice: 9.9,
      orderId: '7',
      reason: 'other',
      occurredAt: '2026-01-01T00:00:00Z',
      properties: { a: 1, b: '2' },
    });
  });

  it('reads every kind of field of the others', () => {
    const item = {
      itemId: 'i',
      categoryPath: 'A > B',
      price: '1',
      hidden: 'true',
      title: '12',
      brand: '',
    };
    expect(read(itemSchema, item)).toEqual({
      itemId: 'i',
      categoryPath: ['A', 'B'],
      price: 1,
      hidden: true,
      title: '12',
    });
    const sku = {
      skuId: '1',
      itemId: '2',
      sizeLabel: '38',
      sizeOrder: '3',
      price: '1e2',
      stock: '4',
    };
    expect(read(skuSchema, sku)).toEqual({
      skuId: '1',
      itemId: '2',
      sizeLabel: '38',
      sizeOrder: 3,
      price: 100,
      stock: 4,
    });
    const user = { userId: '1', heightCm: '170.5', birthYear: '1990', personalised: 'false' };
    expect(read(userSchema, user)).toEqual({
      userId: '1',
      heightCm: 170.5,
      birthYear: 1990,
      personalised: false,
    });
  });

  it('leaves to the schema what is not of its kind', () => {
    const row = { itemId: 'i', price: '1,5', hidden: 'yes', attributes: '{', categoryPath: '[' };
    expect(read(itemSchema, row)).toEqual(row);
  });
});
