import type { Logger } from 'pino';
import type { EventWeights } from '../../models/dataset/event-weights.ts';
import type { NewItemsService } from '../content/new-items-service.ts';
import { NotFoundError, UnavailableError } from '../errors.ts';
import type { ClickPriorService } from '../exposure/click-prior-service.ts';
import type { ExposureLog } from '../exposure/exposure-log.ts';
import type { Metrics } from '../http/metrics.ts';
import type { LiveRoom, LiveState } from '../live/live-state.ts';
import type { ModelRegistryService } from '../model-registry/model-registry-service.ts';
import type { RetrievalService } from '../retrieval/retrieval-service.ts';
import type { SizeAdvisor } from '../sizes/size-advisor.ts';
import { type Answering, modelFailed } from './answering.ts';
import { type Asking, anything } from './asking.ts';
import { firstBatch, paged } from './candidate.ts';
import { CandidateList, type CandidateSupply } from './candidate-list.ts';
import { similarCandidates } from './catalogue-candidates.ts';
import { chooseOffers, type Offer } from './choose-offers.ts';
import { ListedItems } from './listed-items.ts';
import { PersonalScores } from './personal-scores.ts';
import type { RankingSettings } from './ranking-settings.ts';
import type { Recommendations, SimilarItems } from './recommendations-schema.ts';
import type { KnownItem, RecommendationsStore } from './recommendations-store.ts';
import { isSellable } from './sellable.ts';
import { Supply } from './supply.ts';
import { unknownViewer, type Viewer } from './viewer.ts';
import { type AnswerTools, ViewerAnswer } from './viewer-answer.ts';

export interface RecommendationsOptions {
  readonly store: RecommendationsStore;
  readonly live: LiveState<Viewer>;
  readonly models: Pick<ModelRegistryService, 'current'>;
  readonly newItems: Pick<NewItemsService, 'of' | 'generation'>;
  readonly retrieval: Pick<RetrievalService, 'of'>;
  readonly sizes: Pick<SizeAdvisor, 'choice' | 'bring'>;
  readonly ranking: RankingSettings;
  readonly clickPrior: Pick<ClickPriorService, 'current'>;
  /** Told of every answer. */
  readonly exposures: Pick<ExposureLog, 'add'>;
  /** What events are weighed by now; the same object for as long as it is the same. */
  readonly weights: () => EventWeights;
  readonly metrics: Pick<Metrics, 'degraded'>;
  readonly now: () => Date;
}

/** An answer, and what says that it was shown. */
export interface RankedAnswer {
  readonly answer: Recommendations;
  readonly shown: (requestId: string) => void;
}

/** Far more than an answer needs whose data changes all the time. */
const mostAttempts = 64;

/** Answers what to show: candidates → score → re-rank → sellable check, on one state of the data. */
export class RecommendationsService {
  readonly #options: RecommendationsOptions;
  readonly #tools: AnswerTools;
  readonly #supply: Supply;

