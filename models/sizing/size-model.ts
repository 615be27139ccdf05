import type { BodySizes } from './body/body-sizes.ts';
import type { BrandTable } from './brand-table.ts';
import { type ClassCalibration, calibrateInto } from './calibration/class-calibration.ts';
import { ItemState } from './evidence/item-state.ts';
import { ItemSums, mostItemOutcomes } from './evidence/item-sums.ts';
import type { PlacedOutcome } from './evidence/placed-outcome.ts';
import { mostWearerOutcomes, WearerState } from './evidence/wearer-state.ts';
import { choiceColumns, fillChoiceRows } from './features/choice-features.ts';
import { fillFitRow, fitColumns } from './features/fit-features.ts';
import { type PiecesOnScale, piecesOnScale } from './features/wearer-pieces.ts';
import { garmentPriors } from './garment-priors.ts';
import type { RateTable } from './rate-table.ts';
import type { FitCounts } from './runs.ts';
import { untrainedScore } from './score-size.ts';
import type {
  Confidence,
  ItemEvidence,
  Missing,
  SizePredictor,
  WearerEvidence,
} from './size-predictor.ts';
import type { Body, Garment, ItemOutcome, SizeChances, WearerOutcome } from './size-types.ts';
import { fitClass, slotOf } from './slots.ts';
import { softmaxInto } from './trees/softmax.ts';
import type { TreeEnsemble } from './trees/tree-ensemble.ts';

/** How sure is sure; all from validation rows. */
export interface SizeThresholds {
  /** Below this chance of the likeliest size confidence is low, from the other on it is high. */
  readonly low: number;
  readonly high: number;
  /** Fall of the error of the expected size, in steps, once a wearer has a piece on the scale. */
  readonly purchaseGain: number;
}

/** Everything that a model of sizes is made of. */
export interface SizeModelParts {
  readonly rates: RateTable;
  readonly brands: BrandTable;
  readonly bodies: BodySizes;
  /** Null where there was too little to learn from: then effects and expected sizes answer. */
  readonly fitTrees: TreeEnsemble | null;
  readonly fitCalibration: ClassCalibration;
  readonly choiceTrees: TreeEnsemble | null;
  /** What the scores of the choice are multiplied by before the softmax. */
  readonly sharpness: number;
  readonly thresholds: SizeThresholds;
}

/**
 * The sizes of a shop, learnt: how each size of an item turns out for a wearer, and which of them the
 * wearer keeps. It has no row of a user or an item: those come as evidence (design.md, Size).
 */
export class SizeModel implements SizePredictor {
  readonly parts: SizeModelParts;
  #fitRows: Float32Array = new Float32Array(16 * fitColumns.length);
  #choiceRows: Float32Array = new Float32Array(16 * choiceColumns.length);

  constructor(parts: SizeModelParts) {
    this.parts = parts;
  }

