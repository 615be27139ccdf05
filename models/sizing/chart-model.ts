import type { FitCounts } from './runs.ts';
import type {
  Confidence,
  ItemEvidence,
  Missing,
  SizePredictor,
  WearerEvidence,
} from './size-predictor.ts';
import type {
  Body,
  FitOutcome,
  Garment,
  ItemOutcome,
  SizeChances,
  WearerOutcome,
} from './size-types.ts';
import { chartPosition } from './systems/chart-body.ts';

/** Sums over an item's outcomes. */
interface ItemSums extends ItemEvidence {
  readonly garment: Garment;
  /** Outcomes that found it small less those that found it large, and all of them. */
  readonly lean: number;
  readonly count: number;
  /** Kept pieces by place in the run. */
  readonly kept: Float64Array;
}

/** A normal distribution as the sums that add up: precision and precision × mean. */
interface Normal {
  readonly precision: number;
  readonly weighted: number;
}

interface WearerSums extends WearerEvidence {
  readonly body: Body;
  /** By scale, of the outcomes alone. */
  readonly byScale: ReadonlyMap<string, Normal>;
}

// In steps of a size run; rounded from what pieces kept by one person, and the charts of shops for
// one body, commonly differ by. A trained model takes the place of this one.
const chartDeviation = { girths: 0.8, rest: 1.1 };
const keptDeviation = 0.7;
const misfitDeviation = 1;
const offsetDeviation = 0.5;
const outcomeDeviation = 1.5;
const tasteDeviation = 0.5;
/** A size is too small from so many steps below the wearer's on, more often than not. */
const tolerance = 1;
/** What is not made for the usual height is that much less likely. */
const otherLength = 0.3;

/** Pieces that each size counts for before any was kept. */
const evenly = 3;

const shift: Readonly<Record<FitOutcome, number>> = { small: 1, fit: 0, large: -1 };
const usualFit: FitCounts = { small: 0.13, fit: 0.74, large: 0.13 };

/**
 * The size chart and what was kept, without training: for the shop that has no model of sizes yet.
 *
 * A wearer's place on a scale is normal: the chart's for the body, moved by every outcome (a kept
 * piece is an observation of its position, one found too small of a step more). An item's offset is
 * normal around 0, and every outcome is an observation of one step, none, or one step the other way.
 * Both are conjugate: precisions add up. A size's chance is the density of its position at their sum;
 * of a wearer of whom nothing is known, its share of the item's kept pieces.
 */
export const chartModel: SizePredictor = {
  itemEvidence: (garment, outcomes) => {
    let sums = emptyItem(garment);
    for (const outcome of outcomes) sums = withOutcome(sums, outcome);
    return sums;
  },
  withItemOutcome: (evidence, outcome) => withOutcome(evidence as ItemSums, outcome),
  wearerEvidence: (body, outcomes) => wearerSums(body, outcomes),
  choose: (wearer, item) => choose(wearer as WearerSums, item as ItemSums),
  predict: (wearer, item) => predict(wearer as WearerSums, item as ItemSums),
  confidence,
  wouldHelp: (wearer, item) => wouldHelp(wearer as WearerSums, item as ItemSums),
  fitPrior: () => usualFit,
};

function emptyItem(garment: Garment): ItemSums {
  return { garment, lean: 0, count: 0, kept: new Float64Array(garment.run.sizes.length) };
}

function withOutcome(sums: ItemSums, { position, length, fit }: ItemOutcome): ItemSums {
  const kept = sums.kept.slice();
  const place = sums.garment.run.sizes.findIndex((size) => {
    return size.position === position && size.length === length;
  });
  if (fit === 'fit' && place >= 0) kept[place] = (kept[place] ?? 0) + 1;
  return { ...sums, lean: sums.lean + shift[fit], count: sums.count + 1, kept };
}

function wearerSums(body: Body, outcomes: readonly WearerOutcome[]): WearerSums {
  const byScale = new Map<string, Normal>();
  for (const { scale, position, fit } of outcomes) {
    const precision = 1 / (fit === 'fit' ? keptDeviation : misfitDeviation) ** 2;
    const { precision: before, weighted } = byScale.get(scale) ?? { precision: 0, weighted: 0 };
    byScale.set(scale, {
      precision: before + precision,
      weighted: weighted + precision * (position + shift[fit]),
    });
  }
  return { body, byScale };
}

/** Where on the item's run the wearer is; undefined: nothing is known. */
function placeOf({ body, byScale }: WearerSums, { garment, lean, count }: ItemSums) {
  const { scale } = garment.run;
  let { precision, weighted } = byScale.get(scale) ?? { precision: 0, weighted: 0 };
  const chart = chartPosition(scale, body);
  if (chart?.position !== undefined) {
    const isGirth = chart.missing.length === 0 || !chart.used.includes('weightKg');
    const added = 1 / (isGirth ? chartDeviation.girths : chartDeviation.rest) ** 2;
    precision += added;
    weighted += added * chart.position;
  }
  if (precision === 0) return undefined;
  const offsetPrecision = 1 / offsetDeviation ** 2 + count / outcomeDeviation ** 2;
  const offset = lean / outcomeDeviation ** 2 / offsetPrecision;
  const variance = 1 / precision + 1 / offsetPrecision + tasteDeviation ** 2;
  return { mean: weighted / precision + offset, deviation: Math.sqrt(variance) };
}

function choose(wearer: WearerSums, item: ItemSums): Float64Array {
  const { sizes } = item.garment.run;
  const place = placeOf(wearer, item);
  const weights = Float64Array.from(sizes, ({ position, length }, n) => {
    if (place === undefined) return evenly + (item.kept[n] ?? 0);
    const distance = (position - place.mean) / place.deviation;
    return Math.max(1e-12, Math.exp((-distance * distance) / 2) * (length === 0 ? 1 : otherLength));
  });
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
}

function predict(wearer: WearerSums, item: ItemSums): SizeChances[] {
  const chosen = choose(wearer, item);
  const place = placeOf(wearer, item);
  return item.garment.run.sizes.map(({ position }, n) => {
    const chances = place ? fitAt(position - place.mean, place.deviation) : fitOnTheWhole(item);
    return { chosen: chosen[n] ?? 0, ...chances };
  });
}

/** @param excess steps by which the size is larger than the wearer's */
function fitAt(excess: number, deviation: number) {
  const small = logistic((-tolerance - excess) / deviation);
  const large = logistic((excess - tolerance) / deviation);
  const sum = Math.max(1, small + large);
  return { small: small / sum, fit: Math.max(0, 1 - small - large), large: large / sum };
}

/** 1 / (1 + e^(−1.702 x)): a normal distribution function to within .01. */
function logistic(x: number): number {
  return 1 / (1 + Math.exp(-1.702 * x));
}

function fitOnTheWhole({ lean, count }: ItemSums) {
  const tilt = lean / (count + 15);
  const small = Math.max(0, usualFit.small + tilt / 2);
  const large = Math.max(0, usualFit.large - tilt / 2);
  return { small, fit: 1 - small - large, large };
}

function confidence(chosen: ArrayLike<number>): Confidence {
  let most = 0;
  for (let n = 0; n < chosen.length; n++) most = Math.max(most, chosen[n] ?? 0);
  if (most >= 0.6) return 'high';
  return most >= 0.35 ? 'medium' : 'low';
}

function wouldHelp({ body, byScale }: WearerSums, { garment }: ItemSums): Missing[] {
  const { scale } = garment.run;
  const measures: Missing[] = [...(chartPosition(scale, body)?.missing ?? [])];
  return byScale.has(scale) ? measures : [...measures, 'purchases'];
}
