import { seededRandom } from '../../../models/dataset/seeded-random.ts';
import type { TestEvent } from '../../helpers/test-events.ts';

export const day = 86_400_000;
export const start = Date.parse('2020-01-01T12:00:00Z');

/**
 * Orders of customers as BG/NBD has them, with r = 1 (so that a rate is exponential with a mean of
 * 1/40 a day), a = 1 and b = 3 (so that a chance to stop is 1 − u^⅓), in 360 days. Money is spread
 * around a mean of each customer.
 */
export function randomOrders(customers: number, seed: number): TestEvent[] {
  const random = seededRandom(seed);
  const exponential = () => -Math.log(1 - random());
  return Array.from({ length: customers }, (_, customer) => {
    const rate = exponential() / 40;
    const stops = 1 - random() ** (1 / 3);
    const mean = 50 / (exponential() + exponential() + exponential() + 0.1);
    const events: TestEvent[] = [];
    for (let at = 180 * random(); at < 360; at += exponential() / rate) {
      const price = Math.round(100 * mean * (exponential() + exponential() + 0.1)) / 100;
      events.push({ ...order(`u${customer}`, at, price) });
      if (events.length > 1 && random() < stops) break;
    }
    return events;
  }).flat();
}

/** @param at days after the start */
export function order(user: string, at: number, price: number): TestEvent {
  return {
    user,
    item: 'i1',
    type: 'purchase',
    price,
    at: new Date(start + at * day).toISOString(),
  };
}
