import type { Logger } from 'pino';
import { newUserQuery } from '../../models/content/content-queries.ts';
import type { Query } from '../../models/recommenders/model.ts';
import type { NewItemsService } from '../content/new-items-service.ts';
import { NotFoundError } from '../errors.ts';
import type { Metrics } from '../http/metrics.ts';
import type { ModelRegistryService } from '../model-registry/model-registry-service.ts';
import type { ServingModel } from '../model-registry/serving-model.ts';
import type { RetrievalService } from '../retrieval/retrieval-service.ts';
import {
  type Candidate,
  type CandidateBatches,
  type CandidateSource,
  firstBatch,
  paged,
} from './candidate.ts';
import { type LiveHistory, liveHistory } from './live-history.ts';
import { modelCandidates } from './model-candidates.ts';
import { type OrderHistory, orderHistory } from './order-history.ts';
import { reasonsFor } from './reasons.ts';
import type {
  DegradedReason,
  SimilarItems,
  UserRecommendations,
} from './recommendations-schema.ts';
import type { KnownItem, RecommendationsStore, Viewer } from './recommendations-store.ts';
import { type SellableItem, sellable } from './sellable.ts';
import { similarCandidates } from './similar-candidates.ts';
import { unknownCandidates } from './unknown-candidates.ts';

export interface RecommendationsOptions {
  readonly store: RecommendationsStore;
  readonly models: Pick<ModelRegistryService, 'current'>;
  readonly newItems: Pick<NewItemsService, 'of'>;
  readonly retrieval: Pick<RetrievalService, 'of'>;
  readonly metrics: Metrics;
  readonly now: () => Date;
}

/** What one answer is made with, from its beginning to its end. */
interface Answering {
  readonly serving: ServingModel | undefined;
  readonly orders: OrderHistory;
  readonly now: Date;
  readonly limit: number;
  readonly log: Logger;
  degraded: DegradedReason | undefined;
}

/** A viewer's history, and what the model says about it or the profile: made once an answer. */
interface Asked {
  readonly live: LiveHistory;
  readonly query: Query;
  readonly source: CandidateSource;
  /** Items that the viewer has met, also those that the model does not know. */
  readonly met: ReadonlySet<string>;
}

const noOrders = orderHistory([]);

/** Answers what to show: candidates → score → re-rank → sellable check. */
export class RecommendationsService {
  readonly #options: RecommendationsOptions;

  constructor(options: RecommendationsOptions) {
    this.#options = options;
  }

  /**
   * @param limit 1 to 200
   * @throws UnavailableError when the database does not answer
   */
  async forUser(userId: string, limit: number, log: Logger): Promise<UserRecommendations> {
    const viewer = await this.#options.store.viewer(userId);
    const answering = this.#begin(limit, log, orderHistory(viewer.orders));
    const { serving, now } = answering;
    const live = serving && liveHistory(viewer.events, serving.items, now);
    const asked = live && askModel(live, viewer, answering);
    const chosen = await this.#sellable(this.#candidatesForUser(answering, asked), answering);
    const items = chosen.map((item, n) => ({
      ...described(item, n),
      reasons: this.#reasons(item, answering, asked),
    }));
    return {
      userId,
      modelVersion: serving?.version ?? null,
      personalised: chosen.some(({ candidate }) => isPersonal(candidate)),
      ...this.#degradation(answering),
      items,
    };
  }

  /**
   * @param limit 1 to 200
   * @throws NotFoundError when the item is not in the catalogue
   * @throws UnavailableError when the database does not answer
   */
  async similar(itemId: string, limit: number, log: Logger): Promise<SimilarItems> {
    const item = await this.#options.store.item(itemId);
    if (item === undefined) throw new NotFoundError(`item ${itemId} is not in the catalogue`);
    const answering = this.#begin(limit, log, noOrders);
    const chosen = await this.#sellable(this.#candidatesLike(item, answering), answering);
    return {
      itemId,
      modelVersion: answering.serving?.version ?? null,
      ...this.#degradation(answering),
      items: chosen.map(described),
    };
  }

  #begin(limit: number, log: Logger, orders: OrderHistory): Answering {
    const serving = this.#options.models.current();
    const degraded = serving === undefined ? 'no_model' : undefined;
    return { serving, orders, now: this.#options.now(), limit, log, degraded };
  }

