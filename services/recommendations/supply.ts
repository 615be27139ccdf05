import type { ClickPrior } from '../../models/ranking/click-prior.ts';
import type { NewItemsService } from '../content/new-items-service.ts';
import type { LiveItem, LiveRoom, LiveState } from '../live/live-state.ts';
import type { ServingModel } from '../model-registry/serving-model.ts';
import type { RetrievalService } from '../retrieval/retrieval-service.ts';
import { type Answering, modelFailed } from './answering.ts';
import { isAskedFor, isUnfiltered } from './asking.ts';
import { type Candidate, firstBatch, firstOfModel, paged } from './candidate.ts';
import type { CandidateSupply } from './candidate-list.ts';
import { catalogueCandidates } from './catalogue-candidates.ts';
import type { ListedItems } from './listed-items.ts';
import type { PersonalScores } from './personal-scores.ts';
import { type PoolItems, poolItems } from './pool-items.ts';
import type { RankingSettings } from './ranking-settings.ts';
import type { RecommendationsStore } from './recommendations-store.ts';
import { rankedShelf } from './room-ranking.ts';
import { indicesOf, type Pool, poolOf } from './room-scores.ts';
import type { Sellable } from './sellable.ts';
import type { Viewer } from './viewer.ts';

export interface SupplyTools {
  readonly live: Pick<LiveState<Viewer>, 'item' | 'itemsVersion'>;
  readonly personal: PersonalScores;
  readonly lists: ListedItems;
  readonly store: Pick<RecommendationsStore, 'listing'>;
  readonly newItems: Pick<NewItemsService, 'of'>;
  readonly retrieval: Pick<RetrievalService, 'of'>;
  readonly ranking: RankingSettings;
  readonly clickPrior: () => ClickPrior;
}

/** Where candidates for a viewer come from: a room's shelf, items asked for, or the catalogue. */
export class Supply {
  readonly #tools: SupplyTools;
  /** By the shelf or list that they are of. */
  readonly #pools = new WeakMap<object, { serving: ServingModel | undefined; pool: Pool }>();

  readonly #items = new WeakMap<Pool, KeptItems>();

  constructor(tools: SupplyTools) {
    this.#tools = tools;
  }

  /** Candidates of the catalogue, or of the categories and brands that are asked for. */
  of(answering: Answering, viewer: Viewer): CandidateSupply {
    const { include } = answering.asking;
    if (include.categories || include.brands) {
      return { ready: nothing(), later: this.#listing(answering, viewer) };
    }
    return {
      ready: this.#catalogue(answering, viewer),
      later: this.#everybodys(answering, viewer),
    };
  }

  /**
   * A room's shelf, or the items that are asked about, for a viewer: those that may be shown.
   *
   * @param missing gets the ids of items that are not in memory
   * @returns undefined when there are such
   */
  shelf(
    answering: Answering,
    viewer: Viewer,
    of: { readonly list: ItemList; readonly room: LiveRoom | undefined },
    missing: Set<string>,
  ): { readonly sellable: readonly Sellable[]; readonly now: PoolItems } | undefined {
    const { serving, asking } = answering;
    const { personal, ranking } = this.#tools;
    const pool = this.#poolOf(of.list, answering);
    const now = this.#itemsOf(pool, missing);
    if (now === undefined) return undefined;
    const seconds = answering.now.getTime() / 1000;
    const sellable = rankedShelf({
      ...{ pool, now, viewer, seconds, room: of.room, weights: ranking },
      scores: serving && tried(() => personal.ofPool(viewer, pool, serving), answering),
      source: (serving && tried(() => personal.sourceOf(viewer, serving), answering)) ?? 'room',
      ...(!isUnfiltered(asking) && { isWanted: (item: LiveItem) => isAskedFor(item, asking) }),
    });
    return { sellable, now };
  }

  /** Whether the items of a list were all in memory, and none may have changed since. */
  isKnown(list: ItemList): boolean {
    const pool = this.#pools.get(list)?.pool;
    return pool !== undefined && this.#items.get(pool)?.version === this.#tools.live.itemsVersion;
  }

  /** Looked up again when an item may have changed. */
  #itemsOf(pool: Pool, missing: Set<string>): PoolItems | undefined {
    const { live } = this.#tools;
    const version = live.itemsVersion;
    const known = this.#items.get(pool);
    if (known?.version === version && performance.now() < known.until) return known.now;
    const items = pool.itemIds.map((itemId) => {
      const item = live.item(itemId);
      if (item === undefined) missing.add(itemId);
      return item ?? null;
    });
    if (missing.size > 0) return undefined;
    const now = poolItems(items, this.#tools.clickPrior());
    this.#items.set(pool, { version, now, until: performance.now() + countsFor });
    return now;
  }

  /**
   * What the model says of each item of a room's shelf; undefined where it says nothing of the viewer.
   *
   * @throws whatever a broken model throws
   */
  shelfScores(viewer: Viewer, room: LiveRoom, serving: ServingModel): Float32Array | undefined {
    const pool = this.#poolOf(room.row.shelf, { serving });
    return this.#tools.personal.ofPool(viewer, pool, serving);
  }

  #poolOf(list: ItemList, { serving }: Pick<Answering, 'serving'>): Pool {
    const known = this.#pools.get(list);
    if (known && known.serving === serving) return known.pool;
    const ids = list.map((item) => (typeof item === 'string' ? item : item.itemId));
    const pool = poolOf(ids, serving);
    this.#pools.set(list, { serving, pool });
    return pool;
  }

