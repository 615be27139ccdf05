import { type ClickPrior, fitClickPrior } from '../../models/ranking/click-prior.ts';
import { relevance, relevanceWeights } from '../../models/ranking/relevance.ts';
import { type DemandItem, RoomDemand } from '../../models/ranking/room-demand.ts';
import { KeySample } from '../../models/ranking/sample-keys.ts';
import type { ViewerKey } from '../live/live-rows.ts';
import type { LiveItem, LiveRoom, LiveState } from '../live/live-state.ts';
import type { RecommendationsService } from '../recommendations/recommendations-service.ts';
import { unknownViewer, type Viewer } from '../recommendations/viewer.ts';
import type { NextItems } from './next-schema.ts';
import type { ItemRecord, NextStore } from './next-store.ts';
import { demandOf, type ShelfEntry, shelfEntry, type TrendParts } from './room-audience.ts';
import { TimeSlices } from './time-slices.ts';

export interface AudienceTools {
  readonly live: Pick<LiveState<Viewer>, 'bring' | 'room' | 'item' | 'viewer'>;
  readonly recommendations: Pick<RecommendationsService, 'shelfScores'>;
  readonly store: Pick<NextStore, 'itemRecords' | 'recentPins'>;
  readonly clickPrior: () => ClickPrior;
  readonly now: () => Date;
  /** Told when the model could not score a shelf. */
  readonly onModelError: (error: unknown) => void;
}

/** What the people in a room want of its shelf, before anything is said of stock. */
export interface Audience {
  /** Whose shelf it is. */
  readonly room: LiveRoom;
  readonly shelf: readonly ShelfEntry[];
  readonly items: readonly DemandItem[];
  readonly demand: RoomDemand;
  readonly viewers: NextItems['viewers'];
  /** How many viewers each of the demand stands for. */
  readonly scale: number;
  readonly modelVersion: string | null;
  readonly degraded: NextItems['degradedReason'];
}

/** Of more viewers a sample is looked at. */
const mostViewers = 2_000;
/**
 * Viewers who are not in memory are read so many at a time, because a look at the database keeps
 * the looks of other requests waiting.
 */
const readAtOnce = 16;

/** Looks at all viewers in a room, with pauses, so that other requests are answered in between. */
export class AudienceReader {
  readonly #tools: AudienceTools;

  constructor(tools: AudienceTools) {
    this.#tools = tools;
  }

  async read(room: LiveRoom): Promise<Audience> {
    const { live, store } = this.#tools;
    const ids = room.row.shelf.map(({ itemId }) => itemId);
    await live.bring({ items: ids });
    const onShelf = ids.map((itemId) => live.item(itemId));
    const shelf = onShelf.map((item, n) => (item ? shelfEntry(item) : unknownEntry(ids[n] ?? '')));
    const records = await store.itemRecords(ids);
    const items = this.#rates(shelf, onShelf, records);
    const reading = new Reading(this.#tools, room, shelf, new RoomDemand(items));
    await reading.run();
    const hasImpressions = records.some(({ impressions }) => impressions > 0);
    const { sampled, personal, present, modelVersion } = reading;
    return {
      ...{ room, shelf, items, demand: reading.demand, modelVersion },
      viewers: { present, sampled, personal },
      scale: sampled === 0 ? 1 : present / sampled,
      degraded: reading.degraded ?? (hasImpressions ? undefined : 'no_features'),
    };
  }

  /** Rates of clicks and purchases, those of items with little evidence drawn to the usual ones. */
  #rates(
    shelf: readonly ShelfEntry[],
    onShelf: readonly (LiveItem | null | undefined)[],
    records: readonly ItemRecord[],
  ): DemandItem[] {
    const known = new Map(records.map((record) => [record.itemId, record]));
    const clickPrior = this.#tools.clickPrior();
    const purchasePrior = fitClickPrior({
      impressions: records.map(({ clicks }) => clicks),
      clicks: records.map(({ purchases }) => purchases),
    });
    return shelf.map(({ itemId, labels }, n) => {
      const record = known.get(itemId);
      const shown = (record?.impressions ?? 0) + (onShelf[n]?.shown ?? 0);
      const clicked = (record?.clicks ?? 0) + (onShelf[n]?.clicked ?? 0);
      return {
        clickRate: rate(clickPrior, clicked, shown),
        purchaseRate: rate(purchasePrior, record?.purchases ?? 0, record?.clicks ?? 0),
        sizes: labels.length,
      };
    });
  }
}