  /** The model's, where there is a history to score; then what is popular; then what is new. */
  async *#candidatesForUser(
    answering: Answering,
    asked: Asked | undefined,
  ): AsyncGenerator<readonly Candidate[]> {
    const { serving, orders, limit, now } = answering;
    const { store } = this.#options;
    if (serving && asked) {
      const bought = Array.from(orders.kept).flatMap((id) => serving.items.indexOf(id) ?? []);
      const { query, live, source } = asked;
      const unknown = unknownCandidates(asked, serving, this.#options.newItems.of(serving));
      const retriever = this.#options.retrieval.of(serving);
      const { history } = live;
      const set = { ...serving, retriever, history, query, bought, source, unknown };
      yield* guarded(modelCandidates(set, firstBatch(limit)), answering);
    }
    let popular = 0;
    for await (const page of paged(firstBatch(limit), async (count, offset) => {
      const items = await store.popular(count, offset);
      return items.map((item) => ({ ...item, source: 'popularity' as const }));
    })) {
      popular += page.length;
      yield page;
    }
    if (popular === 0 && !asked) answering.degraded ??= 'no_features';
    yield* paged(firstBatch(limit), async (count, offset) => {
      const items = await store.newest(count, offset, now);
      return items.map((item) => ({ ...item, source: 'newest' as const }));
    });
  }

  /** The model's neighbours of the item, then the popular ones of its category. */
  async *#candidatesLike(
    { itemId, category }: KnownItem,
    answering: Answering,
  ): AsyncGenerator<readonly Candidate[]> {
    const { serving, limit, now } = answering;
    const index = serving?.items.indexOf(itemId);
    if (serving && index !== undefined) {
      yield* guarded(similarCandidates(serving, index, firstBatch(limit)), answering);
    } else if (serving) {
      answering.degraded = 'item_not_in_model';
    }
    if (category === null) return;
    const { store } = this.#options;
    yield* paged(firstBatch(limit), async (count, offset) => {
      const item = { itemId, category };
      const items = await store.ofSameCategory(item, count, offset, now);
      return items.map((found) => ({ ...found, source: 'category' as const }));
    });
  }

  /** The first `limit` candidates that can be bought now by the database's word. */
  async #sellable(batches: CandidateBatches, answering: Answering): Promise<SellableItem[]> {
    const { orders, now, limit } = answering;
    const chosen: SellableItem[] = [];
    const seen = new Set<string>(orders.kept);
    for await (const batch of batches) {
      const unseen = batch.filter(({ itemId }) => !seen.has(itemId) && seen.add(itemId));
      if (unseen.length === 0) continue;
      const ids = unseen.map(({ itemId }) => itemId);
      const offers = await this.#options.store.offers(ids, orders.sizes, now);
      chosen.push(...sellable(unseen, offers, orders));
      if (chosen.length >= limit) break;
    }
    return chosen.slice(0, limit);
  }

  #reasons({ candidate }: SellableItem, answering: Answering, asked: Asked | undefined) {
    try {
      return reasonsFor(candidate, asked?.query, asked?.live);
    } catch (error) {
      modelFailed(error, answering);
      return [];
    }
  }

  #degradation({ degraded }: Answering): { degraded: boolean; degradedReason?: DegradedReason } {
    if (degraded === undefined) return { degraded: false };
    this.#options.metrics.degraded.inc({ reason: degraded });
    return { degraded: true, degradedReason: degraded };
  }
}

/**
 * By the history, or before there is one by the profile. Nothing where neither says anything, or the
 * model fails.
 */
function askModel(
  live: LiveHistory,
  { profile, events }: Viewer,
  answering: Answering,
): Asked | undefined {
  const { serving } = answering;
  if (serving === undefined) return undefined;
  const { model, content } = serving;
  const met = new Set(events.map(({ itemId }) => itemId));
  try {
    if (live.history.items.length > 0) {
      return { live, met, query: model.query(live.history), source: model.kind };
    }
    if (!content || !profile) return undefined;
    const vector = content.encodeProfile(profile);
    const query = vector && newUserQuery(model, content, vector);
    return query && { live, met, query, source: 'profile' };
  } catch (error) {
    modelFailed(error, answering);
    return undefined;
  }
}

/** A model that fails leaves the rest of the answer to the lists. */
function* guarded(
  batches: Iterable<readonly Candidate[]>,
  answering: Answering,
): Generator<readonly Candidate[]> {
  try {
    yield* batches;
  } catch (error) {
    modelFailed(error, answering);
  }
}

/** Said once an answer. */
function modelFailed(error: unknown, answering: Answering): void {
  if (answering.degraded === 'model_error') return;
  answering.degraded = 'model_error';
  const version = answering.serving?.version;
  answering.log.error({ err: error, version }, 'the model cannot answer');
}

/** Popularity is the same for everybody, also as a model. */
function isPersonal({ index, source }: Candidate): boolean {
  return source === 'content' || (index !== undefined && source !== 'popularity');
}

function described({ candidate, sku }: SellableItem, position: number) {
  const { itemId, score, source } = candidate;
  return {
    rank: position + 1,
    itemId,
    skuId: sku.skuId,
    size: { label: sku.sizeLabel },
    price: sku.price,
    score,
    source,
  };
}
