import { InvalidInputError, type Issue, NotFoundError } from '../errors.ts';
import { refuseRepeats } from '../http/upsert.ts';
import { roomState } from './room-state.ts';
import type {
  PinResult,
  PutRoom,
  PutRoomResult,
  PutShelfResult,
  Room,
  ShelfItem,
} from './rooms-schema.ts';
import type { RoomsStore } from './rooms-store.ts';

export interface RoomsOptions {
  readonly store: RoomsStore;
  readonly now: () => Date;
}

/** Live rooms: when they are, what stands on their shelf, what the host shows. */
export class RoomsService {
  readonly #store: RoomsStore;
  readonly #now: () => Date;

  constructor({ store, now }: RoomsOptions) {
    this.#store = store;
    this.#now = now;
  }

  /** @throws NotFoundError when there is no such room */
  async room(roomId: string): Promise<Room> {
    const room = await this.#store.room(roomId);
    if (room === undefined) throw noSuchRoom(roomId);
    return {
      ...room,
      startsAt: room.startsAt?.toISOString() ?? null,
      endsAt: room.endsAt?.toISOString() ?? null,
      pinnedAt: room.pinnedAt?.toISOString() ?? null,
      state: roomState(room, this.#now()),
      shelf: room.shelf.map(([itemId, roomPrice, inCatalogue]) => {
        return { itemId, roomPrice, inCatalogue };
      }),
    };
  }

  /** Creates or replaces a room; its shelf and its pin stay. */
  async putRoom(roomId: string, room: PutRoom): Promise<PutRoomResult> {
    const written = await this.#store.upsert(roomId, room);
    const times = { startsAt: timeOf(room.startsAt), endsAt: timeOf(room.endsAt) };
    return {
      roomId,
      created: written === 'created',
      updated: written === 'updated',
      state: roomState(times, this.#now()),
    };
  }

  /**
   * Replaces a room's shelf as a whole.
   *
   * @throws NotFoundError when there is no such room
   * @throws InvalidInputError when an item is named twice
   */
  async putShelf(roomId: string, items: readonly ShelfItem[]): Promise<PutShelfResult> {
    refuseRepeats(items, 'items', 'itemId');
    const change = await this.#store.replaceShelf(roomId, items, this.#now());
    if (change === undefined) throw noSuchRoom(roomId);
    const { unknown, ...counts } = change;
    return { roomId, items: items.length, ...counts, warnings: unknownItems(items, unknown) };
  }

  /**
   * @param itemId null: nothing is shown any more
   * @throws NotFoundError when there is no such room
   * @throws InvalidInputError when the item is not on the shelf
   */
  async pin(roomId: string, itemId: string | null): Promise<PinResult> {
    const pin = await this.#store.pin(roomId, itemId, this.#now());
    if (pin === 'no such room') throw noSuchRoom(roomId);
    if (pin === 'not on the shelf') {
      const message = `item ${JSON.stringify(itemId)} is not on the shelf of this room`;
      const issues = [{ path: 'itemId', code: 'not_on_shelf', message }];
      throw new InvalidInputError(`itemId: ${message}`, issues);
    }
    return { roomId, ...pin, pinnedAt: pin.pinnedAt?.toISOString() ?? null };
  }
}

export function noSuchRoom(roomId: string): NotFoundError {
  return new NotFoundError(`there is no room ${JSON.stringify(roomId)}`);
}

function timeOf(text: string | null | undefined): Date | null {
  return text ? new Date(text) : null;
}

function unknownItems(items: readonly ShelfItem[], unknown: ReadonlySet<string>): Issue[] {
  return items.flatMap(({ itemId }, index) => {
    if (!unknown.has(itemId)) return [];
    const message = `item ${JSON.stringify(itemId)} is not in the catalogue; it is shown once it is`;
    return [{ path: `items[${index}].itemId`, code: 'unknown_item', message }];
  });
}