  constructor(options: RecommendationsOptions) {
    const { live, store, newItems, retrieval, ranking, clickPrior, weights, sizes } = options;
    const personal = new PersonalScores(newItems);
    const lists = new ListedItems(store);
    const prior = () => clickPrior.current();
    const sources = { live, personal, lists, store, newItems, retrieval };
    this.#supply = new Supply({ ...sources, ranking, clickPrior: prior });
    this.#options = options;
    this.#tools = {
      live,
      personal,
      ranking,
      sizes,
      clickPrior: prior,
      weights,
      supply: this.#supply,
    };
  }

  /**
   * @throws NotFoundError when there is no such room
   * @throws UnavailableError when the database does not answer
   */
  async recommend(asking: Asking, log: Logger): Promise<Recommendations> {
    const { answer, shown } = await this.rank(asking, log);
    shown(asking.requestId);
    return answer;
  }

  /**
   * The same for somebody who may not show the answer.
   *
   * @returns with the answer what logs it as shown, under the id of a request
   */
  async rank(asking: Asking, log: Logger): Promise<RankedAnswer> {
    const answering = this.#begin(asking, log);
    const answer = new ViewerAnswer(this.#tools, answering);
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      await answer.bringSizes();
      await this.#options.live.bring(answer.wants());
      // From here to the return nothing may be awaited: what is in memory is one state of the data.
      const ranked = this.#ranked(answer.attempt(), answer, answering);
      if (ranked) return ranked;
      await answer.more();
    }
    throw new UnavailableError('what was asked for has not stopped changing; ask again');
  }

  /**
   * The same at once, on what is in memory: as of the last look at the database, and no one is taken.
   *
   * @returns undefined when something that is needed is not in memory
   * @throws NotFoundError when there is no such room
   */
  rankNow(asking: Asking, log: Logger): RankedAnswer | undefined {
    const answering = this.#begin(asking, log);
    const answer = new ViewerAnswer(this.#tools, answering);
    return this.#ranked(answer.attempt(), answer, answering);
  }

  /**
   * What the active model says of each item of a room's shelf for a viewer, both as they are in
   * memory, and which version it is. Undefined where no model is loaded, or it says nothing.
   *
   * @throws whatever a broken model throws
   */
  shelfScores(
    viewer: Viewer,
    room: LiveRoom,
  ): { readonly version: string; readonly scores: Float32Array | undefined } | undefined {
    const serving = this.#options.models.current();
    if (serving === undefined) return undefined;
    const scores = this.#supply.shelfScores(viewer, room, serving);
    return { version: serving.version, scores };
  }

  /**
   * @param limit 1 to 200
   * @throws NotFoundError when the item is not in the catalogue
   * @throws UnavailableError when the database does not answer
   */
  async similar(itemId: string, limit: number, log: Logger): Promise<SimilarItems> {
    const item = await this.#options.store.item(itemId);
    if (item === undefined) throw new NotFoundError(`item ${itemId} is not in the catalogue`);
    const asking = { ...anything, userId: null, sessionId: null, roomId: null, limit };
    const answering = this.#begin({ ...asking, explain: false, requestId: '' }, log);
    const offers = await this.#bestOf(this.#supplyLike(item, answering), answering);
    const { degraded } = answering;
    return this.#counted({
      itemId,
      modelVersion: answering.serving?.version ?? null,
      degraded: degraded !== undefined,
      ...(degraded && { degradedReason: degraded }),
      items: offers.map(({ candidate: { score, source }, item: { row }, sku, price }, n) => {
        const size = { label: sku.sizeLabel };
        return { rank: n + 1, itemId: row.itemId, skuId: sku.skuId, size, price, score, source };
      }),
    });
  }

  #begin(asking: Asking, log: Logger): Answering {
    const serving = this.#options.models.current();
    const degraded = serving === undefined ? 'no_model' : undefined;
    return { asking, serving, now: this.#options.now(), log, degraded };
  }

  /** The first `limit` candidates that can be bought now by the database's word. */
  async #bestOf(supply: CandidateSupply, answering: Answering): Promise<Offer[]> {
    const { live } = this.#options;
    const { asking, now } = answering;
    const list = new CandidateList(supply, []);
    const question = {
      asking,
      orders: unknownViewer(now).orders,
      sizeOf: () => undefined,
      roomPrice: () => null,
    };
    const seconds = now.getTime() / 1000;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      await live.bring({ items: list.candidates.map(({ itemId }) => itemId) });
      const sellable = list.candidates.flatMap((candidate) => {
        const item = live.item(candidate.itemId);
        return item && isSellable(item, seconds) ? [{ candidate, item }] : [];
      });
      const isMissing = list.candidates.some(({ itemId }) => live.item(itemId) === undefined);
      const offers = chooseOffers(sellable, question);
      if (!isMissing && (offers.length >= asking.limit || list.isDone)) return offers;
      if (!isMissing && !list.addReady()) await list.addLater();
    }
    throw new UnavailableError('what was asked for has not stopped changing; ask again');
  }

  /** The model's neighbours of the item, then the popular ones of its category. */
  #supplyLike({ itemId, category }: KnownItem, answering: Answering): CandidateSupply {
    const { serving, asking, now } = answering;
    const { store } = this.#options;
    const index = serving?.items.indexOf(itemId);
    if (serving && index === undefined) answering.degraded = 'item_not_in_model';
    const near = function* () {
      if (serving === undefined || index === undefined) return;
      try {
        yield* similarCandidates(serving, index, firstBatch(asking.limit));
      } catch (error) {
        modelFailed(error, answering);
      }
    };
    if (category === null) return { ready: near() };
    const later = paged(firstBatch(asking.limit), async (count, offset) => {
      const items = await store.ofSameCategory({ itemId, category }, count, offset, now);
      return items.map((found) => ({ ...found, source: 'category' as const }));
    });
    return { ready: near(), later };
  }

  #ranked(
    made: Recommendations | undefined,
    { personalised }: ViewerAnswer,
    { now }: Answering,
  ): RankedAnswer | undefined {
    if (made === undefined) return undefined;
    this.#counted(made);
    return { answer: made, shown: (requestId) => this.#log(made, requestId, now, personalised) };
  }

  /** Of a viewer whose switch is off it is not said that it was them. */
  #log(made: Recommendations, requestId: string, shownAt: Date, isNamed: boolean): void {
    const { userId, sessionId, roomId, modelVersion, variant, items } = made;
    const isKnown = isNamed && (userId !== null || sessionId !== null);
    this.#options.exposures.add({
      ...{ requestId, roomId, modelVersion, variant, shownAt },
      // What is kept until it is written is no more than that.
      items: items.map(({ itemId, source, score }) => ({ itemId, source, score })),
      viewer: isKnown ? { userId, sessionId } : null,
    });
  }

  #counted<Answer extends Pick<Recommendations, 'degradedReason'>>(answer: Answer): Answer {
    const { degradedReason } = answer;
    if (degradedReason) this.#options.metrics.degraded.inc({ reason: degradedReason });
    return answer;
  }
}
