import type { Readable } from 'node:stream';
import type { OrderBook } from './order-book.ts';

const tab = 9;
const newline = 10;
const minus = 45;
const zero = 48;
const backslash = 92;
const letterR = 114;

/**
 * Reads `user \t p|r \t day \t cents` lines of a `copy … to stdout` into the book. There are millions of
 * them: a line is not made a text and cut, of which only the user's id becomes one (0.3 µs a line).
 */
export async function readMovements(source: Readable, book: OrderBook): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let failure: { readonly reason: unknown } | undefined;
  for await (const chunk of source) {
    // Read to its end all the same: the connection does nothing else before.
    if (failure !== undefined) continue;
    try {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
      rest = bytes.subarray(takeLines(bytes, book));
    } catch (reason) {
      failure = { reason };
    }
  }
  if (failure !== undefined) throw failure.reason;
  if (rest.length > 0) throw new Error('the copy ended in the middle of a row');
}

/** Takes all whole lines. Returns where the first that is not whole begins. */
function takeLines(bytes: Buffer, book: OrderBook): number {
  let from = 0;
  for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
    const user = bytes.indexOf(tab, from);
    // One letter, and a tab behind it.
    const day = bytes.indexOf(tab, user + 3);
    const cents = wholeNumber(bytes, day + 1, end);
    book.add(
      idOf(bytes, from, user),
      bytes[user + 1] === letterR,
      wholeNumber(bytes, user + 3, day),
      cents,
    );
    from = end + 1;
  }
  return from;
}

function idOf(bytes: Buffer, from: number, to: number): string {
  let isPlain = true;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 128 || byte === backslash) isPlain = false;
  }
  if (isPlain) return bytes.toString('latin1', from, to);
  // Of the characters that are escaped an id has only this one.
  return bytes.toString('utf8', from, to).replaceAll('\\\\', '\\');
}

/** Digits, a minus before them or not. */
function wholeNumber(bytes: Buffer, from: number, to: number): number {
  const isNegative = bytes[from] === minus;
  let value = 0;
  for (let at = isNegative ? from + 1 : from; at < to; at++) {
    value = value * 10 + (bytes[at] ?? zero) - zero;
  }
  return isNegative ? -value : value;
}
