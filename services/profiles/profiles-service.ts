import { NotFoundError } from '../errors.ts';
import { describedTag } from '../tags/described-tag.ts';
import type { UserProfile } from './profiles-schema.ts';
import type {
  ProfilesStore,
  StoredProfile,
  StoredSize,
  StoredTagJson,
  StoredTier,
  StoredUser,
  StoredValue,
} from './profiles-store.ts';

export interface ProfilesOptions {
  readonly store: ProfilesStore;
  readonly now: () => Date;
}

const dayLength = 86_400_000;

/** All that is known of one user, and derived where that may be. */
export class ProfilesService {
  readonly #store: ProfilesStore;
  readonly #now: () => Date;

  constructor({ store, now }: ProfilesOptions) {
    this.#store = store;
    this.#now = now;
  }

  /**
   * @param tags how many of them at most
   * @throws NotFoundError when nothing is known of the user: no profile, and nothing they did
   */
  async of(userId: string, tags: number): Promise<UserProfile> {
    const now = this.#now();
    const stored = await this.#store.find(userId, now, tags);
    if (stored.profile === null && !stored.isBuilt && !(await this.#store.hasEvents(userId))) {
      throw new NotFoundError(`nothing is known of user ${userId}`);
    }
    return {
      userId,
      profile: stored.profile && detailsOf(stored.profile),
      personalised: stored.personalised,
      marketingConsent: stored.marketingConsent,
      reason: reasonOf(stored),
      tier: stored.tier && tierOf(stored.tier, now),
      value: stored.value && expectedOf(stored.value),
      tags: (stored.tags ?? []).map(tagOf),
      sizes: sizesOf(stored.sizes ?? []),
    };
  }
}

function reasonOf({ personalised, isForgetting }: StoredUser): UserProfile['reason'] {
  if (!personalised) return 'not_personalised';
  return isForgetting ? 'forgetting' : null;
}

/** As Postgres writes times into JSON, to the form of all answers. */
const time = (text: string) => new Date(text).toISOString();
const timeOrNull = (text: string | null) => (text === null ? null : time(text));

function detailsOf({ createdAt, updatedAt, attributes, ...rest }: StoredProfile) {
  return {
    ...rest,
    attributes: { ...attributes },
    createdAt: time(createdAt),
    updatedAt: time(updatedAt),
  };
}

function tierOf(stored: StoredTier, now: Date): UserProfile['tier'] {
  const { recencyScore, frequencyScore, monetaryScore, ...rest } = stored;
  const { lastOrderAt } = rest;
  const age = lastOrderAt === null ? null : now.getTime() - Date.parse(lastOrderAt);
  return {
    ...rest,
    scores: { recency: recencyScore, frequency: frequencyScore, monetary: monetaryScore },
    recencyDays: age === null ? null : Math.max(0, Math.floor(age / dayLength)),
    firstOrderAt: timeOrNull(rest.firstOrderAt),
    lastOrderAt: timeOrNull(lastOrderAt),
    tierSince: time(rest.tierSince),
    computedAt: time(rest.computedAt),
  };
}

function expectedOf(stored: StoredValue): UserProfile['value'] {
  const { probabilityAlive, churnBand, modelVersion } = stored;
  return {
    ...{ probabilityAlive, churnBand, modelVersion, computedAt: time(stored.computedAt) },
    expectedOrders: {
      ...{ days30: stored.orders30, days90: stored.orders90, days365: stored.orders365 },
    },
    expectedSpend: {
      ...{ days30: stored.spend30, days90: stored.spend90, days365: stored.spend365 },
    },
  };
}

function tagOf({ lastEvidenceAt, ...rest }: StoredTagJson) {
  const at = lastEvidenceAt === null ? null : new Date(lastEvidenceAt);
  return describedTag({ ...rest, lastEvidenceAt: at });
}

/** By category, as they come: the size that was kept most first. */
function sizesOf(stored: readonly StoredSize[]): UserProfile['sizes'] {
  const categories = new Map<string, Omit<StoredSize, 'category'>[]>();
  for (const { category, ...size } of stored) {
    const sizes = categories.get(category) ?? [];
    categories.set(category, sizes);
    sizes.push(size);
  }
  return [...categories].map(([category, sizes]) => {
    const [most] = sizes;
    return { category, usual: most !== undefined && most.kept > 0 ? most.label : null, sizes };
  });
}
