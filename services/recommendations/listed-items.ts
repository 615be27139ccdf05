import type { ListedItem, RecommendationsStore } from './recommendations-store.ts';

/** Milliseconds for which a page of a list is used again. */
const goodFor = 1_000;
const mostPages = 200;

interface Page {
  readonly items: Promise<ListedItem[]>;
  readonly until: number;
}

type Store = Pick<RecommendationsStore, 'popular' | 'popularIn' | 'newest' | 'littleSeen'>;

/** Milliseconds for which it is known what few have seen. */
const littleSeenFor = 5_000;

/**
 * Pages of the lists that are the same for everybody, read at most once a second: they only say in
 * which order items are looked at, and what of them can be bought is asked of the database each time.
 */
export class ListedItems {
  readonly #store: Store;
  readonly #pages = new Map<string, Page>();
  #littleSeen: readonly string[] = [];
  #littleSeenUntil = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  popular(count: number, offset: number): Promise<ListedItem[]> {
    return this.#page(`popular ${count} ${offset}`, () => this.#store.popular(count, offset));
  }

  popularIn(segment: string, count: number, offset: number): Promise<ListedItem[]> {
    const name = `popular ${count} ${offset} in ${segment}`;
    return this.#page(name, () => this.#store.popularIn(segment, count, offset));
  }

  newest(count: number, offset: number, now: Date): Promise<ListedItem[]> {
    return this.#page(`newest ${count} ${offset}`, () => this.#store.newest(count, offset, now));
  }

  /**
   * Items with few impressions, the newest first: as they were some seconds ago, and none at first.
   * The same array as long as they are the same.
   */
  littleSeen(fewImpressions: number, now: Date): readonly string[] {
    if (performance.now() < this.#littleSeenUntil) return this.#littleSeen;
    this.#littleSeenUntil = performance.now() + littleSeenFor;
    const found = this.#store.littleSeen(fewImpressions, now);
    found.then(
      (ids) => {
        if (ids.join('\n') !== this.#littleSeen.join('\n')) this.#littleSeen = ids;
      },
      // Requests say that the database is gone; exploration goes on with what was known.
      () => undefined,
    );
    return this.#littleSeen;
  }

  #page(name: string, read: () => Promise<ListedItem[]>): Promise<ListedItem[]> {
    const kept = this.#pages.get(name);
    const now = performance.now();
    if (kept !== undefined && kept.until > now) return kept.items;
    if (this.#pages.size >= mostPages) this.#pages.clear();
    const items = read();
    this.#pages.set(name, { items, until: now + goodFor });
    // What has failed is asked again, by whoever comes next.
    items.catch(() => this.#pages.delete(name));
    return items;
  }
}
