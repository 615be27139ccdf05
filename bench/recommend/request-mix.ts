import { randomUUID } from 'node:crypto';
import { seededRandom } from '../../models/dataset/seeded-random.ts';
import type { RawRequest } from './http-load.ts';
import { shelfItem } from './shelves.ts';

export interface MixOptions {
  readonly users: number;
  readonly items: number;
  readonly rooms: number;
  /** `present`: so many viewers who come back, each in one room; `all`: another one each time. */
  readonly viewers: { readonly present: number } | 'all';
  readonly limit: number;
  readonly seed: number;
  /** What an answer is expected to be: 503 where the database is gone. */
  readonly unavailable?: boolean;
}

const roomShare = 0.8;
const catalogueShare = 0.1;
/** Share of each type in what a live room sends. */
const types = ['impression', 'impression', 'impression', 'view', 'view', 'click', 'click', 'like'];

/** Room requests, whole-catalogue requests and event writes as viewers of live rooms send them. */
export function requestMix(options: MixOptions): () => RawRequest {
  const { users, items, rooms, viewers, limit, seed, unavailable = false } = options;
  const random = seededRandom(seed);
  const step = coprimeStep(users);
  let last = Math.floor(random() * users);
  const viewer = () => {
    if (viewers === 'all') {
      last = (last + step) % users;
      return last;
    }
    return Math.floor(random() * viewers.present);
  };
  const get = (kind: string, path: string): RawRequest => ({
    kind,
    bytes: Buffer.from(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`, 'latin1'),
    status: unavailable ? 503 : 200,
  });
  return () => {
    const user = viewer();
    const room = user % rooms;
    const draw = random();
    const path = `/v1/users/user-${user}/recommendations?limit=${limit}`;
    if (draw < roomShare) return get('room', `${path}&roomId=room-${room}`);
    if (draw < roomShare + catalogueShare) return get('catalogue', path);
    const type = types[Math.floor(random() * types.length)] ?? 'view';
    const event = {
      eventId: randomUUID(),
      userId: `user-${user}`,
      sessionId: `session-${user}`,
      roomId: `room-${room}`,
      itemId: `item-${shelfItem(room, Math.floor(random() * 100), items)}`,
      type,
      occurredAt: new Date().toISOString(),
      ...(type === 'view' && { value: Math.floor(random() * 60_000) }),
    };
    const body = JSON.stringify({ events: [event] });
    const head =
      'POST /v1/events HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    const bytes = Buffer.from(head + body, 'latin1');
    return { kind: 'events', bytes, status: unavailable ? 503 : 202 };
  };
}

/** So that every user comes once before any comes twice, and neighbours far apart. */
function coprimeStep(users: number): number {
  let step = Math.max(1, Math.floor(users * 0.618));
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  while (divisor(step, users) !== 1) step++;
  return step;
}
