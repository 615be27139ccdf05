import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { seedOf } from '../../models/ranking/seed-of.ts';
import type { RouteStream } from '../http/route.ts';
import { sessionKey, userKey, type ViewerKey } from '../live/live-rows.ts';
import type { LiveState } from '../live/live-state.ts';
import { anything } from '../recommendations/asking.ts';
import type { Recommendations } from '../recommendations/recommendations-schema.ts';
import type { RecommendationsService } from '../recommendations/recommendations-service.ts';
import type { Viewer } from '../recommendations/viewer.ts';
import { type RoomRanking, RoomStreams, type RoomStreamsOptions } from './room-streams.ts';
import { noSuchRoom } from './rooms-service.ts';
import { ShelfWatch } from './shelf-watch.ts';
import type { RoomView } from './stream-index.ts';
import type { Ranking } from './stream-schema.ts';

export interface StreamServiceOptions
  extends Pick<RoomStreamsOptions<View>, 'metrics' | 'most' | 'clock'> {
  readonly live: Pick<LiveState<Viewer>, 'bring' | 'room' | 'item' | 'viewer' | 'watch'>;
  readonly recommendations: Pick<RecommendationsService, 'rank'>;
  readonly logger: Logger;
}

export interface StreamQuestion {
  readonly roomId: string;
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly limit: number;
  /** The id of the last ranking that the client has. */
  readonly lastId?: string | undefined;
  readonly requestId: string;
}

interface View extends RoomView {
  readonly viewer: ViewerKey;
  readonly userId: string | null;
  readonly sessionId: string | null;
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
      rank: (view) => this.#rank(view),
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
  async open({ roomId, limit, lastId = '', ...of }: StreamQuestion): Promise<RouteStream> {
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
      ...{ roomId, limit, viewer, userId: userId ?? null, sessionId: sessionId ?? null },
      ...{ requestId: of.requestId, sent: 0 },
    };
    return {
      retry: leastRetry + (seedOf(of.requestId) % retrySpread),
      stream: (client) => place.attach(view, client, lastId),
    };
  }

  async #rank(view: View): Promise<RoomRanking> {
    const { userId, sessionId, roomId, limit, viewer } = view;
    const { recommendations, live, logger } = this.#options;
    // Chance is the same in all rankings of a viewer, or each would differ from the one before.
    const requestId = `${roomId} ${viewer}`;
    const question = { ...anything, userId, sessionId, roomId, limit, explain: true, requestId };
    const { answer, shown } = await recommendations.rank(question, logger);
    this.#watch.see(roomId);
    const pinnedItemId = live.room(roomId)?.row.pinnedItemId ?? null;
    return {
      id: looksOf(answer, pinnedItemId),
      itemIds: dependsOn(answer),
      data: () => {
        view.sent += 1;
        const sentAs = `${view.requestId}.${view.sent}`;
        shown(sentAs);
        const ranking: Ranking = { ...answer, requestId: sentAs, pinnedItemId };
        return JSON.stringify(ranking);
      },
    };
  }
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
