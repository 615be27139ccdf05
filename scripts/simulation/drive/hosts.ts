import type { ServiceClient } from '../client/service-client.ts';
import type { SimulatedRoom } from '../rooms.ts';
import type { World } from '../world.ts';
import { sleep } from './sleep.ts';

/** Hosts go down their shelves and show one item after the other, of what can be bought. */
export class Hosts {
  readonly #world: World;
  readonly #client: Pick<ServiceClient, 'pin'>;
  readonly #onFailure: () => void;
  readonly #shown = new Map<string, string>();

  constructor(world: World, client: Pick<ServiceClient, 'pin'>, onFailure: () => void) {
    this.#world = world;
    this.#client = client;
    this.#onFailure = onFailure;
  }

  /** The item that a host shows now, while it is in stock. */
  shows({ id }: SimulatedRoom): string | undefined {
    return this.#shown.get(id);
  }

  /** Pins the next item of every room at each turn, until it is over. */
  async show(everyMilliseconds: number, over: AbortSignal): Promise<void> {
    for (let turn = 1; !over.aborted; turn++) {
      await Promise.all(this.#world.rooms.map((room) => this.#pin(room, turn)));
      await sleep(everyMilliseconds, over);
    }
  }

  async #pin({ id, shelf }: SimulatedRoom, turn: number): Promise<void> {
    const inStock = shelf.filter((at) => this.#isSellable(at));
    const item = this.#world.items[inStock[turn % inStock.length] ?? -1];
    try {
      await this.#client.pin(id, item?.id ?? null);
      if (item) this.#shown.set(id, item.id);
    } catch {
      this.#onFailure();
    }
  }

  #isSellable(at: number): boolean {
    const item = this.#world.items[at];
    if (item === undefined || item.hidden || item.launchedAt > Date.now()) return false;
    return item.sizes.labels.some((_, size) =>
      item.colours.some((_, colour) => this.#world.stock.of(at, size, colour) > 0),
    );
  }
}
