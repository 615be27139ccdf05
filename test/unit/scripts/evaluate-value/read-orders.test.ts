import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dayOf } from '../../../../scripts/evaluate-value/order-lines.ts';
import { type OrderFormat, readOrders } from '../../../../scripts/evaluate-value/read-orders.ts';
import { UsageError } from '../../../../services/errors.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orders-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function read(format: OrderFormat, text: string | Buffer) {
  const path = join(folder, 'orders.txt');
  await writeFile(path, text);
  return (await readOrders(path, format)).customers();
}

describe('cdnow', () => {
  it('reads the sample, which has a second number, and the whole, which has none', async () => {
    const order = { day: dayOf('1997-01-18'), money: 29.73 };
    for (const line of [' 00004 0001 19970118  2   29.73\r\n', ' 00004 19970118  2   29.73\n']) {
      expect(await read('cdnow', line)).toEqual([
        { customer: '00004', orders: [order], returns: [] },
      ]);
    }
  });

  it('names the line of a day that is none', async () => {
    const text = ' 00004 0001 19970118  2   29.73\n 00004 0001 19970230  2   29.73\n';
    await expect(read('cdnow', text)).rejects.toThrow(
      /orders.txt:2: date: expected a day like 1997-09-30, got "1997-02-30"$/,
    );
  });

  it('says what is expected of a line that is another format’s', async () => {
    await expect(read('cdnow', 'customer_id,date,amount\n')).rejects.toThrow(
      /:1: expected a customer, a number in the sample or none, YYYYMMDD, discs, money$/,
    );
  });
});

describe('transactions', () => {
  const head = 'date,customer_id,amount,channel\n';

  it('reads days and times, in UTC, and takes a negative amount for a return', async () => {
    const text = `${head}2024-02-29,a,10.5,web\n2024-03-01T01:00:00+08:00,a,-2,web\n2024-03-01 00:30:00Z,"b, c",0,\n`;
    expect(await read('transactions', gzipSync(text))).toEqual([
      {
        customer: 'a',
        orders: [{ day: dayOf('2024-02-29'), money: 10.5 }],
        returns: [{ day: dayOf('2024-02-29'), money: 2 }],
      },
      { customer: 'b, c', orders: [{ day: dayOf('2024-03-01'), money: 0 }], returns: [] },
    ]);
  });

  it('names five bad lines with what was expected, and how many more there are', async () => {
    const bad = [
      '2024-01-01,,3,',
      '01/02/2024,a,3,',
      '2024-01-01,a,3 €,',
      '2024-01-01,a,,',
      '2024-01-01,a',
      '2024-01-01,a,1e999,',
      'x,a,3,',
    ];
    const failure = await read('transactions', `${head}${bad.join('\n')}\n`).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(UsageError);
    const lines = (failure as Error).message.split('\n').map((line) => line.replace(/^.*txt:/, ''));
    expect(lines).toEqual([
      '2: customer_id: expected an id, got nothing',
      '3: date: expected a day like 1997-09-30, got "01/02/2024"',
      '4: amount: expected a number, got "3 €"',
      '5: amount: expected a number, got ""',
      '6: expected 4 fields, got 2',
      'and 2 more',
    ]);
  });

  it('names the columns that are missing', async () => {
    await expect(read('transactions', 'customer,date,amount\n')).rejects.toThrow(
      /missing: customer_id$/,
    );
  });

  it('refuses a file without orders', async () => {
    await expect(read('transactions', head)).rejects.toThrow(/has no orders$/);
  });
});

describe('online-retail', () => {
  const head =
    'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n';
  const line = '536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n';

  it('takes what the import takes, each row as often as it is there, and cancellations for returns', async () => {
    const text = [
      head,
      line,
      line,
      'C536379,85123a,HOLDER,-2,2010-12-02 09:41:00,2.55,17850.0,United Kingdom\n',
      '536366,POST,POSTAGE,1,2010-12-01 08:28:00,18,17850.0,United Kingdom\n',
      '536367,22633,WARMER,1,2010-12-01 08:28:00,1.85,,United Kingdom\n',
    ].join('');
    const [customer, ...others] = await read('online-retail', text);
    expect(others).toEqual([]);
    expect(customer?.customer).toBe('17850');
    const order = { day: dayOf('2010-12-01'), money: 6 * 2.55 };
    expect(customer?.orders).toEqual([order, order]);
    expect(customer?.returns).toEqual([{ day: dayOf('2010-12-02'), money: 2 * 2.55 }]);
  });

  it('names a line that the import would refuse', async () => {
    const text = `${head}C536379,22633,WARMER,2,2010-12-02 09:41:00,2.55,17850.0,France\n`;
    await expect(read('online-retail', text)).rejects.toThrow(
      /:2: Quantity: expected a number below 0/,
    );
  });
});
