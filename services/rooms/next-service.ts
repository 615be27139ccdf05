import type { EventWeights } from '../../models/dataset/event-weights.ts';
import { nextItems } from '../../models/ranking/next-item.ts';
import { UnavailableError } from '../errors.ts';
import type { LiveRoom } from '../live/live-state.ts';
import type { Audience, AudienceReader, AudienceTools } from './audience-reader.ts';
import type { NextItems } from './next-schema.ts';
import { stockOf } from './room-audience.ts';
import { roomStateOf } from './room-state.ts';
import { noSuchRoom } from './rooms-service.ts';

export interface NextOptions extends Pick<AudienceTools, 'live' | 'store' | 'now'> {
  readonly audiences: AudienceReader;
  /** What events are weighed by now. */
  readonly weights: () => EventWeights;
}

/** Seconds after which an item that was shown is worth half of what it is worth unseen. */
const freshHalfLife = 600;
/** Half-lives after which it is as if it had not been shown. */
const longAgo = 10;

const mostAttempts = 8;

/** What the host of a room should show next, for the people who are in it now. */
export class NextService {
  readonly #options: NextOptions;
  /** Rooms whose audience is being looked at, for whoever asks meanwhile. */
  readonly #reading = new Map<string, Promise<Audience>>();

  constructor(options: NextOptions) {
    this.#options = options;
  }

  /**
   * @param limit 1 to 200
   * @throws NotFoundError when there is no such room
   * @throws UnavailableError when the database does not answer
   */
  async next(roomId: string, limit: number): Promise<NextItems> {
    const { live, store, now } = this.#options;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      await live.bring({ rooms: [roomId] });
      const room = live.room(roomId);
      if (room === null) throw noSuchRoom(roomId);
      if (room === undefined) continue;
      const audience = await this.#audience(room);
      const since = new Date(now().getTime() - 1000 * longAgo * freshHalfLife);
      const pins = await store.recentPins(roomId, since);
      const itemIds = audience.shelf.map(({ itemId }) => itemId);
      await live.bring({ rooms: [roomId], items: itemIds });
      // From here on nothing is awaited: the shelf, the pin and the stock are of one moment.
      const current = live.room(roomId);
      const isThere = itemIds.every((itemId) => live.item(itemId) !== undefined);
      if (!current || !isThere || !isSameShelf(current, audience.room)) continue;
      return this.#answer(current, audience, pins, limit);
    }
    throw new UnavailableError('the room has not stopped changing; ask again');
  }

  #audience(room: LiveRoom): Promise<Audience> {
    const { roomId } = room.row;
    const underWay = this.#reading.get(roomId);
    if (underWay) return underWay;
    const reading = this.#options.audiences.read(room).finally(() => this.#reading.delete(roomId));
    this.#reading.set(roomId, reading);
    return reading;
  }

  #answer(
    { row }: LiveRoom,
    audience: Audience,
    pins: ReadonlyMap<string, number>,
    limit: number,
  ): NextItems {
    const now = this.#options.now();
    const seconds = now.getTime() / 1000;
    const { shelf, viewers, modelVersion, degraded } = audience;
    const stock = shelf.map((entry) =>
      stockOf(entry, this.#options.live.item(entry.itemId), seconds),
    );
    const expected = audience.demand.result(audience.scale, stock);
    const shownAgo = shelf.map(({ itemId }) =>
      // What has been unpinned since the pins were read was pinned until now.
      itemId === row.pinnedItemId ? 0 : seconds - Math.min(seconds, pins.get(itemId) ?? Number.NaN),
    );
    const { click, purchase } = this.#options.weights().types;
    const chosen = nextItems(expected, shownAgo, { click, purchase, freshHalfLife });
    return {
      roomId: row.roomId,
      roomState: roomStateOf(row, now),
      modelVersion,
      degraded: degraded !== undefined,
      ...(degraded && { degradedReason: degraded }),
      pinnedItemId: row.pinnedItemId,
      viewers,
      items: chosen.slice(0, limit).map((item, place) => {
        const { index } = item;
        const { clicks = 0, purchases = 0, bySize } = expected[index] ?? {};
        return {
          ...{ rank: place + 1, itemId: shelf[index]?.itemId ?? '', score: item.score },
          ...{ expectedClicks: clicks, expectedPurchases: purchases },
          ...{ servableShare: item.servable, freshness: item.freshness },
          shownSecondsAgo: Number.isNaN(shownAgo[index]) ? null : (shownAgo[index] ?? null),
          clickRate: audience.items[index]?.clickRate ?? 0,
          purchaseRate: audience.items[index]?.purchaseRate ?? 0,
          stock: stock[index]?.reduce((sum, pieces) => sum + pieces, 0) ?? 0,
          sizes: (shelf[index]?.labels ?? []).map((label, size) => ({
            label,
            expectedPurchases: bySize?.[size] ?? 0,
            stock: stock[index]?.[size] ?? 0,
          })),
        };
      }),
    };
  }
}

function isSameShelf({ row: a }: LiveRoom, { row: b }: LiveRoom): boolean {
  return (
    a.shelf.length === b.shelf.length &&
    a.shelf.every(({ itemId }, place) => itemId === b.shelf[place]?.itemId)
  );
}
