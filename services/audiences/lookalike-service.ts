import { ConflictError, UnavailableError } from '../errors.ts';
import type { SegmentQueries } from '../segments/segment-queries-store.ts';
import type { AudienceIndexes, Missing } from './audience-indexes.ts';
import { type Lookalike, type LookalikeQuery, mostNamed } from './audience-schema.ts';
import { membersOf, setWithin } from './audience-service.ts';
import type { Admission, AudienceStore } from './audience-store.ts';
import type { AudienceThread } from './audience-thread.ts';
import { firstAdmitted, type Named } from './first-admitted.ts';

export interface LookalikeOptions {
  readonly store: AudienceStore;
  readonly indexes: Pick<AudienceIndexes, 'use'>;
  readonly segments: Pick<SegmentQueries, 'members'>;
  readonly now: () => Date;
}

type Found = Named & Pick<Lookalike, 'seeds' | 'modelVersion' | 'computedAt'>;

const mostUnknown = 100;

const whyMissing: Readonly<Record<Missing, string>> = {
  no_model: 'no model is active, and there is no space without one; train and publish one',
  off: 'this process keeps no users (WARDROBE_AUDIENCE_USERS is 0)',
  building: 'users are being read for the first time; ask again in a moment',
  failed: 'users could not be read; the log says why',
};

/** Who is like some users, in the space of the model's vectors. */
export class LookalikeService {
  readonly #options: LookalikeOptions;

  constructor(options: LookalikeOptions) {
    this.#options = options;
  }

  /**
   * @throws NotFoundError when there is no such segment
   * @throws ConflictError when none of the seeds has a history, or what is to be saved is there
   * @throws UnavailableError without a model
   */
  async lookalike(query: LookalikeQuery): Promise<Lookalike> {
    const { indexes, store } = this.#options;
    const used = await indexes.use((thread) => this.#find(thread, query));
    if ('missing' in used) throw new UnavailableError(whyMissing[used.missing]);
    const { users, seeds, modelVersion, computedAt } = used.result;
    const { save } = query;
    if (save) {
      const { used: count } = seeds;
      const description = `Like ${count} users${query.seedSegmentId ? ` of ${query.seedSegmentId}` : ''}, by ${modelVersion}`;
      await store.saveList(
        { ...save, description },
        users.map(({ userId }) => userId),
      );
    }
    return {
      ...{ modelVersion, computedAt, seeds },
      found: users.length,
      users: users.slice(0, mostNamed).map(({ userId, score, similarity, tier }, n) => {
        return { rank: n + 1, userId, affinity: score, similarity, tier };
      }),
      saved: save ? { segmentId: save.segmentId, members: users.length } : null,
    };
  }

  async #find(thread: AudienceThread, query: LookalikeQuery): Promise<Found> {
    const { store } = this.#options;
    const now = this.#options.now();
    const { tiers, limit, minSimilarity, consent } = query;
    const handles: number[] = [];
    try {
      const { given, ids } = await this.#seedIds(thread, query, now);
      const seeds = await thread.ask({ op: 'set', ids });
      handles.push(seeds.set);
      const least = minSimilarity ?? -1;
      const ranked = await thread.ask({ op: 'seeds', set: seeds.set, least });
      if (!ranked) throw nothingKnown(given);
      handles.push(ranked.ranking);
      const members = await membersOf(this.#options, query.segmentId, now);
      const within = await setWithin(store, thread, members, tiers);
      if (within !== undefined) handles.push(within);
      const walk = { thread, ranking: ranked.ranking, within, limit };
      const admission: Admission = {
        consent: consent === 'required',
        tiers,
        holdout: { share: 0, seed: '' },
        knownAt: thread.computedAt,
      };
      return {
        ...(await firstAdmitted(store, walk, admission)),
        modelVersion: thread.version,
        computedAt: thread.computedAt.toISOString(),
        seeds: {
          given,
          used: seeds.found,
          withoutHistory: given - seeds.found,
          withoutHistoryIds: unknownOf(query.userIds, ids, seeds.unknown),
        },
      };
    } finally {
      void thread.ask({ op: 'drop', handles }).catch(() => undefined);
    }
  }

  /** Of a segment its members now, without those whose behaviour may not be used. */
  async #seedIds(
    { computedAt }: AudienceThread,
    { seedSegmentId, userIds = [] }: LookalikeQuery,
    now: Date,
  ) {
    const members = await membersOf(this.#options, seedSegmentId, now);
    return this.#options.store.seedIds(members ?? userIds, computedAt);
  }
}

/** Those that say nothing: of a list of ids also those whose behaviour may not be used. */
function unknownOf(
  userIds: readonly string[] | undefined,
  usable: readonly string[],
  unknown: readonly string[],
): string[] {
  const used = new Set(usable.flatMap((lines) => lines.split('\n')));
  const unusable = [...new Set(userIds)].filter((userId) => !used.has(userId));
  return [...unusable, ...unknown].slice(0, mostUnknown);
}

function nothingKnown(given: number): ConflictError {
  return new ConflictError(
    given === 0
      ? 'there are no seeds: the segment has no members'
      : `none of the ${given} seeds has a history that the model knows`,
  );
}
