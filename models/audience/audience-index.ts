import type { IdMap } from '../dataset/id-map.ts';
import { TopItems } from '../recommenders/top-items.ts';
import type { AudienceUsers } from './audience-users.ts';
import { likeness, type UserSpace, userSpace } from './lookalike.ts';
import { shelfInterest } from './shelf-interest.ts';
import type { UserIds } from './user-ids.ts';
import { whyUser } from './why-user.ts';

/** The shelf of a room, by the ids of its items. */
export interface ShelfQuestion {
  readonly itemIds: readonly string[];
  /** Of those that the model does not know: their vectors where they have one. */
  readonly newItems: ReadonlyMap<string, Float32Array>;
  /** Seconds since 1970. */
  readonly now: number;
}

export interface UserSet {
  /** Places of those who are known, ascending. */
  readonly users: Uint32Array;
  /** How many ids were given, each once. */
  readonly given: number;
  /** The first of those who are not known here: they have done nothing that the model knows. */
  readonly unknown: readonly string[];
}

/** Users in an order that is made as far as it is asked for. */
export interface Ranking {
  /** One a user; −∞ and NaN: not in it. */
  readonly scores: Float32Array;
  /** Of a likeness: the cosine to the nearest taste. */
  readonly similarity: Float32Array | undefined;
  /** Users with a score. */
  readonly ranked: number;
  /** The score of the average user of the index, for shelves; else 1. */
  readonly average: number;
  /** Of the shelf: indices of the items that the model knows. */
  readonly items: Uint32Array;
}

export interface RankedPage {
  readonly users: Uint32Array;
  readonly ids: readonly string[];
  /** Over the average. */
  readonly scores: Float32Array;
  readonly similarity: Float32Array | undefined;
}

/** Why a user is named, by ids. */
export interface WhyNamed {
  readonly best: readonly { readonly itemId: string; readonly interest: number }[];
  readonly from: readonly { readonly itemId: string; readonly share: number }[];
}

/** What is known of users at one time, by one version of a model: it answers which of them. */
export interface AudienceIndexOptions {
  readonly users: AudienceUsers;
  readonly ids: UserIds;
  /** The model's. */
  readonly items: IdMap;
  /** Of samples and centres. */
  readonly seed: number;
}

const mostUnknownNamed = 100;
const fewestSelected = 4_096;

/** Users for items: the model turned round. Everything is exact; it is to be used by one thread. */
export class AudienceIndex {
  readonly #options: AudienceIndexOptions;
  readonly #orders = new WeakMap<Ranking, { within: UserSet | undefined; order: Uint32Array }>();
  #space: UserSpace | undefined;

  /** @throws RangeError when there are as many ids as users only */
  constructor(options: AudienceIndexOptions) {
    if (options.ids.size !== options.users.count) {
      throw new RangeError(`${options.ids.size} ids for ${options.users.count} users`);
    }
    this.#options = options;
  }

  get count(): number {
    return this.#options.users.count;
  }

  /** Finds users by their ids. */
  find(ids: Iterable<string>): UserSet {
    const found = new Set<number>();
    const missing = new Set<string>();
    for (const id of ids) {
      const at = this.#options.ids.indexOf(id);
      if (at >= 0) found.add(at);
      else missing.add(id);
    }
    const unknown = [...missing].slice(0, mostUnknownNamed);
    return { users: Uint32Array.from(found).sort(), given: found.size + missing.size, unknown };
  }

  /** How much is to be expected of each user for a shelf; of whom nothing is, is not in it. */
  forShelf({ itemIds, newItems, now }: ShelfQuestion): Ranking {
    const { users, items: known } = this.#options;
    const indices = itemIds.flatMap((id) => known.indexOf(id) ?? []);
    const items = Uint32Array.from(new Set(indices));
    const vectors = itemIds.flatMap((id) => {
      return known.indexOf(id) === undefined ? (newItems.get(id) ?? []) : [];
    });
    const interest = new Float64Array(users.count);
    shelfInterest(users, { items, newItems: vectors }, now, interest);
    let sum = 0;
    let ranked = 0;
    const scores = Float32Array.from(interest, (value) => {
      sum += value;
      if (value > 0) ranked += 1;
      return value > 0 ? value : Number.NEGATIVE_INFINITY;
    });
    return { scores, similarity: undefined, ranked, average: sum / users.count || 1, items };
  }

