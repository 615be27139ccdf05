import type { ListedItem, RecommendationsStore } from './recommendations-store.ts';

/** Milliseconds for which a page of a list is used again. */
const goodFor = 1_000;
const mostPages = 200;

interface Page {
  readonly items: Promise<ListedItem[]>;
  readonly until: number;
}

/**
 * Pages of the lists that are the same for everybody, read at most once a second: they only say in
 * which order items are looked at, and what of them can be bought is asked of the database each time.
 */
export class ListedItems {
  readonly #store: Pick<RecommendationsStore, 'popular' | 'newest'>;
  readonly #pages = new Map<string, Page>();

  constructor(store: Pick<RecommendationsStore, 'popular' | 'newest'>) {
    this.#store = store;
  }

  popular(count: number, offset: number): Promise<ListedItem[]> {
    return this.#page(`popular ${count} ${offset}`, () => this.#store.popular(count, offset));
  }

  newest(count: number, offset: number, now: Date): Promise<ListedItem[]> {
    return this.#page(`newest ${count} ${offset}`, () => this.#store.newest(count, offset, now));
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
