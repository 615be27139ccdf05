import type { NewItemsService } from '../content/new-items-service.ts';
import { ConflictError, NotFoundError, UnavailableError } from '../errors.ts';
import type { LiveItem, LiveState } from '../live/live-state.ts';
import type { ModelRegistryService } from '../model-registry/model-registry-service.ts';
import { didYouMean } from '../nearest-names.ts';
import type { MemberQuery } from '../segments/rule-compiler-store.ts';
import type { SegmentQueries } from '../segments/segment-queries-store.ts';
import type { AudienceIndexes, Missing } from './audience-indexes.ts';
import { explained } from './audience-reasons.ts';
import type { Audience, AudienceQuery } from './audience-schema.ts';
import type { Admission, AudienceStore } from './audience-store.ts';
import type { AudienceThread } from './audience-thread.ts';
import { interestedIn } from './audience-words.ts';
import { firstAdmitted } from './first-admitted.ts';

export interface AudienceOptions {
  readonly store: AudienceStore;
  readonly indexes: Pick<AudienceIndexes, 'use'>;
  readonly segments: Pick<SegmentQueries, 'members'>;
  readonly live: Pick<LiveState<unknown>, 'bring' | 'room' | 'item'>;
  readonly models: Pick<ModelRegistryService, 'current'>;
  readonly newItems: Pick<NewItemsService, 'of'>;
  readonly now: () => Date;
}

interface Shelf {
  readonly items: number;
  /** Those that can be bought now. */
  readonly sellable: readonly LiveItem[];
}

interface Question {
  readonly roomId: string;
  readonly query: AudienceQuery;
  readonly shelf: Shelf;
  readonly admission: Admission;
  readonly members: MemberQuery | undefined;
  readonly now: Date;
}

type Answered = Pick<Audience, 'modelVersion' | 'computedAt' | 'indexed' | 'users'> & {
  readonly known: number;
  readonly heldOut: number;
  readonly degradedReason?: Missing;
};

const mostAttempts = 8;
/** Items of a user's that are named, of the shelf and of the history. */
const mostExplained = 3;

/** Whom to invite to a room: the users most likely to buy from its shelf. */
export class AudienceService {
  readonly #options: AudienceOptions;

  constructor(options: AudienceOptions) {
    this.#options = options;
  }

