import { randomUUID } from 'node:crypto';

/** Share of each type in what a live room sends. */
const mix: readonly (readonly [type: string, share: number])[] = [
  ['impression', 0.6],
  ['view', 0.15],
  ['click', 0.13],
  ['like', 0.05],
  ['cart', 0.025],
  ['comment', 0.015],
  ['purchase', 0.01],
  ['follow', 0.007],
  ['uncart', 0.006],
  ['share', 0.005],
  ['return', 0.002],
];

const users = 200_000;
const items = 20_000;
const rooms = 200;

function typeOf(draw: number): string {
  let sum = 0;
  for (const [type, share] of mix) {
    sum += share;
    if (draw < sum) return type;
  }
  return 'impression';
}

const fields: Readonly<Record<string, (random: () => number) => object>> = {
  impression: (random) => ({
    properties: { position: Math.floor(random() * 40), source: 'shelf' },
  }),
  view: (random) => ({ value: Math.floor(random() * 60_000) }),
  cart: () => ({ quantity: 1 }),
  purchase: (random) => ({
    quantity: 1 + Math.floor(random() * 2),
    unitPrice: Math.floor(random() * 50_000) / 100,
    orderId: randomUUID(),
  }),
  return: () => ({ quantity: 1, reason: 'too_small' }),
};

/** One event as a client would send it, its id a random UUID, at the time `now`. */
export function makeEvent(random: () => number, now: number): object {
  const type = typeOf(random());
  const user = Math.floor(random() * users);
  const item = Math.floor(random() ** 2 * items);
  return {
    eventId: randomUUID(),
    userId: `user-${user}`,
    sessionId: `session-${user}-${Math.floor(random() * 3)}`,
    roomId: `room-${Math.floor(random() * rooms)}`,
    ...(type !== 'follow' && { itemId: `item-${item}` }),
    ...(random() < 0.3 && type !== 'follow' && { skuId: `item-${item}-M` }),
    type,
    occurredAt: new Date(now - Math.floor(random() * 60_000)).toISOString(),
    ...fields[type]?.(random),
  };
}
