import { randomUUID } from 'node:crypto';
import { seededRandom } from '../../models/dataset/seeded-random.ts';
import type { RawRequest } from '../recommend/http-load.ts';

export interface SizeMixOptions {
  readonly users: number;
  readonly items: number;
  /** So many users come back; undefined: another one each time. */
  readonly present?: number | undefined;
  /** Share of requests that send a piece back. */
  readonly returns: number;
  readonly seed: number;
}

/** Questions for one size, and now and then a piece that comes back. */
export function sizeMix({
  users,
  items,
  present,
  returns,
  seed,
}: SizeMixOptions): () => RawRequest {
  const random = seededRandom(seed);
  return () => {
    const user = Math.floor(random() * (present ?? users));
    const item = popularItem(random(), items);
    if (random() < returns) return sentBack(user, item);
    const path = `/v1/users/user-${user}/items/item-${item}/size`;
    const bytes = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`, 'latin1');
    return { kind: 'size', bytes, status: 200 };
  };
}

/** Popular items far more often than others: the density falls with the square root of the place. */
export function popularItem(draw: number, items: number): number {
  return Math.floor(items * draw * draw);
}

function sentBack(user: number, item: number): RawRequest {
  const event = {
    ...{ eventId: randomUUID(), userId: `user-${user}`, itemId: `item-${item}` },
    ...{ skuId: `item-${item}-M`, type: 'return', reason: 'too_small' },
    occurredAt: new Date().toISOString(),
  };
  const body = JSON.stringify({ events: [event] });
  const head =
    'POST /v1/events HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n' +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return { kind: 'return', bytes: Buffer.from(head + body, 'latin1'), status: 202 };
}