  itemEvidence(garment: Garment, outcomes: readonly ItemOutcome[], now: number): ItemEvidence {
    const sums = new ItemSums(now);
    for (const outcome of latest(outcomes, mostItemOutcomes)) {
      if (outcome.scale === garment.run.scale) sums.add(this.#placed(garment, outcome));
    }
    const { rates, brands } = this.parts;
    return new ItemState(garment, garmentPriors(garment, rates, brands), sums) as ItemEvidence;
  }

  withItemOutcome(evidence: ItemEvidence, outcome: ItemOutcome): ItemEvidence {
    const { garment, priors, sums } = evidence as ItemState;
    if (outcome.scale !== garment.run.scale) return evidence;
    const more = sums.copy();
    more.add(this.#placed(garment, outcome));
    return new ItemState(garment, priors, more) as ItemEvidence;
  }

  wearerEvidence(body: Body, outcomes: readonly WearerOutcome[], now: number): WearerEvidence {
    const row = this.parts.bodies.measured(body);
    const worn = latest(outcomes, mostWearerOutcomes);
    return new WearerState(row, worn, now, this.parts) as WearerEvidence;
  }

  choose(wearer: WearerEvidence, item: ItemEvidence): Float64Array {
    const state = item as ItemState;
    return this.#choose(
      wearer as WearerState,
      piecesOnScale(wearer as WearerState, state.garment),
      state,
    );
  }

  predict(wearer: WearerEvidence, item: ItemEvidence): SizeChances[] {
    const state = item as ItemState;
    const worn = piecesOnScale(wearer as WearerState, state.garment);
    const chosen = this.#choose(wearer as WearerState, worn, state);
    const fits = this.#fits(wearer as WearerState, worn, state);
    return state.sizes.map((_, place) => ({
      chosen: chosen[place]!,
      small: fits[3 * place]!,
      fit: fits[3 * place + 1]!,
      large: fits[3 * place + 2]!,
    }));
  }

  /** Sizes × (small, fit, large). */
  #fits(wearer: WearerState, worn: PiecesOnScale, item: ItemState): Float64Array {
    const { fitTrees, fitCalibration } = this.parts;
    const fits = new Float64Array(3 * item.sizes.length);
    const width = fitColumns.length;
    const rows = withRoom(this.#fitRows, item.sizes.length * width);
    this.#fitRows = rows;
    for (const [place, size] of item.sizes.entries()) {
      if (fitTrees) {
        const row = rows.subarray(place * width, (place + 1) * width);
        fillFitRow(row, wearer, worn, item, size);
      } else {
        const own = fits.subarray(3 * place, 3 * place + 3);
        sharesInto(own, size.usualSmall + size.small, size.usualLarge + size.large);
      }
    }
    if (!fitTrees) return fits;
    fitTrees.predictRows(rows, item.sizes.length, fits);
    for (let at = 0; at < fits.length; at += 3) calibrateInto(fitCalibration, fits, at, 3);
    return fits;
  }

  confidence(chosen: ArrayLike<number>): Confidence {
    let highest = 0;
    for (let place = 0; place < chosen.length; place++) {
      highest = Math.max(highest, chosen[place]!);
    }
    const { low, high } = this.parts.thresholds;
    if (highest < low) return 'low';
    return highest >= high ? 'high' : 'medium';
  }

  wouldHelp(wearer: WearerEvidence, item: ItemEvidence): readonly Missing[] {
    const state = wearer as WearerState;
    const { scale } = (item as ItemState).garment.run;
    const helpful: { missing: Missing; gain: number }[] = this.parts.bodies
      .wouldHelp(scale, state.body)
      .map(({ measure, gain }) => ({ missing: measure, gain }));
    if (!state.pieces.some((piece) => piece.scale === scale)) {
      helpful.push({ missing: 'purchases', gain: this.parts.thresholds.purchaseGain });
    }
    return helpful.sort((a, b) => b.gain - a.gain).map(({ missing }) => missing);
  }

  fitPrior({ run, category }: Garment): FitCounts {
    const [small, fit, large] = this.parts.rates.categoryRates(run.scale, category);
    return { small, fit, large };
  }

  #choose(wearer: WearerState, worn: PiecesOnScale, item: ItemState): Float64Array {
    const sizes = item.sizes.length;
    const chances = new Float64Array(sizes);
    const width = choiceColumns.length;
    const rows = withRoom(this.#choiceRows, sizes * width);
    this.#choiceRows = rows;
    fillChoiceRows(rows, wearer, worn, item);
    const { choiceTrees, sharpness } = this.parts;
    if (choiceTrees) choiceTrees.predictRows(rows, sizes, chances);
    for (let place = 0; place < sizes; place++) {
      const row = rows.subarray(place * width, (place + 1) * width);
      chances[place] = sharpness * (choiceTrees ? chances[place]! : untrainedScore(row));
    }
    softmaxInto(chances, 0, sizes);
    return chances;
  }

  #placed(garment: Garment, outcome: ItemOutcome): PlacedOutcome {
    const { rates, bodies } = this.parts;
    const { position, length, at, body } = outcome;
    const { scale } = garment.run;
    const key = { scale, category: garment.category, position, length };
    const [usualSmall, , usualLarge] = rates.rates(key);
    return {
      slot: slotOf(position, length),
      position,
      fit: fitClass(outcome.fit),
      at,
      expected: bodies.expected(scale, bodies.measured(body)),
      heightCm: body.heightCm ?? NaN,
      usualSmall,
      usualLarge,
    };
  }
}

/** The same array, or a larger one where it is too short. */
function withRoom(rows: Float32Array, length: number): Float32Array {
  return rows.length >= length ? rows : new Float32Array(2 * length);
}

function sharesInto(out: Float64Array, small: number, large: number): void {
  const least = 0.005;
  out[0] = Math.min(0.9, Math.max(least, small));
  out[2] = Math.min(0.9, Math.max(least, large));
  out[1] = Math.max(least, 1 - out[0]! - out[2]!);
  const sum = out[0]! + out[1]! + out[2]!;
  for (let at = 0; at < 3; at++) out[at]! /= sum;
}

function latest<Outcome extends { readonly at: number }>(
  outcomes: readonly Outcome[],
  most: number,
): readonly Outcome[] {
  if (outcomes.length <= most) return outcomes;
  return [...outcomes].sort((a, b) => b.at - a.at).slice(0, most);
}
