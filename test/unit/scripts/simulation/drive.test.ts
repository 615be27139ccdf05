import { describe, expect, it } from '@jest/globals';
import type { Ask, StockLevel } from '../../../../scripts/simulation/client/service-client.ts';
import { drive } from '../../../../scripts/simulation/drive/drive.ts';
import { describeDrive } from '../../../../scripts/simulation/drive/drive-report.ts';
import { skuId } from '../../../../scripts/simulation/funnel.ts';
import { makeWorld } from '../../../../scripts/simulation/world.ts';
import type { EventRow } from '../../../../services/simulation/shop-store.ts';

const until = new Date('2026-05-01T00:00:00Z');
const small = { users: 300, items: 40, rooms: 2, days: 400, seed: 3, until };
const run = Date.UTC(2026, 4, 2);

/** A service that keeps the stock it is told and recommends whatever is left, or is not. */
class FakeService {
  readonly world = makeWorld(small);
  readonly stocks = new Map<string, number>();
  readonly sequences: number[] = [];
  readonly events: EventRow[] = [];
  readonly pins: (string | null)[] = [];
  readonly asks: Ask[] = [];
  /** Ends the drive after some questions. */
  readonly stopping = new AbortController();
  readonly #showsSoldOut: boolean;

  constructor({ showsSoldOut = false } = {}) {
    this.#showsSoldOut = showsSoldOut;
  }

  async recommend(ask: Ask) {
    this.asks.push(ask);
    if (this.asks.length >= 100) this.stopping.abort();
    const { items } = this.world;
    const offers = items.flatMap((item) => {
      const skus = item.sizes.labels.flatMap((_, size) =>
        item.colours.map((_, colour) => skuId(item, size, colour)),
      );
      const inStock = skus.find((sku) => (this.stocks.get(sku) ?? 0) > 0);
      const sku = inStock ?? (this.#showsSoldOut ? skus[0] : undefined);
      const isShown = sku !== undefined && !ask.seen.includes(item.id);
      return isShown ? [{ itemId: item.id, skuId: sku, size: { label: null } }] : [];
    });
    const found = offers.slice(0, ask.limit);
    return { items: found, modelVersion: 'v1', personalised: true, degraded: false };
  }

  async post(events: readonly EventRow[]) {
    this.events.push(...events);
  }

  async stock(levels: readonly StockLevel[]) {
    this.sequences.push(levels[0]?.sequence ?? 0);
    for (const { skuId: sku, stock } of levels) this.stocks.set(sku, stock);
  }

  async pin(_room: string, itemId: string | null) {
    this.pins.push(itemId);
  }
}

/** Visitors' days pass in a second; the service ends it. */
const driven = (service: FakeService) =>
  drive({
    world: service.world,
    client: service,
    rate: 1000,
    seconds: 600,
    concurrency: 20,
    speed: 1_000_000,
    pinSeconds: 600,
    run,
    signal: service.stopping.signal,
  });

describe('drive', () => {
  it('asks, reacts and tells what happened, screen by screen', async () => {
    const service = new FakeService();
    const report = await driven(service);
    expect(report).toMatchObject({ failures: 0, soldOutShown: 0, questions: service.asks.length });
    expect(report.visits).toBeGreaterThan(20);
    expect(report.events.click).toBe(service.events.filter(({ type }) => type === 'click').length);
    expect(service.pins.length).toBe(2);
    const [first] = service.events;
    const session = service.events.filter(({ sessionId }) => sessionId === first?.sessionId);
    const positions = session.flatMap(({ type, properties }) =>
      type === 'impression' ? [properties?.position] : [],
    );
    expect(positions).toEqual(positions.map((_, n) => n));
    expect(new Set(service.events.map(({ eventId }) => eventId)).size).toBe(service.events.length);
    expect(describeDrive(report)).toMatch(/sold out, shown +0\n/);
  });

  it('tells the whole stock first and then each change, under growing numbers', async () => {
    const service = new FakeService();
    await driven(service);
    const { items, stock } = service.world;
    for (const [at, item] of items.entries()) {
      for (const size of item.sizes.labels.keys()) {
        for (const colour of item.colours.keys()) {
          expect(service.stocks.get(skuId(item, size, colour))).toBe(stock.of(at, size, colour));
        }
      }
    }
    expect(service.sequences.length).toBeGreaterThan(1);
    expect(service.sequences).toEqual([...service.sequences].sort((a, b) => a - b));
    expect(new Set(service.sequences).size).toBe(service.sequences.length);
  });

  it('catches a service that shows what it knows to be sold out', async () => {
    const service = new FakeService({ showsSoldOut: true });
    const { items, stock } = service.world;
    const [first] = items;
    first?.sizes.labels.forEach((_, size) => {
      while (stock.take(() => 0, 0, size) !== undefined);
    });
    const report = await driven(service);
    expect(report.soldOutShown).toBeGreaterThan(0);
    expect((await driven(new FakeService())).soldOutShown).toBe(0);
  });

  it('counts what fails and goes on', async () => {
    const service = new FakeService();
    service.post = () => Promise.reject(new Error('refused'));
    const report = await driven(service);
    // Each visit fails at its first screen.
    expect(report.visits).toBeGreaterThanOrEqual(100);
    expect(report.failures).toBe(report.questions);
  });
});