/** The mean of the posterior; of clicks that came without impressions as many count as those. */
function rate({ clicks, misses }: ClickPrior, clicked: number, shown: number): number {
  return (clicks + Math.min(clicked, shown)) / (clicks + misses + shown);
}

function unknownEntry(itemId: string): ShelfEntry {
  return { itemId, category: null, labels: [] };
}

/** One reading of a room's viewers. */
class Reading {
  readonly #tools: AudienceTools;
  readonly #room: LiveRoom;
  readonly #shelf: readonly ShelfEntry[];
  readonly #trend: TrendParts;
  readonly #slices = new TimeSlices();
  readonly demand: RoomDemand;
  present = 0;
  sampled = 0;
  personal = 0;
  modelVersion: string | null = null;
  degraded: NextItems['degradedReason'];

  constructor(
    tools: AudienceTools,
    room: LiveRoom,
    shelf: readonly ShelfEntry[],
    demand: RoomDemand,
  ) {
    this.#tools = tools;
    this.#room = room;
    this.#shelf = shelf;
    this.demand = demand;
    this.#trend = trendParts(room, shelf, tools.now().getTime() / 1000);
  }

  async run(): Promise<void> {
    const { live } = this.#tools;
    const missing: ViewerKey[] = [];
    for (const key of await this.#sample()) {
      const viewer = live.viewer(key);
      if (viewer) this.#add(viewer);
      else missing.push(key);
      if (this.#slices.isOver) await this.#slices.pause();
    }
    for (let from = 0; from < missing.length; from += readAtOnce) {
      const keys = missing.slice(from, from + readAtOnce);
      await live.bring({ viewers: keys });
      // One who has done something meanwhile is not there again: as if nothing were known.
      for (const key of keys) this.#add(live.viewer(key) ?? unknownViewer(this.#tools.now()));
      await this.#slices.pause();
    }
    // Nobody is there yet: what an average viewer would do.
    if (this.present === 0) this.#demandOf(unknownViewer(this.#tools.now()));
  }

  async #sample(): Promise<ViewerKey[]> {
    const { roomId } = this.#room.row;
    const sample = new KeySample(mostViewers, roomId);
    for (const key of this.#room.activity.present(this.#tools.now().getTime() / 1000)) {
      sample.add(key);
      if (this.#slices.isOver) await this.#slices.pause();
    }
    this.present = sample.added;
    return sample.keys() as ViewerKey[];
  }

  #add(viewer: Viewer): void {
    this.sampled += 1;
    if (this.#demandOf(viewer)) this.personal += 1;
  }

  /** @returns whether the model says something of the viewer */
  #demandOf(viewer: Viewer): boolean {
    const scores = this.#scores(viewer);
    this.demand.add(demandOf(viewer, scores, this.#shelf, this.#trend));
    return scores !== undefined;
  }

  #scores(viewer: Viewer): Float32Array | undefined {
    if (this.degraded === 'model_error') return undefined;
    try {
      const scored = this.#tools.recommendations.shelfScores(viewer, this.#room);
      this.modelVersion = scored?.version ?? null;
      this.degraded = scored === undefined ? 'no_model' : undefined;
      return scored?.scores;
    } catch (error) {
      this.degraded = 'model_error';
      this.#tools.onModelError(error);
      return undefined;
    }
  }
}

/** What is being clicked and bought in the room now; popularity in the shop is in the click rates. */
function trendParts(room: LiveRoom, shelf: readonly ShelfEntry[], now: number): TrendParts {
  const trend = Float64Array.from(shelf, ({ itemId }) => room.activity.trend.at(itemId, now));
  const popularity = new Float64Array(shelf.length).fill(Number.NaN);
  const only = { popularity: 0, clickRate: 0, order: 0, own: 0, dislike: 0 };
  const part = (of: number) => relevance({ trend, popularity }, { ...only, trend: of });
  return {
    personal: part(relevanceWeights.personal.trend),
    general: part(relevanceWeights.general.trend),
  };
}
