import type { LiveChange, LiveItem, LiveRoom, LiveState } from '../live/live-state.ts';
import type { ConcernedStreams } from './stream-index.ts';

/** What of an item can bring it, or another of its SKUs, into a ranking. */
interface Showable {
  /** SKUs in stock; none while it is hidden. */
  readonly skuIds: ReadonlySet<string>;
  readonly launchedAt: number;
}

type Live = Pick<LiveState<unknown>, 'room' | 'item'>;

/**
 * Tells which streams a change concerns, so that not all of a room are ranked again for every piece
 * that is sold. One that makes an item sellable or not, or brings a SKU back, concerns all of the
 * room: the item may come in anywhere, and the others are ranked beside others. Any other (a SKU of
 * several sold out, another price, fewer pieces) concerns those who see the item or a substitute for
 * it.
 */
export class ShelfWatch {
  readonly #live: Live;
  /** By item of the shelf; a shelf or a pin that has changed is another room. */
  readonly #known = new WeakMap<LiveRoom, Map<string, Showable | undefined>>();

  constructor(live: Live) {
    this.#live = live;
  }

  /** Remembers what a room's shelf is like, to tell later what has changed. */
  see(roomId: string): void {
    const room = this.#live.room(roomId);
    if (!room || this.#known.has(room)) return;
    const known = room.row.shelf.map(
      ({ itemId }) => [itemId, showable(this.#live.item(itemId))] as const,
    );
    this.#known.set(room, new Map(known));
  }

  /** @param watched the rooms that have streams */
  concerned(change: LiveChange, watched: Iterable<string>): ConcernedStreams {
    const { everything, viewers } = change;
    const rooms = new Set<string>();
    const items = new Map<string, Set<string>>();
    for (const roomId of watched) {
      const room = this.#live.room(roomId);
      const known = room ? this.#known.get(room) : undefined;
      if (known === undefined || change.rooms.has(roomId)) {
        rooms.add(roomId);
        this.see(roomId);
        continue;
      }
      const touched = this.#touched(known, change.items);
      if (touched === 'all') rooms.add(roomId);
      else if (touched.size > 0) items.set(roomId, touched);
    }
    return { everything, viewers, rooms, items };
  }

  #touched(
    known: Map<string, Showable | undefined>,
    changed: ReadonlySet<string>,
  ): Set<string> | 'all' {
    const touched = new Set<string>();
    let isOfAll = false;
    for (const itemId of changed) {
      if (!known.has(itemId)) continue;
      const before = known.get(itemId);
      const after = showable(this.#live.item(itemId));
      known.set(itemId, after);
      touched.add(itemId);
      if (concernsAll(before, after)) isOfAll = true;
    }
    return isOfAll ? 'all' : touched;
  }
}

/** Undefined: it is not in memory, so that nothing can be said. */
function showable(item: LiveItem | null | undefined): Showable | undefined {
  if (item === undefined) return undefined;
  if (item === null) return { skuIds: new Set(), launchedAt: Number.POSITIVE_INFINITY };
  const { hidden, launchedAt, skus } = item.row;
  const inStock = hidden ? [] : skus.filter(({ stock }) => stock > 0);
  return { skuIds: new Set(inStock.map(({ skuId }) => skuId)), launchedAt };
}

function concernsAll(before: Showable | undefined, after: Showable | undefined): boolean {
  if (before === undefined || after === undefined) return true;
  if (before.launchedAt !== after.launchedAt) return true;
  if (before.skuIds.size > 0 !== after.skuIds.size > 0) return true;
  for (const skuId of after.skuIds) if (!before.skuIds.has(skuId)) return true;
  return false;
}