  /**
   * How alike users are to seeds, the seeds left out.
   *
   * @param least of the similarity
   * @returns undefined where the model has no vectors of users, or none of these
   */
  forSeeds(seeds: UserSet, least = -1): Ranking | undefined {
    const space = this.#userSpace();
    const directed = seeds.users.filter((user) => (space?.inverseNorms[user] ?? 0) > 0);
    if (!space || directed.length === 0) return undefined;
    const { affinity, similarity } = likeness(space, directed, this.#options.seed);
    const scores = Float32Array.from(affinity, (value, user) => {
      return similarity[user]! >= least ? value : Number.NEGATIVE_INFINITY;
    });
    for (const user of seeds.users) scores[user] = Number.NEGATIVE_INFINITY;
    const ranked = scores.reduce((sum, score) => sum + (score > 0 ? 1 : 0), 0);
    return { scores, similarity, ranked, average: 1, items: new Uint32Array() };
  }

  /**
   * Those at places `from …` of a ranking, the highest score first and the lower id among equals.
   *
   * @param within of these only
   */
  page(ranking: Ranking, from: number, count: number, within?: UserSet): RankedPage {
    const users = this.#order(ranking, from + count, within).subarray(from, from + count);
    const { similarity, scores, average } = ranking;
    return {
      users: users.slice(),
      ids: Array.from(users, (user) => this.#options.ids.idOf(user)),
      scores: Float32Array.from(users, (user) => scores[user]! / average),
      similarity: similarity && Float32Array.from(users, (user) => similarity[user]!),
    };
  }

  /**
   * Why users stand where they do in the ranking of a shelf.
   *
   * @param most how many items of each kind
   */
  why(ranking: Ranking, users: Uint32Array, most: number): WhyNamed[] {
    const { items, users: known } = this.#options;
    return Array.from(users, (user) => {
      const { best, from } = whyUser(known, user, ranking.items, most);
      return {
        best: best.map(({ place, interest }) => {
          return { itemId: items.idOf(ranking.items[place]!), interest };
        }),
        from: from.map(({ item, share }) => ({ itemId: items.idOf(item), share })),
      };
    });
  }

  /** The first `most` and more, as far as there are so many. */
  #order(ranking: Ranking, most: number, within: UserSet | undefined): Uint32Array {
    const known = this.#orders.get(ranking);
    const limit = Math.min(within?.users.length ?? this.count, this.count);
    if (known && known.within === within && known.order.length >= Math.min(most, limit)) {
      return known.order;
    }
    // Selecting again costs a pass over all; so a few times as many as are asked for.
    const size = Math.max(1, Math.min(limit, Math.max(fewestSelected, 4 * most)));
    const top = new TopItems(size);
    const out = new Uint32Array(size);
    let found: number;
    if (within) {
      for (const user of within.users) top.offer(user, ranking.scores[user]!);
      found = top.drain(out);
    } else found = top.select(ranking.scores, out);
    const order = out.subarray(0, found);
    this.#orders.set(ranking, { within, order });
    return order;
  }

  #userSpace(): UserSpace | undefined {
    if (this.#space) return this.#space;
    const parts = this.#options.users.parts.flatMap((part) => {
      return part.form === 'vectors' ? [part] : [];
    });
    const als = parts.find(({ part }) => part.model.kind === 'als') ?? parts[0];
    this.#space = als && userSpace(als.vectors, this.#options.seed);
    return this.#space;
  }
}
