import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { seededRandom } from '../../models/dataset/seeded-random.ts';

const types = ['impression', 'impression', 'impression', 'view', 'view', 'click', 'like', 'cart'];
const columns =
  'eventId,userId,sessionId,itemId,skuId,roomId,type,value,quantity,unitPrice,orderId,occurredAt';

/**
 * Writes a file of events of 90 days, in the order of their times, with random ids: the one in
 * twenty that is a purchase has a price and an order.
 *
 * @param path .ndjson or .csv, and .gz
 */
export async function writeEventFile(path: string, count: number): Promise<void> {
  const random = seededRandom(11);
  const whole = (below: number) => Math.floor(random() * below);
  const csv = path.includes('.csv');
  const file = createWriteStream(path);
  const out = path.endsWith('.gz') ? createGzip({ level: 1 }) : file;
  if (out !== file) out.pipe(file);
  const start = Date.UTC(2026, 0, 1);
  const step = (90 * 24 * 60 * 60 * 1000) / count;
  let text = csv ? `${columns}\n` : '';
  for (let index = 0; index < count; index += 1) {
    const item = `item-${whole(200_000)}`;
    const bought = whole(20) === 0;
    const type = bought ? 'purchase' : (types[whole(types.length)] ?? 'view');
    const event = {
      eventId: `${whole(2 ** 32).toString(36)}-${index.toString(36)}-${whole(2 ** 32).toString(36)}`,
      userId: `user-${whole(800_000)}`,
      sessionId: `session-${whole(2_000_000)}`,
      itemId: item,
      skuId: `${item}-m`,
      roomId: `room-${whole(200)}`,
      type,
      ...(type === 'view' && { value: whole(60_000) }),
      ...(bought && { quantity: 1, unitPrice: whole(50_000) / 100, orderId: `order-${index}` }),
      occurredAt: new Date(start + index * step).toISOString(),
    };
    text += csv ? csvRow(event) : `${JSON.stringify(event)}\n`;
    if (text.length > 1_000_000) {
      if (!out.write(text)) await once(out, 'drain');
      text = '';
    }
  }
  out.end(text);
  await finished(file);
}

function csvRow(event: Readonly<Record<string, unknown>>): string {
  return `${columns
    .split(',')
    .map((name) => event[name] ?? '')
    .join(',')}\n`;
}