  /**
   * @throws NotFoundError when there is no such room or segment, with those that may have been meant
   * @throws ConflictError when nothing on the shelf can be bought
   */
  async audience(roomId: string, query: AudienceQuery): Promise<Audience> {
    const { indexes, now } = this.#options;
    const asked = now();
    const shelf = await this.#shelf(roomId, asked);
    const members = await this.#members(query.segment, asked);
    const { holdout = 0, seed = roomId, tier, consent } = query;
    const admission: Admission = {
      consent: consent === 'required',
      tiers: tier,
      holdout: { share: holdout, seed },
      knownAt: asked,
    };
    const question = { roomId, query, shelf, admission, members, now: asked };
    const used = await indexes.use((thread) => this.#byModel(thread, question));
    const answered = 'result' in used ? used.result : await this.#byTags(question, used.missing);
    return answerOf(question, answered);
  }

  async #shelf(roomId: string, now: Date): Promise<Shelf> {
    const { live } = this.#options;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      await live.bring({ rooms: [roomId] });
      const room = live.room(roomId);
      if (room === null) throw await this.#noSuchRoom(roomId);
      if (room === undefined) continue;
      const ids = room.row.shelf.map(({ itemId }) => itemId);
      await live.bring({ rooms: [roomId], items: ids });
      const items = ids.map((itemId) => live.item(itemId));
      if (live.room(roomId) !== room || items.some((item) => item === undefined)) continue;
      const seconds = now.getTime() / 1000;
      const sellable = items.flatMap((item) => (item && isSellable(item, seconds) ? [item] : []));
      if (sellable.length > 0) return { items: ids.length, sellable };
      const what = ids.length === 0 ? 'the shelf is empty' : `none of its ${ids.length} items is`;
      throw new ConflictError(
        `room ${roomId} has nothing that can be bought now: ${what}${ids.length === 0 ? '' : ' in stock and shown'}`,
      );
    }
    throw new UnavailableError('the room has not stopped changing; ask again');
  }

  async #noSuchRoom(roomId: string): Promise<NotFoundError> {
    const meant = didYouMean(roomId, await this.#options.store.roomIds());
    return new NotFoundError(`there is no room ${JSON.stringify(roomId)}${meant}`);
  }

  #members(segmentId: string | undefined, now: Date): Promise<MemberQuery | undefined> {
    return membersOf(this.#options, segmentId, now);
  }

  async #byModel(thread: AudienceThread, question: Question): Promise<Answered> {
    const { store } = this.#options;
    const { query, members, admission, shelf, now } = question;
    const { itemIds, newItems } = this.#known(thread, shelf);
    const handles: number[] = [];
    try {
      const seconds = now.getTime() / 1000;
      const scored = await thread.ask({ op: 'shelf', itemIds, newItems, now: seconds });
      handles.push(scored.ranking);
      const within = await setWithin(store, thread, members, query.tier);
      if (within !== undefined) handles.push(within);
      const named = await firstAdmitted(
        store,
        { thread, ranking: scored.ranking, within, limit: query.limit },
        { ...admission, knownAt: thread.computedAt },
      );
      const users = Uint32Array.from(named.users, ({ user }) => user);
      const most = mostExplained;
      const why = await thread.ask({ op: 'why', ranking: scored.ranking, users, most });
      const userIds = named.users.map(({ userId }) => userId);
      const texts = await explained(store, { userIds, why, until: thread.computedAt });
      return {
        modelVersion: thread.version,
        computedAt: thread.computedAt.toISOString(),
        indexed: thread.users,
        known: scored.known,
        heldOut: named.heldOut,
        users: named.users.map(({ userId, score, tier }, n) => {
          return { rank: n + 1, userId, score, tier, ...(texts[n] ?? { items: [], reasons: [] }) };
        }),
      };
    } finally {
      void thread.ask({ op: 'drop', handles }).catch(() => undefined);
    }
  }

  /** The shelf's items, with the vectors of those that the model was not trained on. */
  #known(thread: AudienceThread, { sellable }: Shelf) {
    const { models, newItems } = this.#options;
    const serving = models.current();
    const vectors = serving?.version === thread.version ? newItems.of(serving) : new Map();
    const itemIds = sellable.map(({ row }) => row.itemId);
    const known = itemIds.flatMap((itemId) => {
      const vector = vectors.get(itemId);
      return vector && serving?.items.indexOf(itemId) === undefined
        ? [[itemId, vector] as const]
        : [];
    });
    return { itemIds, newItems: new Map<string, Float32Array>(known) };
  }

  /** Without a model: who did most in the shelf's categories. */
  async #byTags(question: Question, missing: Missing): Promise<Answered> {
    const { query, admission, shelf, members, now } = question;
    const categories = new Set(shelf.sellable.flatMap(({ row }) => row.category ?? []));
    const asked = { admission, limit: query.limit, now };
    const found = await this.#options.store.byTags([...categories], asked, members);
    const named = found.filter(({ heldOut }) => !heldOut);
    return {
      modelVersion: null,
      computedAt: null,
      indexed: 0,
      known: 0,
      heldOut: found.length - named.length,
      degradedReason: missing,
      users: named.map(({ userId, tier, weight, category }, n) => {
        const reason = { code: 'category' as const, text: interestedIn(category), itemIds: [] };
        return { rank: n + 1, userId, score: weight, tier, items: [], reasons: [reason] };
      }),
    };
  }
}

/** Whether an item may be shown and has something in stock. */
function isSellable({ row }: LiveItem, now: number): boolean {
  return row.inStock && !row.hidden && row.launchedAt <= now;
}

/**
 * Those of a segment; undefined: no segment was named.
 *
 * @throws NotFoundError with the segments that may have been meant
 */
export async function membersOf(
  { segments, store }: Pick<AudienceOptions, 'segments' | 'store'>,
  segmentId: string | undefined,
  now: Date,
): Promise<MemberQuery | undefined> {
  if (segmentId === undefined) return undefined;
  try {
    return await segments.members(segmentId, now);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const meant = didYouMean(segmentId, await store.segmentIds());
    throw new NotFoundError(`there is no segment ${JSON.stringify(segmentId)}${meant}`);
  }
}

/** Gives a thread the users of a segment and of tiers; undefined where neither was named. */
export async function setWithin(
  store: Pick<AudienceStore, 'idsOf'>,
  thread: AudienceThread,
  members: MemberQuery | undefined,
  tiers: readonly string[] | undefined,
): Promise<number | undefined> {
  if (!members && !tiers) return undefined;
  const { set } = await thread.ask({ op: 'set', ids: await store.idsOf(members, tiers) });
  return set;
}

function answerOf(question: Question, answered: Answered): Audience {
  const { roomId, query, shelf, admission } = question;
  const { known, heldOut, degradedReason, ...rest } = answered;
  const { holdout, consent, tier, segment } = query;
  const { share, seed } = admission.holdout;
  return {
    roomId,
    ...rest,
    degraded: degradedReason !== undefined,
    ...(degradedReason && { degradedReason }),
    shelf: { items: shelf.items, sellable: shelf.sellable.length, known },
    segmentId: segment ?? null,
    tiers: tier ?? null,
    consent,
    holdout: holdout === undefined ? null : { share, seed, users: heldOut },
  };
}
