import { NotFoundError } from '../errors.ts';
import { isTagKind, whyTag } from './tag-words.ts';
import type { RemovedTag, Tag, UserTags } from './tags-schema.ts';
import type { StoredTag, TagsStore } from './tags-store.ts';

export interface TagsOptions {
  readonly store: TagsStore;
  readonly now: () => Date;
}

/** What a user is known by, why, and what they do not want to be known by. */
export class TagsService {
  readonly #store: TagsStore;
  readonly #now: () => Date;

  constructor({ store, now }: TagsOptions) {
    this.#store = store;
    this.#now = now;
  }

  /** A user who is not known, has done nothing or has the switch off has no tags. */
  async of(userId: string, limit: number): Promise<UserTags> {
    const [personalised, tags, removals] = await Promise.all([
      this.#store.personalised(userId),
      this.#store.tags(userId, this.#now(), limit),
      this.#store.removals(userId),
    ]);
    return {
      userId,
      personalised,
      tags: personalised ? tags.map(described) : [],
      removed: removals.map(({ tag, value, removedAt }) => ({
        tag,
        value: value === '' ? null : value,
        removedAt: removedAt.toISOString(),
      })),
    };
  }

  /**
   * Removes a tag, or one value of it: it is not used from now on and never built again.
   *
   * @throws NotFoundError when there is no such kind of tag
   */
  async remove(userId: string, tag: string, value: string | undefined): Promise<RemovedTag> {
    if (!isTagKind(tag)) throw new NotFoundError(`there is no tag ${JSON.stringify(tag)}`);
    const removed = await this.#store.remove(userId, tag, value ?? '');
    return { userId, tag, value: value ?? null, removed };
  }
}

function described(stored: StoredTag): Tag {
  const { tag, value, weight, evidenceCount, lastEvidenceAt, ...evidence } = stored;
  return {
    tag,
    value,
    weight,
    evidenceCount,
    lastEvidenceAt: lastEvidenceAt?.toISOString() ?? null,
    evidence,
    why: whyTag(tag, value, evidence),
  };
}
