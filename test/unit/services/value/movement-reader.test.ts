import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { readMovements } from '../../../../services/value/movement-reader.ts';
import { OrderBook } from '../../../../services/value/order-book.ts';

/** The text in pieces of a few bytes. */
function inPieces(text: string, length: number): Readable {
  const bytes = Buffer.from(text);
  const count = Math.ceil(bytes.length / length);
  return Readable.from(
    Array.from({ length: count }, (_, at) => bytes.subarray(at * length, (at + 1) * length)),
  );
}

const lines = [
  'b\tp\t110\t2000',
  'b\tr\t115\t500',
  'ü\\\\1\tp\t100\t0',
  'b\tp\t100\t1000',
  'b\tp\t110\t1000',
  'ü\\\\1\tr\t101\t0',
  'only back\tr\t101\t700',
  'long ago\tp\t-5\t100',
];

describe('readMovements', () => {
  it.each([1, 7, 1000])('reads lines that are cut every %d bytes', async (length) => {
    const book = new OrderBook();
    await readMovements(inPieces(`${lines.join('\n')}\n`, length), book);
    const { users, rows, mean } = book.summarise(130);
    expect(users).toEqual(['b', 'long ago', 'ü\\1']);
    expect([...rows.repeats]).toEqual([1, 0, 0]);
    expect([...rows.recency]).toEqual([10, 0, 0]);
    expect([...rows.age]).toEqual([30, 135, 30]);
    // 20 + 10 of the second day, 5 of it came back.
    expect([...mean]).toEqual([25, 0, 0]);
  });

  it('does not take half a line for a whole one', async () => {
    await expect(readMovements(inPieces('b\tp\t110\t20', 4), new OrderBook())).rejects.toThrow(
      /in the middle of a row/,
    );
  });
});

describe('OrderBook', () => {
  it('grows with what is put into it, and does not mind the order', () => {
    const [one, other] = [new OrderBook(), new OrderBook()];
    const movements = Array.from({ length: 200_000 }, (_, at) => ({
      user: `u${at % 999}`,
      day: (at * 7919) % 1000,
    }));
    for (const { user, day } of movements) one.add(user, false, day, 100);
    for (const { user, day } of movements.toReversed()) other.add(user, false, day, 100);
    const summary = one.summarise(1000);
    expect(summary.users).toHaveLength(999);
    expect(other.summarise(1000)).toEqual(summary);
  });
});
