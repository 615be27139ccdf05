import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { seedOf } from '../../models/ranking/seed-of.ts';
import type { RouteStream } from '../http/route.ts';
import { sessionKey, userKey, type ViewerKey } from '../live/live-rows.ts';
import type { LiveState } from '../live/live-state.ts';
import { type Asking, anything } from '../recommendations/asking.ts';
import type { Recommendations } from '../recommendations/recommendations-schema.ts';
import type {
  RankedAnswer,
  RecommendationsService,
} from '../recommendations/recommendations-service.ts';
import type { Viewer } from '../recommendations/viewer.ts';
import { type RoomRanking, RoomStreams, type RoomStreamsOptions } from './room-streams.ts';
import { noSuchRoom } from './rooms-service.ts';
import { ShelfWatch } from './shelf-watch.ts';
import type { RoomView } from './stream-index.ts';
import type { Ranking } from './stream-schema.ts';

export interface StreamServiceOptions
  extends Pick<RoomStreamsOptions<View>, 'metrics' | 'most' | 'clock'> {
  readonly live: Pick<LiveState<Viewer>, 'bring' | 'room' | 'item' | 'viewer' | 'watch'>;
  readonly recommendations: Pick<RecommendationsService, 'rank' | 'rankNow'>;
  readonly logger: Logger;
}

export interface StreamQuestion {
  readonly roomId: string;
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly limit: number;
  /** Whether reasons are given. */
  readonly explain: boolean;
  /** The id of the last ranking that the client has. */
  readonly lastId?: string | undefined;
  readonly requestId: string;
}

interface View extends RoomView {
  readonly viewer: ViewerKey;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly explain: boolean;
  /** Of the request that opened the stream. */
  readonly requestId: string;
  /** How many rankings have been sent. */
  sent: number;
}

/** Clients that are cut off come again after 1 to 4 seconds, and not all at once. */
const leastRetry = 1_000;
const retrySpread = 3_000;

/** Streams of what viewers of rooms should see. */
export class StreamService {
  readonly #options: StreamServiceOptions;
  readonly #streams: RoomStreams<View>;
  readonly #watch: ShelfWatch;
  #stopWatching = () => {};

  constructor(options: StreamServiceOptions) {
    const { live, logger, metrics, most, clock } = options;
    this.#options = options;
    this.#watch = new ShelfWatch(live);
    this.#streams = new RoomStreams<View>({
      ...{ logger, metrics, most },
      ...(clock && { clock }),
      prepare: (views) => this.#prepare(views),
      rankNow: (view) => {
        const ranked = options.recommendations.rankNow(askingOf(view), logger);
        return ranked && this.#ranking(view, ranked);
      },
      rank: async (view) =>
        this.#ranking(view, await options.recommendations.rank(askingOf(view), logger)),
    });
  }

  start(): void {
    this.#streams.start();
    this.#stopWatching = this.#options.live.watch((change) => {
      this.#streams.changed(this.#watch.concerned(change, this.#streams.rooms()));
    });
  }

  /** Ends all streams, and takes no more. */
  close(): void {
    this.#stopWatching();
    this.#streams.close();
  }

  /**
   * @throws NotFoundError when there is no such room
   * @throws UnavailableError when too many streams are open, or the database does not answer
   */
  async open({ roomId, limit, explain, lastId = '', ...of }: StreamQuestion): Promise<RouteStream> {
    const { userId, sessionId } = of;
    const place = this.#streams.reserve();
    try {
      await this.#options.live.bring({ rooms: [roomId] });
      if (this.#options.live.room(roomId) === null) throw noSuchRoom(roomId);
    } catch (error) {
      place.release();
      throw error;
    }
    const viewer = userId === undefined ? sessionKey(sessionId ?? '') : userKey(userId);
    const view: View = {
      ...{ roomId, limit, explain, viewer, userId: userId ?? null, sessionId: sessionId ?? null },
      ...{ requestId: of.requestId, sent: 0 },
    };
    return {
      retry: leastRetry + (seedOf(of.requestId) % retrySpread),
      stream: (client) => place.attach(view, client, lastId),
    };
  }

  /** One look at the database for all of them. */
  #prepare(views: readonly View[]): Promise<void> {
    const { live } = this.#options;
    const rooms = new Set(views.map(({ roomId }) => roomId));
    const items = Array.from(rooms, (roomId) => live.room(roomId)?.row.shelf ?? []).flat();
    return live.bring({
      rooms,
      viewers: views.map(({ viewer }) => viewer),
      items: items.map(({ itemId }) => itemId),
    });
  }

  #ranking(view: View, { answer, shown }: RankedAnswer): RoomRanking {
    const { roomId } = view;
    this.#watch.see(roomId);
    const pinnedItemId = this.#options.live.room(roomId)?.row.pinnedItemId ?? null;
    return {
      id: looksOf(answer, pinnedItemId),
      itemIds: dependsOn(answer),
      data: () => {
        view.sent += 1;
        const requestId = `${view.requestId}.${view.sent}`;
        shown(requestId);
        const ranking: Ranking = { ...answer, requestId, pinnedItemId };
        return JSON.stringify(ranking);
      },
    };
  }
}

function askingOf({ userId, sessionId, roomId, limit, explain, viewer }: View): Asking {
  // Chance is the same in all rankings of a viewer, or each would differ from the one before.
  const requestId = `${roomId} ${viewer}`;
  return { ...anything, userId, sessionId, roomId, limit, explain, requestId };
}

/** The same for rankings that look the same to a viewer: not their scores and reasons. */
function looksOf(answer: Recommendations, pinnedItemId: string | null): string {
  const { roomState, personalised, degraded, items } = answer;
  const looks = items.map(({ itemId, skuId, size, price, substituteFor }) => {
    return [itemId, skuId, size.label, price, substituteFor];
  });
  return createHash('sha256')
    .update(JSON.stringify([roomState, pinnedItemId, personalised, degraded, looks]))
    .digest('base64url')
    .slice(0, 22);
}

/** Its items, and those in whose place they stand. */
function dependsOn({ items }: Recommendations): Set<string> {
  const ids = new Set<string>();
  for (const { itemId, substituteFor } of items) {
    ids.add(itemId);
    if (substituteFor !== undefined) ids.add(substituteFor);
  }
  return ids;
}
