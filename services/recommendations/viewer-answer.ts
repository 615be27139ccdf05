import type { EventWeights } from '../../models/dataset/event-weights.ts';
import type { ClickPrior } from '../../models/ranking/click-prior.ts';
import { NotFoundError } from '../errors.ts';
import { type ItemRow, sessionKey, userKey, type ViewerKey } from '../live/live-rows.ts';
import type { LiveRoom, LiveState, Want } from '../live/live-state.ts';
import { roomStateOf } from '../rooms/room-state.ts';
import { isMissing, nothingMissing, type SizeAdvisor } from '../sizes/size-advisor.ts';
import { type Answering, modelFailed } from './answering.ts';
import { arrange } from './arrange.ts';
import { isAskedFor } from './asking.ts';
import type { Candidate } from './candidate.ts';
import { CandidateList } from './candidate-list.ts';
import { chooseOffers, type Offer } from './choose-offers.ts';
import type { SizeChoice } from './choose-sku.ts';
import type { OrderHistory } from './order-history.ts';
import type { PersonalScores } from './personal-scores.ts';
import type { PoolItems } from './pool-items.ts';
import type { RankingSettings } from './ranking-settings.ts';
import { type Did, detourReason, pinnedReason, reasonFor } from './reasons.ts';
import type { Reason, Recommendations, Warning } from './recommendations-schema.ts';
import type { Sellable } from './sellable.ts';
import { isSellable } from './sellable.ts';
import type { Supply } from './supply.ts';
import { hourOf, unknownViewer, type Viewer, withEvents } from './viewer.ts';

export interface AnswerTools {
  readonly live: Pick<LiveState<Viewer>, 'viewer' | 'room' | 'item' | 'forget'>;
  readonly personal: PersonalScores;
  /** What events are weighed by now. */
  readonly weights: () => EventWeights;
  /** Where the candidates come from. */
  readonly supply: Pick<Supply, 'of' | 'shelf' | 'isKnown'>;
  /** Which size to take of an item. */
  readonly sizes: Pick<SizeAdvisor, 'choice' | 'bring'>;
  readonly ranking: RankingSettings;
  /** What click rates the shop's items have. */
  readonly clickPrior: () => ClickPrior;
}

/** What an answer is made from when nothing is missing. */
interface Made {
  readonly offers: readonly Offer[];
  readonly reasons: readonly (readonly Reason[])[];
}

// Sources that say something of the viewer.
const general: ReadonlySet<Candidate['source']> = new Set([
  'popularity',
  'room',
  'asked',
  'category',
  'newest',
]);

/**
 * One viewer's answer under way. It is attempted on what is in memory, without waiting for anything
 * in between; what turns out to be missing is wanted next, and all is looked at again, because it
 * may have changed by then.
 */
export class ViewerAnswer {
  readonly #tools: AnswerTools;
  readonly #answering: Answering;
  readonly #key: ViewerKey | undefined;
  readonly #missing = new Set<string>();
  #missingSizes = nothingMissing();
  /** The items that are asked about, each once. */
  readonly #named: readonly string[];
  /** Whose list it is. */
  #basis: { viewer: Viewer | undefined; room: LiveRoom | undefined; made: Viewer } | undefined;
  #list: CandidateList | undefined;
  #needsMore = false;

  constructor(tools: AnswerTools, answering: Answering) {
    const { userId, sessionId } = answering.asking;
    this.#tools = tools;
    this.#answering = answering;
    this.#named = [...new Set(answering.asking.include.itemIds ?? [])];
    if (userId !== null) this.#key = userKey(userId);
    else if (sessionId !== null) this.#key = sessionKey(sessionId);
  }

  /** Whether the viewer's switch is on, as of the last attempt. */
  get personalised(): boolean {
    return this.#basis?.made.personalised ?? false;
  }