  /** The model's, where it or the profile has something to say. */
  *#catalogue(answering: Answering, viewer: Viewer): Generator<readonly Candidate[]> {
    const { serving, asking } = answering;
    if (serving === undefined) return;
    const { personal, newItems, retrieval } = this.#tools;
    try {
      const first = firstOfModel(asking.limit);
      const make = () => {
        const asked = personal.asked(viewer, serving);
        const met = new Set(viewer.interests.itemIds);
        const bought = viewer.orders.kept;
        const retriever = retrieval.of(serving);
        const question = { serving, retriever, newItems: newItems.of(serving), bought, met };
        return asked && catalogueCandidates({ ...question, asked }, first);
      };
      let batches: Generator<readonly Candidate[]> | undefined;
      const batch = personal.ofCatalogue(viewer, serving, first, () => {
        batches = make();
        return batches?.next().value ?? [];
      });
      yield [...batch, ...this.#extras(answering, viewer)];
      if (batches === undefined) {
        // The first batch was there; the ones after it are made when they are asked for.
        batches = make();
        batches?.next();
      }
      if (batches) yield* batches;
    } catch (error) {
      modelFailed(error, answering);
    }
  }

  /** What is popular, among people like the viewer first, then what is new. */
  async *#everybodys(answering: Answering, viewer: Viewer): AsyncGenerator<readonly Candidate[]> {
    const { asking, now, serving } = answering;
    const { lists, personal } = this.#tools;
    const first = firstBatch(asking.limit);
    const source = serving && tried(() => personal.sourceOf(viewer, serving), answering);
    const { segment } = viewer;
    // Of people like the viewer, where nothing nearer is known.
    if (segment !== undefined && source === undefined) {
      const items = await lists.popularIn(segment, firstOfModel(asking.limit), 0);
      const extras = items.length > 0 ? this.#extras(answering, viewer) : [];
      yield [
        ...items.map((item) => ({ ...item, source: 'segment' as const, stage: 1 })),
        ...extras,
      ];
    }
    let popular = 0;
    for await (const page of paged(first, async (count, offset) => {
      const items = await lists.popular(count, offset);
      return items.map((item) => ({ ...item, source: 'popularity' as const, stage: 2 }));
    })) {
      const extras = popular === 0 ? this.#extras(answering, viewer) : [];
      popular += page.length;
      yield [...page, ...extras];
    }
    if (popular === 0 && source === undefined) answering.degraded ??= 'no_features';
    yield* paged(first, async (count, offset) => {
      const items = await lists.newest(count, offset, now);
      return items.map((item) => ({ ...item, source: 'newest' as const, stage: 3 }));
    });
  }

  /** Items that few have seen, with what the model says of them: to be explored. */
  #extras(answering: Answering, viewer: Viewer): Candidate[] {
    const { lists, personal, ranking } = this.#tools;
    const { serving, now } = answering;
    const { explorationShare, fewImpressions } = ranking.policy;
    if (explorationShare === 0) return [];
    const pool = this.#poolOf(lists.littleSeen(fewImpressions, now), answering);
    const scores = serving && tried(() => personal.ofExtras(viewer, pool, serving), answering);
    const indices = indicesOf(pool);
    return pool.itemIds.map((itemId, place): Candidate => {
      const index = indices.get(place);
      const score = scores?.[place] ?? Number.NaN;
      const known = index === undefined ? {} : { index };
      return { itemId, score, source: 'exploration', isExtra: true, ...known };
    });
  }

  /** The items of the categories and brands that are asked for, by the model where it can tell. */
  async *#listing(answering: Answering, viewer: Viewer): AsyncGenerator<readonly Candidate[]> {
    const { asking, now, serving } = answering;
    const { categories, brands } = asking.include;
    const { personal, store } = this.#tools;
    const listed = await store.listing(categories ?? null, brands ?? null, now);
    const pool = poolOf(
      listed.map(({ itemId }) => itemId),
      serving,
    );
    const scores = serving && tried(() => personal.ofPool(viewer, pool, serving), answering);
    const source =
      (serving && tried(() => personal.sourceOf(viewer, serving), answering)) ?? 'asked';
    const candidates = listed.map(({ itemId, score }, place): Candidate => {
      const own = scores?.[place];
      if (own === undefined || Number.isNaN(own)) return { itemId, score, source: 'category' };
      const index = serving?.items.indexOf(itemId);
      if (index === undefined) return { itemId, score: own, source: 'content' };
      return { itemId, score: own, source, index };
    });
    // The list's order among those of which nothing is said.
    const isSaid = ({ source }: Candidate) => (source === 'category' ? 0 : 1);
    candidates.sort((a, b) => isSaid(b) - isSaid(a) || (isSaid(a) ? b.score - a.score : 0));
    let size = firstBatch(asking.limit);
    for (let at = 0; at < candidates.length; size *= 4) {
      yield candidates.slice(at, at + size);
      at += size;
    }
  }
}

/** Milliseconds for which the counts of a list's items (shown, clicked) are used again. */
const countsFor = 2_000;

interface KeptItems {
  readonly version: number;
  readonly now: PoolItems;
  readonly until: number;
}

/** Ids, or what stands on a shelf. The same object as long as it is the same list. */
export type ItemList = readonly (string | { readonly itemId: string })[];

function* nothing(): Generator<readonly Candidate[]> {}

function tried<T>(work: () => T, answering: Answering): T | undefined {
  try {
    return work();
  } catch (error) {
    modelFailed(error, answering);
    return undefined;
  }
}
