import { UsageError } from '../../services/errors.ts';
import { onlineRetail } from '../../services/imports/formats/online-retail.ts';
import { findInputs, readInput } from '../../services/imports/input.ts';
import { lineReader } from '../../services/imports/line-reader.ts';
import type { Reader } from '../../services/imports/reader.ts';
import { RowError } from '../../services/imports/row-error.ts';
import type { RowSink } from '../../services/imports/row-writer.ts';
import { csvTable, type NamedFields, namedColumns } from '../../services/imports/table-reader.ts';
import { dayOf, OrderLines } from './order-lines.ts';

export const orderFormats = ['cdnow', 'online-retail', 'transactions'] as const;
export type OrderFormat = (typeof orderFormats)[number];

type Open = (path: string, lines: OrderLines, head: Buffer) => Reader;

/**
 * Reads orders and returns of each customer, gzipped or not.
 *
 * @throws UsageError naming the file, the lines that cannot be read, and what was expected there
 */
export async function readOrders(path: string, format: OrderFormat): Promise<OrderLines> {
  const [input] = await findInputs([path]);
  const lines = new OrderLines(path);
  if (input === undefined) return lines;
  const consume = async (chunks: AsyncIterable<Buffer>) => {
    let reader: Reader | undefined;
    for await (const chunk of chunks) {
      reader ??= openers[format](path, lines, chunk);
      reader.write(chunk);
    }
    if (reader === undefined) throw new UsageError(`${path}: is empty`);
    reader.end();
  };
  await readInput(input, () => undefined, consume, new AbortController().signal);
  return lines;
}

const openers: Readonly<Record<OrderFormat, Open>> = {
  cdnow: (path, lines) =>
    lineReader(path, (text, line) => lines.line(line, () => takeCdnow(text, lines))),
  'online-retail': openRetail,
  transactions: (path, lines) => {
    const file = {
      path,
      line: (line: number, _: string, work: (sink: RowSink) => void) =>
        lines.line(line, () => work(noSink)),
    };
    const columns = ['customer_id', 'date', 'amount'];
    return csvTable(
      file,
      namedColumns(file, columns, (fields) => takeTransaction(fields, lines)),
    );
  },
};

/** Of a format of the import nothing but its events is wanted here. */
const noSink: RowSink = {
  users: () => undefined,
  items: () => undefined,
  skus: () => undefined,
  events: () => undefined,
  leaveOut: () => undefined,
};

/** `00004 0001 19970101  2   29.33`: customer, their number in the sample or none, day, discs, money. */
function takeCdnow(text: string, lines: OrderLines): void {
  const fields = /^\s*(\d+)(?:\s+\d+)?\s+(\d{4})(\d\d)(\d\d)\s+\d+\s+(\d+(?:\.\d+)?)\s*$/.exec(
    text,
  );
  if (fields === null) {
    throw new RowError(
      'expected a customer, a number in the sample or none, YYYYMMDD, discs, money',
    );
  }
  const [, customer = '', year, month, date, money] = fields;
  const day = checkedDay(`${year}-${month}-${date}`);
  lines.addOrder(customer, { day, money: Number(money) });
}

/** A negative amount is money that went back. */
function takeTransaction({ customer_id, date = '', amount = '' }: NamedFields, lines: OrderLines) {
  const customer = customer_id?.trim() ?? '';
  if (customer === '') throw new RowError('customer_id: expected an id, got nothing');
  // Of a time what it is in UTC.
  const time = /^\d{4}-\d\d-\d\d[T ]/.test(date) ? Date.parse(date.replace(' ', 'T')) : Number.NaN;
  const day = checkedDay(Number.isNaN(time) ? date : new Date(time).toISOString().slice(0, 10));
  if (!/^-?\d+(\.\d+)?$/.test(amount)) {
    throw new RowError(`amount: expected a number, got ${JSON.stringify(amount)}`);
  }
  const money = Number(amount);
  if (money < 0) lines.addReturn(customer, { day, money: -money });
  else lines.addOrder(customer, { day, money });
}

function checkedDay(date: string): number {
  const day = dayOf(date);
  if (Number.isNaN(day)) {
    throw new RowError(`date: expected a day like 1997-09-30, got ${JSON.stringify(date)}`);
  }
  return day;
}

/** The rows that the import would make events of, in the same way. */
function openRetail(path: string, lines: OrderLines, head: Buffer): Reader {
  const sink: RowSink = {
    ...noSink,
    events: (event) => {
      const day = dayOf(event.occurredAt.slice(0, 10));
      const movement = { day, money: (event.quantity ?? 1) * (event.unitPrice ?? 0) };
      if (event.type === 'return') lines.addReturn(event.userId ?? '', movement);
      else lines.addOrder(event.userId ?? '', movement);
    },
  };
  const file = {
    path,
    line: (line: number, _: string, work: (to: RowSink) => void) =>
      lines.line(line, () => work(sink)),
  };
  const latest = '9999-12-31T00:00:00Z';
  return onlineRetail.open(file, head, { occurredAt: latest, latest });
}
