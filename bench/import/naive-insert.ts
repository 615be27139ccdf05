import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Database } from '../../services/database/database.ts';
import type { Transaction } from '../../services/database/transaction.ts';

const columns = [
  ['event_id', 'eventId', 'text'],
  ['user_id', 'userId', 'text'],
  ['session_id', 'sessionId', 'text'],
  ['item_id', 'itemId', 'text'],
  ['sku_id', 'skuId', 'text'],
  ['room_id', 'roomId', 'text'],
  ['type', 'type', 'text'],
  ['value', 'value', 'float8'],
  ['quantity', 'quantity', 'integer'],
  ['unit_price', 'unitPrice', 'numeric'],
  ['order_id', 'orderId', 'text'],
  ['occurred_at', 'occurredAt', 'timestamptz'],
] as const;

const batch = 1000;

/**
 * What an import is mostly written as: `insert … values` with a thousand rows a statement, in one
 * transaction, and no check of the rows but the table's. The months must have partitions.
 *
 * @param path NDJSON of events
 * @returns rows a second
 */
export async function naiveImport(database: Database, path: string): Promise<number> {
  const started = performance.now();
  let count = 0;
  await database.transaction(async (transaction) => {
    let events: Record<string, unknown>[] = [];
    for await (const line of createInterface(createReadStream(path))) {
      events.push(JSON.parse(line));
      if (events.length < batch) continue;
      count += await insert(transaction, events);
      events = [];
    }
    count += await insert(transaction, events);
  });
  return (1000 * count) / (performance.now() - started);
}

async function insert(
  transaction: Transaction,
  events: readonly Record<string, unknown>[],
): Promise<number> {
  if (events.length === 0) return 0;
  const keys = events.map((_, row) => `($${2 * row + 1}::text, $${2 * row + 2}::timestamptz)`);
  await transaction.query(
    `insert into event_keys (event_id, occurred_at) values ${keys.join(', ')} on conflict do nothing`,
    events.flatMap((event) => [event.eventId, event.occurredAt]),
  );
  const width = columns.length;
  const rows = events.map((_, row) => {
    const values = columns.map(([, , type], column) => `$${row * width + column + 1}::${type}`);
    return `(${values.join(', ')})`;
  });
  return transaction.execute(
    `insert into events (${columns.map(([name]) => name).join(', ')}) values ${rows.join(', ')}`,
    events.flatMap((event) => columns.map(([, field]) => event[field] ?? null)),
  );
}
