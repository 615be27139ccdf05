import { NotFoundError } from '../errors.ts';
import { describedTag } from './described-tag.ts';
import { tagKind } from './tag-kinds.ts';
import type { RemovedTag, UserTags } from './tags-schema.ts';
import type { TagsStore } from './tags-store.ts';

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
      tags: personalised ? tags.map(describedTag) : [],
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
    if (tagKind(tag) === undefined)
      throw new NotFoundError(`there is no tag ${JSON.stringify(tag)}`);
    const removed = await this.#store.remove(userId, tag, value ?? '', this.#now());
    return { userId, tag, value: value ?? null, removed };
  }
}
