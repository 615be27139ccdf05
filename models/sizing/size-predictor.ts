import type { FitCounts } from './runs.ts';
import type { Body, Garment, ItemOutcome, SizeChances, WearerOutcome } from './size-types.ts';

declare const itemEvidence: unique symbol;
declare const wearerEvidence: unique symbol;

/** What a model has made of an item's outcomes; only the model that made it can read it. */
export interface ItemEvidence {
  readonly [itemEvidence]?: never;
}

/** The same of a wearer's body and outcomes. */
export interface WearerEvidence {
  readonly [wearerEvidence]?: never;
}

/** What may be missing of a wearer: a measurement, or pieces that were kept. */
export type Missing = keyof Body | 'purchases';

/** How sure it is that the likeliest size is the one to keep. */
export type Confidence = 'high' | 'medium' | 'low';

/**
 * A trained model of sizes, as those ask it who serve from it. Evidence is sums: made of all outcomes
 * at once or by one after the other it says the same. Times are seconds since 1970.
 */
export interface SizePredictor {
  /** @param outcomes of the item, in any order */
  itemEvidence(garment: Garment, outcomes: readonly ItemOutcome[], now: number): ItemEvidence;
  /** The evidence with one outcome more. */
  withItemOutcome(evidence: ItemEvidence, outcome: ItemOutcome): ItemEvidence;
  /** @param outcomes of the wearer, in any order */
  wearerEvidence(body: Body, outcomes: readonly WearerOutcome[], now: number): WearerEvidence;
  /** For each size of the item's run, in its order, the chance to be the one that is kept. */
  choose(wearer: WearerEvidence, item: ItemEvidence): Float64Array;
  /** The same with how each size turns out. */
  predict(wearer: WearerEvidence, item: ItemEvidence): SizeChances[];
  /**
   * How sure a choice is: `low` is what the model would rather not say, the least sure fifth of its
   * validation rows.
   */
  confidence(chosen: ArrayLike<number>): Confidence;
  /** What is missing of the wearer for this item, the most helpful first. */
  wouldHelp(wearer: WearerEvidence, item: ItemEvidence): readonly Missing[];
  /** How pieces like this one turn out on the whole; sums to one. */
  fitPrior(garment: Garment): FitCounts;
}
