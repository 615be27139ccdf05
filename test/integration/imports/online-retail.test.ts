import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ImportReport } from '../../../services/imports/run-import.ts';
import { createImportBench, type ImportBench } from '../../helpers/import-files.ts';

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

const csv = `${header}
536365,85123A,"HEART, HANGING",6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536366,85123a,"HEART, HANGING",2,2010-12-01 09:00:00,2.55,17850.0,United Kingdom
536367,85123A,heart,1,2010-12-02 09:00:00,2.95,13047.0,France
C536379,85123A,"HEART, HANGING",-1,2010-12-03 09:41:00,2.55,17850.0,United Kingdom
536370,POST,POSTAGE,3,2010-12-01 08:45:00,18.0,12583.0,France
536371,22960,,1,2010-12-01 09:00:00,0.0,13047.0,France
536372,22960,JAM,1,2010-12-01 09:00:00,4.25,,France
A563185,B,Adjust bad debt,1,2011-08-12 14:50:00,-11062.06,,United Kingdom
`;

describe('importing online-retail', () => {
  let bench: ImportBench;
  let report: ImportReport;
  beforeAll(async () => {
    bench = await createImportBench();
    report = await bench.run('online-retail', [await bench.file('retail.csv', csv)]);
  });
  afterAll(() => bench.close());

  it('reports what was left out and why', () => {
    expect(Object.fromEntries(report.leftOut)).toEqual({
      'without a customer': 2,
      'charges, corrections, samples and vouchers': 1,
    });
    expect(report).toMatchObject({ lines: 8, rejected: 0, rejectFile: undefined });
  });

  it('makes purchases, and returns of cancelled invoices', async () => {
    const events = await bench.database.query(
      `select type, user_id, item_id, quantity, unit_price, order_id, occurred_at
       from events order by occurred_at, item_id desc`,
    );
    const ofHeart = { user_id: '17850', item_id: '85123A', unit_price: 2.55 };
    expect(events).toEqual([
      {
        ...ofHeart,
        type: 'purchase',
        quantity: 6,
        order_id: '536365',
        occurred_at: new Date('2010-12-01T08:26:00Z'),
      },
      {
        ...ofHeart,
        type: 'purchase',
        quantity: 2,
        order_id: '536366',
        occurred_at: new Date('2010-12-01T09:00:00Z'),
      },
      {
        type: 'purchase',
        user_id: '13047',
        item_id: '22960',
        quantity: 1,
        unit_price: 0,
        order_id: '536371',
        occurred_at: new Date('2010-12-01T09:00:00Z'),
      },
      {
        ...ofHeart,
        user_id: '13047',
        type: 'purchase',
        quantity: 1,
        unit_price: 2.95,
        order_id: '536367',
        occurred_at: new Date('2010-12-02T09:00:00Z'),
      },
      {
        ...ofHeart,
        type: 'return',
        quantity: 1,
        order_id: 'C536379',
        occurred_at: new Date('2010-12-03T09:41:00Z'),
      },
    ]);
  });

  it('gives an item its most frequent title and price, and no price where none was paid', async () => {
    const items = await bench.database.query(
      `select item_id, title, i.price, stock > 0 as stocked
       from items i join skus using (item_id) order by item_id`,
    );
    expect(items).toEqual([
      { item_id: '22960', title: '', price: null, stocked: true },
      { item_id: '85123A', title: 'HEART, HANGING', price: 2.55, stocked: true },
    ]);
  });

  it('rejects a purchase of less than one piece', async () => {
    const path = await bench.file(
      'negative.csv',
      `${header}\n536365,85123A,HEART,-6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n`,
    );
    await expect(bench.run('online-retail', [path])).rejects.toThrow(
      'negative.csv:2: Quantity: expected a number above 0, got -6',
    );
  });
});
