import type { Wears } from '../../scripts/simulation/size-runs.ts';
import type { World } from '../../scripts/simulation/world.ts';

/** What every shop knows of itself: its catalogue, its shelves, what is in stock. */
export class ShopView {
  readonly #world: World;
  readonly #places: ReadonlyMap<string, number>;
  readonly #everything: readonly number[];

  constructor(world: World) {
    this.#world = world;
    this.#places = new Map(world.items.map(({ id }, at) => [id, at]));
    this.#everything = world.items.map((_, at) => at);
  }

  get size(): number {
    return this.#everything.length;
  }

  place(itemId: string): number | undefined {
    return this.#places.get(itemId);
  }

  roomOf(roomId: string): number {
    return this.#world.rooms.findIndex(({ id }) => id === roomId);
  }

  /** What may be shown: a room's shelf, or everything. */
  scope(room: number | undefined): readonly number[] {
    return room === undefined ? this.#everything : (this.#world.rooms[room]?.shelf ?? []);
  }

  categoryOf(at: number): number {
    return this.#world.items[at]?.categoryIndex ?? -1;
  }

  genderOf(at: number): Wears | undefined {
    return this.#world.items[at]?.category.gender;
  }

  /** Launched, not hidden, and in stock in some size. */
  isSellable(at: number, time: number): boolean {
    const item = this.#world.items[at];
    if (item === undefined || item.hidden || item.launchedAt > time) return false;
    return item.sizes.labels.some((_, size) =>
      item.colours.some((_, colour) => this.#world.stock.of(at, size, colour) > 0),
    );
  }
}
