import { adviceOf, leastAdvice } from '../../models/sizing/advice.ts';
import { chartModel } from '../../models/sizing/chart-model.ts';
import type { Confidence, SizePredictor } from '../../models/sizing/size-predictor.ts';
import type { Body } from '../../models/sizing/size-types.ts';
import type { ItemRow } from '../live/live-rows.ts';
import type { SizeChoice } from '../recommendations/choose-sku.ts';
import type { Viewer } from '../recommendations/viewer.ts';
import type { Garments, SizedItem } from './garments.ts';
import type { ItemEvidences, KnownItem } from './item-evidences.ts';
import { type Household, householdOf, likelyWearers, type Wearers } from './wearers.ts';

/** What answers: a published model of sizes, or without one the size chart (version null). */
export interface ServingSizes {
  readonly version: string | null;
  readonly model: SizePredictor;
}

/** What turned out not to be in memory. */
export interface MissingSizes {
  /** Items of the catalogue. */
  readonly items: Set<string>;
  /** Items whose outcomes are needed. */
  readonly outcomes: Map<string, SizedItem>;
}

export interface SizeAdvisorOptions {
  /** The published one, where there is one. */
  readonly published: () => ServingSizes | undefined;
  readonly garments: Garments;
  readonly evidences: ItemEvidences;
  readonly wearers: Wearers;
}

interface Chosen {
  readonly known: KnownItem;
  readonly choice: SizeChoice | undefined;
}

/** What the model of sizes says, of what is in memory. Where something is not, it says what. */
export class SizeAdvisor {
  readonly #options: SizeAdvisorOptions;
  /** What was said of an item, until the item or the wearer is another. */
  readonly #said = new WeakMap<Household, Map<string, Chosen>>();

  constructor(options: SizeAdvisorOptions) {
    this.#options = options;
  }

  serving(): ServingSizes {
    return this.#options.published() ?? untrained;
  }

  sized(row: ItemRow): SizedItem {
    return this.#options.garments.of(row);
  }

  /** Undefined: something is missing. */
  household(viewer: Viewer, { model }: ServingSizes, now: Date, missing: MissingSizes) {
    return this.#options.wearers.of(viewer, model, now, missing.items);
  }

  /** The household with measurements of its owner that go before those that are stored. */
  withBody(household: Household, given: Body, { model }: ServingSizes, now: Date): Household {
    if (Object.keys(given).length === 0) return household;
    const body = { ...household.body, ...given };
    return householdOf(household.outcomes, body, model, now.getTime() / 1000);
  }

  /** Undefined: its outcomes are missing. */
  known(
    row: ItemRow,
    { model }: ServingSizes,
    now: Date,
    missing: MissingSizes,
  ): KnownItem | undefined {
    const sized = this.sized(row);
    const known = this.#options.evidences.of(sized, model, now.getTime() / 1000);
    if (known === undefined) missing.outcomes.set(row.itemId, sized);
    return known;
  }

  /**
   * The size that a viewer is to take of an item, where the model can tell; undefined as well where
   * something is missing.
   */
  choice(viewer: Viewer, row: ItemRow, now: Date, missing: MissingSizes): SizeChoice | undefined {
    const serving = this.serving();
    if (row.sizes < 2) return undefined;
    const household = this.household(viewer, serving, now, missing);
    if (household === undefined || household.isBlank) return undefined;
    const known = this.known(row, serving, now, missing);
    if (known === undefined) return undefined;
    const said = this.#said.get(household) ?? new Map<string, Chosen>();
    const before = said.get(row.itemId);
    if (before?.known === known) return before.choice;
    const choice = chosen(household, known, this.sized(row).places, serving.model);
    if (said.size >= mostSaid) said.clear();
    said.set(row.itemId, { known, choice });
    this.#said.set(household, said);
    return choice;
  }

  /**
   * Reads what is missing of items' outcomes from the database.
   *
   * @throws UnavailableError when it does not answer
   */
  async bring({ outcomes }: MissingSizes, now: Date): Promise<void> {
    const serving = this.serving();
    await this.#options.evidences.bring([...outcomes.values()], serving.model, now);
  }
}

/** Choices that are kept of one household: what a screen or two shows. */
const mostSaid = 100;

/** A share of each label of a run; a map of each would take ten times as much. */
class LabelShares {
  readonly #places: ReadonlyMap<string, number>;
  readonly #shares: Float64Array;

  constructor(places: ReadonlyMap<string, number>, shares: Float64Array) {
    this.#places = places;
    this.#shares = shares;
  }

  get(label: string): number | undefined {
    return this.#shares[this.#places.get(label) ?? -1];
  }
}

/** Of several people none is taken for the one who is meant below this. */
export const leastShare = 0.5;

const untrained: ServingSizes = { version: null, model: chartModel };

export function nothingMissing(): MissingSizes {
  return { items: new Set(), outcomes: new Map() };
}

export function isMissing({ items, outcomes }: MissingSizes): boolean {
  return items.size + outcomes.size > 0;
}

/** What is advised to whom the item most likely is for. */
function chosen(
  household: Household,
  known: KnownItem,
  places: ReadonlyMap<string, number>,
  model: SizePredictor,
): SizeChoice | undefined {
  const [likely] = likelyWearers(household, known.garment);
  if (likely === undefined || likely.wearer.isBlank || likely.share < leastShare) return undefined;
  const chances = model.predict(likely.wearer.evidence, known.evidence);
  const kept = chances.map(({ chosen: chance }) => chance);
  const advice = adviceOf(chances);
  const best = known.garment.run.sizes[likeliest(advice)];
  const isByChartAlone = model === chartModel && likely.wearer.outcomes.length === 0;
  const confidence = confidenceOf(model, kept, advice, isByChartAlone);
  if (best === undefined || confidence === 'low') return undefined;
  return {
    ...{ label: best.label, confidence },
    advice: new LabelShares(places, advice),
    chances: new LabelShares(places, Float64Array.from(kept)),
  };
}

/**
 * How sure a size can be named: `low` where the model had better say nothing, `high` where people do
 * better by it than by themselves (models/sizing/advice.ts).
 *
 * @param isByChartAlone nothing is known but measurements, and no model has learnt what they mean: by
 *   such advice more came back than by none (bench/README.md)
 */
export function confidenceOf(
  model: SizePredictor,
  kept: readonly number[],
  advice: Float64Array,
  isByChartAlone = false,
): Confidence {
  if (model.confidence(kept) === 'low') return 'low';
  if (isByChartAlone) return 'medium';
  return (advice[likeliest(advice)] ?? 0) >= leastAdvice ? 'high' : 'medium';
}

/** The first among equals; −1 of nothing. */
export function likeliest(chances: ArrayLike<number>): number {
  let best = -1;
  for (let n = 0; n < chances.length; n++) {
    if (best < 0 || (chances[n] ?? 0) > (chances[best] ?? 0)) best = n;
  }
  return best;
}
