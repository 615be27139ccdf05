import type { ServiceClient } from '../client/service-client.ts';
import { skuId } from '../funnel.ts';
import type { World } from '../world.ts';

/** Tells the service what is in stock, and remembers when it was told that something is gone. */
export class Warehouse {
  readonly #world: World;
  readonly #client: Pick<ServiceClient, 'stock'>;
  #sequence: number;
  readonly #changed = new Map<string, number>();
  /** SKUs that the service has confirmed to be sold out, and when it did. */
  readonly #goneSince = new Map<string, number>();

  /** @param sequence from which the numbers of changes go on, above those of earlier runs */
  constructor(world: World, client: Pick<ServiceClient, 'stock'>, sequence: number) {
    this.#world = world;
    this.#client = client;
    this.#sequence = sequence;
  }

  /** Tells the stock of everything, and follows it from then on. */
  async open(): Promise<void> {
    const { items, stock } = this.#world;
    for (const [at, item] of items.entries()) {
      for (const size of item.sizes.labels.keys()) {
        for (const colour of item.colours.keys()) {
          this.#changed.set(skuId(item, size, colour), stock.of(at, size, colour));
        }
      }
    }
    stock.watch((at, size, colour, pieces) => {
      const item = items[at];
      if (item) this.#changed.set(skuId(item, size, colour), pieces);
    });
    await this.tell();
  }

  /** Tells what has changed. */
  async tell(): Promise<void> {
    if (this.#changed.size === 0) return;
    const sequence = ++this.#sequence;
    const changes = [...this.#changed];
    this.#changed.clear();
    for (const [sku, pieces] of changes) if (pieces > 0) this.#goneSince.delete(sku);
    await this.#client.stock(changes.map(([sku, stock]) => ({ skuId: sku, stock, sequence })));
    const now = performance.now();
    // What was delivered while the service was being told is not gone any more.
    for (const [sku, pieces] of changes) {
      if (pieces === 0 && !this.#changed.has(sku)) this.#goneSince.set(sku, now);
    }
  }

  /** Whether the service knew before `asked` (of `performance.now()`) that a SKU is sold out. */
  wasGone(sku: string, asked: number): boolean {
    return (this.#goneSince.get(sku) ?? Number.POSITIVE_INFINITY) < asked;
  }
}
