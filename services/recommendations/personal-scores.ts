import type { NewItemsService } from '../content/new-items-service.ts';
import { BoundedMap } from '../live/bounded-map.ts';
import type { ServingModel } from '../model-registry/serving-model.ts';
import type { Candidate, CandidateSource } from './candidate.ts';
import { type Asked, askModel } from './personal.ts';
import { largest } from './reasons.ts';
import { modelScores, type Pool } from './room-scores.ts';
import type { Viewer } from './viewer.ts';

/** How many viewers' queries are kept: one of a hybrid may take some hundred kilobytes. */
const mostQueries = 1_000;

interface OfPool {
  readonly pool: Pool;
  readonly generation: number;
  readonly scores: Float32Array;
}

interface OfCatalogue {
  readonly generation: number;
  readonly first: number;
  readonly batch: readonly Candidate[];
}

interface Kept {
  readonly serving: ServingModel;
  /** What scores come from; undefined: nothing is said of the viewer. */
  readonly source: CandidateSource | undefined;
  pool?: OfPool;
  extras?: OfPool;
  catalogue?: OfCatalogue;
  /** By model index: the place in the viewer's interests that speaks most for it; −1: none. */
  readonly strongest: Map<number, number>;
}

/**
 * What the model says about viewers, kept as long as they are (a viewer who does something is another
 * object) and the model serves.
 */
export class PersonalScores {
  readonly #newItems: Pick<NewItemsService, 'of' | 'generation'>;
  readonly #kept = new WeakMap<Viewer, Kept>();
  readonly #queries = new BoundedMap<Viewer, { serving: ServingModel; asked: Asked }>(mostQueries);

  constructor(newItems: Pick<NewItemsService, 'of' | 'generation'>) {
    this.#newItems = newItems;
  }

  /**
   * @returns undefined where the model and the profile say nothing about the viewer
   * @throws whatever a broken model throws
   */
  asked(viewer: Viewer, serving: ServingModel): Asked | undefined {
    const before = this.#keptOf(viewer, serving);
    if (before && before.source === undefined) return undefined;
    const known = this.#queries.get(viewer);
    if (known?.serving === serving) return known.asked;
    const asked = viewer.personalised ? askModel(viewer, serving) : undefined;
    if (before === undefined) {
      this.#kept.set(viewer, { serving, source: asked?.source, strongest: new Map() });
    }
    if (asked) {
      this.#queries.set(viewer, { serving, asked });
      this.#queries.evict();
    }
    return asked;
  }

  /** @returns undefined where nothing is said of the viewer */
  sourceOf(viewer: Viewer, serving: ServingModel): CandidateSource | undefined {
    const kept = this.#keptOf(viewer, serving);
    return kept ? kept.source : this.asked(viewer, serving)?.source;
  }

  /** What the model says of each item of a pool; undefined where it says nothing of the viewer. */
  ofPool(viewer: Viewer, pool: Pool, serving: ServingModel): Float32Array | undefined {
    return this.#ofPool('pool', viewer, pool, serving);
  }

  /** The same of items to be explored, which are kept beside. */
  ofExtras(viewer: Viewer, pool: Pool, serving: ServingModel): Float32Array | undefined {
    return this.#ofPool('extras', viewer, pool, serving);
  }

  #ofPool(
    which: 'pool' | 'extras',
    viewer: Viewer,
    pool: Pool,
    serving: ServingModel,
  ): Float32Array | undefined {
    const { generation } = this.#newItems;
    const before = this.#keptOf(viewer, serving)?.[which];
    if (before?.pool === pool && before.generation === generation) return before.scores;
    const asked = this.asked(viewer, serving);
    if (!asked) return undefined;
    const scores = modelScores(pool, asked, serving, this.#newItems.of(serving));
    const kept = this.#keptOf(viewer, serving);
    if (kept) kept[which] = { pool, generation, scores };
    return scores;
  }

  /** The first batch of the catalogue's candidates, made by `make` where it is not there. */
  ofCatalogue(
    viewer: Viewer,
    serving: ServingModel,
    first: number,
    make: () => readonly Candidate[],
  ): readonly Candidate[] {
    const { generation } = this.#newItems;
    const before = this.#keptOf(viewer, serving)?.catalogue;
    if (before?.generation === generation && before.first === first) return before.batch;
    const batch = make();
    const kept = this.#keptOf(viewer, serving);
    if (kept) kept.catalogue = { generation, first, batch };
    return batch;
  }

  /** The place in the viewer's interests that adds most to an item's score; −1: none does. */
  strongest(viewer: Viewer, serving: ServingModel, index: number): number {
    const known = this.#keptOf(viewer, serving)?.strongest.get(index);
    if (known !== undefined) return known;
    const asked = this.asked(viewer, serving);
    const at = asked ? largest(asked.query.contributions(index)) : -1;
    const place = asked?.live.places[at] ?? -1;
    this.#keptOf(viewer, serving)?.strongest.set(index, place);
    return place;
  }

  #keptOf(viewer: Viewer, serving: ServingModel): Kept | undefined {
    const kept = this.#kept.get(viewer);
    return kept?.serving === serving ? kept : undefined;
  }
}