  /** What has to be in memory for the next attempt. */
  wants(): Want {
    const { roomId } = this.#answering.asking;
    const room = roomId === null ? undefined : this.#tools.live.room(roomId);
    return {
      viewers: this.#key === undefined ? [] : [this.#key],
      rooms: roomId === null ? [] : [roomId],
      items: this.#isShelfKnown(room) ? [] : this.#itemsWanted(room),
    };
  }

  /**
   * Reads what is missing of how items' sizes turned out, before the items are looked at.
   *
   * @throws UnavailableError when the database does not answer
   */
  async bringSizes(): Promise<void> {
    if (!isMissing(this.#missingSizes)) return;
    await this.#tools.sizes.bring(this.#missingSizes, this.#answering.now);
  }

  /** Whether all of the shelf was in memory, and nothing has changed since. */
  #isShelfKnown(room: LiveRoom | null | undefined): boolean {
    if (!room || this.#missing.size > 0 || this.#named.length > 0) return false;
    return this.#tools.supply.isKnown(room.row.shelf);
  }

  *#itemsWanted(room: LiveRoom | null | undefined): Generator<string> {
    yield* this.#missing;
    for (const { itemId } of room?.row.shelf ?? []) yield itemId;
    yield* this.#named;
  }

  /** Asks for candidates that cannot be had at once, where an attempt ended for want of them. */
  async more(): Promise<void> {
    if (!this.#needsMore) return;
    this.#needsMore = false;
    await this.#list?.addLater();
  }

  /**
   * @returns undefined when something is missing
   * @throws NotFoundError when there is no such room
   */
  attempt(): Recommendations | undefined {
    this.#missing.clear();
    this.#missingSizes = nothingMissing();
    const { asking } = this.#answering;
    const room = this.#room();
    if (asking.roomId !== null && room === undefined) return undefined;
    const viewer = this.#viewer(room);
    if (viewer === undefined) return undefined;
    const made = this.#make(viewer, room);
    if (made === undefined) return undefined;
    const { degraded } = this.#answering;
    return {
      userId: asking.userId,
      sessionId: asking.sessionId,
      roomId: asking.roomId,
      ...(room && { roomState: roomStateOf(room.row, this.#answering.now) }),
      modelVersion: this.#answering.serving?.version ?? null,
      variant: this.#tools.ranking.variant,
      personalised: made.offers.some(({ candidate }) => {
        return this.#isPersonal(candidate, viewer) || isMet(candidate, viewer);
      }),
      degraded: degraded !== undefined,
      ...(degraded && { degradedReason: degraded }),
      warnings: this.#warnings(viewer),
      items: made.offers.map((offer, n) => this.#entry(offer, n, viewer, made.reasons[n] ?? [])),
    };
  }

  #room(): LiveRoom | undefined {
    const { roomId } = this.#answering.asking;
    if (roomId === null) return undefined;
    const room = this.#tools.live.room(roomId);
    if (room === null) throw new NotFoundError(`there is no room ${JSON.stringify(roomId)}`);
    return room;
  }

  /** The viewer as of now; another than before, or another shelf, makes another list. */
  #viewer(room: LiveRoom | undefined): Viewer | undefined {
    const { live } = this.#tools;
    const { now, asking } = this.#answering;
    const weights = this.#tools.weights();
    const viewer = this.#key === undefined ? undefined : live.viewer(this.#key);
    if (this.#key !== undefined && viewer === undefined) return undefined;
    const isOld = viewer?.hour !== hourOf(now) || viewer.weights !== weights;
    if (this.#key !== undefined && isOld) {
      live.forget(this.#key);
      return undefined;
    }
    const basis = this.#basis;
    if (basis && basis.viewer === viewer && basis.room === room) return basis.made;
    const made = withEvents(viewer ?? unknownViewer(now, true, weights), asking.events, now);
    this.#basis = { viewer, room, made };
    this.#list = undefined;
    return made;
  }

  #make(viewer: Viewer, room: LiveRoom | undefined): Made | undefined {
    const { asking } = this.#answering;
    const isList = room !== undefined || asking.include.itemIds !== undefined;
    const offers = isList ? this.#ofShelf(viewer, room) : this.#ofSupply(viewer);
    for (const itemId of this.#missingSizes.items) this.#missing.add(itemId);
    if (isMissing(this.#missingSizes)) return undefined;
    const reasons = offers && this.#reasons(offers, viewer, room);
    return offers && reasons && { offers, reasons };
  }

  #ofShelf(viewer: Viewer, room: LiveRoom | undefined): Offer[] | undefined {
    const of = { list: room?.row.shelf ?? this.#named, room };
    const shelf = this.#tools.supply.shelf(this.#answering, viewer, of, this.#missing);
    return shelf && this.#offers(shelf.sellable, viewer, room, shelf.now);
  }

  #ofSupply(viewer: Viewer): Offer[] | undefined {
    const { asking } = this.#answering;
    const { supply } = this.#tools;
    this.#list ??= new CandidateList(supply.of(this.#answering, viewer), viewer.orders.kept);
    for (;;) {
      const { candidates, extras } = this.#list;
      const sellable = this.#sellable([...candidates, ...extras]);
      if (sellable === undefined) return undefined;
      const offers = this.#offers(sellable, viewer, undefined);
      if (offers.length >= asking.limit || this.#list.isDone) return offers;
      if (this.#list.addReady()) continue;
      this.#needsMore = true;
      return undefined;
    }
  }

  /** Of candidates those that are asked for and can be bought; undefined when one is not in memory. */
  #sellable(candidates: readonly Candidate[]) {
    const { live } = this.#tools;
    const { asking } = this.#answering;
    const seconds = this.#seconds();
    const sellable: Sellable[] = [];
    for (const candidate of candidates) {
      const item = live.item(candidate.itemId);
      if (item === undefined) this.#missing.add(candidate.itemId);
      else if (item && isSellable(item, seconds) && isAskedFor(item, asking)) {
        sellable.push({ candidate, item });
      }
    }
    return this.#missing.size > 0 ? undefined : sellable;
  }

  #offers(
    sellable: readonly Sellable[],
    viewer: Viewer,
    room: LiveRoom | undefined,
    list?: PoolItems,
  ): Offer[] {
    const { asking, serving } = this.#answering;
    const { ranking, clickPrior } = this.#tools;
    const arranged = arrange(sellable, {
      ...{ policy: ranking.policy, prior: clickPrior(), serving },
      ...{ requestId: asking.requestId, limit: asking.limit },
      pinned: room?.row.pinnedItemId ?? null,
      ...(list && { list }),
    });
    const prices = room && roomPrices(room);
    return chooseOffers(arranged, {
      asking,
      orders: viewer.orders,
      sizeOf: (row) => this.#sizeOf(viewer, row),
      roomPrice: (itemId) => prices?.get(itemId) ?? null,
    });
  }

  /** For each offer why; undefined when the title of an item that is named is not in memory. */
  #reasons(
    offers: readonly Offer[],
    viewer: Viewer,
    room: LiveRoom | undefined,
  ): Reason[][] | undefined {
    const all = offers.map((offer) => {
      const reasons: Reason[] = [];
      if (offer.candidate.itemId === room?.row.pinnedItemId) reasons.push(pinnedReason);
      if (offer.detour) reasons.push(detourReason(offer.detour));
      if (this.#answering.asking.explain) {
        reasons.push(reasonFor(offer.candidate, this.#strongest(offer.candidate, viewer)));
      }
      return reasons;
    });
    return this.#missing.size > 0 ? undefined : all;
  }

  #strongest({ itemId, index, source }: Candidate, viewer: Viewer): Did | undefined {
    const { serving } = this.#answering;
    if (index === undefined || serving === undefined || general.has(source)) {
      return didWith(itemId, viewer);
    }
    try {
      const place = this.#tools.personal.strongest(viewer, serving, index);
      const strongest = viewer.interests.itemIds[place];
      const type = viewer.interests.types[place];
      if (strongest === undefined || type === undefined) return undefined;
      const item = this.#tools.live.item(strongest);
      if (item === undefined) this.#missing.add(strongest);
      return { itemId: strongest, type, title: item?.row.title ?? '' };
    } catch (error) {
      modelFailed(error, this.#answering);
      return undefined;
    }
  }

  #entry(
    { candidate, item, sku, price, fit, size, detour }: Offer,
    position: number,
    { orders }: Viewer,
    reasons: readonly Reason[],
  ): Recommendations['items'][number] {
    const { row } = item;
    const label = sku.sizeLabel;
    // Of an item that does not come in the viewer's size nothing is known.
    const isKnown = label !== null && fit !== 'any';
    return {
      rank: position + 1,
      itemId: row.itemId,
      skuId: sku.skuId,
      size: {
        label,
        probability: isKnown ? probabilityOf(label, size, orders, row) : null,
        // Of another size than the one to take nobody is sure.
        confidence: label === size?.label ? (size?.confidence ?? null) : null,
      },
      price,
      score: candidate.score,
      source: candidate.source,
      reasons: [...reasons],
      ...(detour?.instead && { substituteFor: detour.instead.itemId }),
    };
  }

  /** The size to take: what the model of sizes says, else the usual one. */
  #sizeOf(viewer: Viewer, row: ItemRow): SizeChoice | undefined {
    const { now } = this.#answering;
    const choice = this.#tools.sizes.choice(viewer, row, now, this.#missingSizes);
    if (choice) return choice;
    const usual = viewer.orders.usualSize(row.category);
    return usual === undefined ? undefined : { label: usual };
  }

  #warnings({ orders }: Viewer): Warning[] {
    const { onlyMySize } = this.#answering.asking;
    const warnings = this.#named.flatMap((itemId): Warning[] => {
      if (this.#tools.live.item(itemId) !== null) return [];
      return [{ code: 'unknown_item', itemId, message: 'is not in the catalogue' }];
    });
    if (onlyMySize && orders.usualSize(null) === undefined) {
      const message = 'no size is known of this viewer; items in every size are given';
      warnings.push({ code: 'unknown_size', message });
    }
    return warnings;
  }

  #isPersonal({ source }: Candidate, viewer: Viewer): boolean {
    if (general.has(source)) return false;
    if (source !== 'substitute' && source !== 'exploration') return true;
    const { serving } = this.#answering;
    return serving !== undefined && isAboutViewer(this.#tools.personal.sourceOf(viewer, serving));
  }

  #seconds(): number {
    return this.#answering.now.getTime() / 1000;
  }
}

/** By the model of sizes where it said which to take, else by what was kept in the category. */
function probabilityOf(
  label: string,
  size: SizeChoice | undefined,
  orders: OrderHistory,
  { category, sizes }: ItemRow,
): number | null {
  if (size?.chances) return size.chances.get(label) ?? null;
  return orders.probability(label, category, sizes);
}

function isMet({ itemId }: Candidate, { interests }: Viewer): boolean {
  return interests.itemIds.includes(itemId);
}

/** What the viewer did with the item itself, where that speaks for it. */
function didWith(itemId: string, { interests }: Viewer): Did | undefined {
  const place = interests.itemIds.indexOf(itemId);
  const type = interests.types[place];
  if (type === undefined || !((interests.weights[place] ?? 0) > 0)) return undefined;
  return { itemId, type, title: '' };
}

function isAboutViewer(source: Candidate['source'] | undefined): boolean {
  return source !== undefined && !general.has(source);
}

const pricesOf = new WeakMap<LiveRoom, ReadonlyMap<string, number | null>>();

/** Made once a shelf. */
function roomPrices(room: LiveRoom): ReadonlyMap<string, number | null> {
  const known = pricesOf.get(room);
  if (known) return known;
  const prices = new Map(room.row.shelf.map(({ itemId, roomPrice }) => [itemId, roomPrice]));
  pricesOf.set(room, prices);
  return prices;
}
