import type { Admission, AudienceStore } from './audience-store.ts';
import type { AudienceThread } from './audience-thread.ts';

export interface NamedUser {
  readonly userId: string;
  readonly tier: string | null;
  readonly score: number;
  /** NaN where the ranking has none. */
  readonly similarity: number;
  /** The user's place in the thread's index. */
  readonly user: number;
}

export interface Named {
  readonly users: readonly NamedUser[];
  /** Users who would have been named were they not held out. */
  readonly heldOut: number;
}

export interface Walk {
  readonly thread: AudienceThread;
  readonly ranking: number;
  /** A set of the thread's. */
  readonly within: number | undefined;
  readonly limit: number;
}

const fewestAtOnce = 256;
const mostAtOnce = 50_000;

/**
 * The first users of a ranking who may be named by the database's word. They are asked about in the
 * order of the ranking, so that for a hundred names about as many users are looked at as it takes.
 */
export async function firstAdmitted(
  store: Pick<AudienceStore, 'admitted'>,
  { thread, ranking, within, limit }: Walk,
  admission: Admission,
): Promise<Named> {
  const users: NamedUser[] = [];
  let heldOut = 0;
  let count = Math.min(mostAtOnce, Math.max(fewestAtOnce, 2 * limit));
  for (let from = 0; users.length < limit; ) {
    const page = await thread.ask({ op: 'page', ranking, from, count, within });
    if (page.ids.length === 0) break;
    const places = new Map(page.ids.map((id, place) => [id, place]));
    for (const { userId, tier, heldOut: isHeldOut } of await store.admitted(page.ids, admission)) {
      if (users.length === limit) break;
      if (isHeldOut) {
        heldOut += 1;
        continue;
      }
      const place = places.get(userId) ?? 0;
      const score = page.scores[place] ?? 0;
      const similarity = page.similarity?.[place] ?? Number.NaN;
      users.push({ userId, tier, score, similarity, user: page.users[place] ?? 0 });
    }
    from += page.ids.length;
    count = Math.min(mostAtOnce, 4 * count);
  }
  return { users, heldOut };
}
