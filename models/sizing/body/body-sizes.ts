import type { Body } from '../size-types.ts';
import { chartPosition } from '../systems/chart-body.ts';
import type { TreeEnsemble } from '../trees/tree-ensemble.ts';
import { knownMeasures, type Measure, measured, measures } from './measures.ts';

/** What is known of the bodies that kept pieces of a scale. */
export interface BodyScale {
  /** Kept pieces that were learnt from. */
  readonly rows: number;
  /** Mean position of kept pieces: expected of a body of which nothing is known. */
  readonly mean: number;
  /** Body → position; null where there were too few rows. */
  readonly trees: TreeEnsemble | null;
  /** Bits of the measures that were often known: the errors are told by these. */
  readonly common: number;
  /**
   * Root mean squared error in steps of bodies that were not learnt from, by the subset of the common
   * measures that is known: entry s for the subset whose i-th common measure is bit i of s.
   */
  readonly errors: Float32Array;
}

/** A measure that is not known yet, and how much closer the expected size would come with it. */
export interface HelpfulMeasure {
  readonly measure: Measure;
  /** Fall of the root mean squared error, in steps. */
  readonly gain: number;
}

/** The least gain that is worth a question, in steps. */
const leastGain = 0.01;

/** Expected sizes of bodies, by scale; any subset of the measures may be known. */
export class BodySizes {
  readonly scales: ReadonlyMap<string, BodyScale>;
  readonly bodyTypes: ReadonlyMap<string, number>;
  readonly #out = new Float64Array(1);

  constructor(scales: ReadonlyMap<string, BodyScale>, bodyTypes: ReadonlyMap<string, number>) {
    this.scales = scales;
    this.bodyTypes = bodyTypes;
  }

  /** @returns in the order of `measures`, NaN where nothing is known */
  measured(body: Body): Float32Array {
    return measured(body, this.bodyTypes);
  }

  /**
   * The position expected for a body: of a scale of which too little was kept to learn from, what the
   * size chart says. NaN where neither says anything. A longer measurement never lowers it.
   *
   * @param row see `measured`
   */
  expected(scale: string, row: Float32Array): number {
    const known = this.scales.get(scale);
    if (!known?.trees)
      return chartPosition(scale, chartBody(scale, row))?.position ?? known?.mean ?? NaN;
    if (knownMeasures(row) === 0) return known.mean;
    known.trees.predict(row, this.#out);
    return this.#out[0]!;
  }

  /** Root mean squared error of the expected position, in steps; NaN where it is unknown. */
  error(scale: string, row: Float32Array): number {
    const known = this.scales.get(scale);
    if (!known) return NaN;
    return known.errors[subsetOf(knownMeasures(row), known.common)]!;
  }

  /** The unknown measures that would tell most, best first. */
  wouldHelp(scale: string, row: Float32Array): HelpfulMeasure[] {
    const known = this.scales.get(scale);
    if (!known) return [];
    const told = knownMeasures(row);
    const error = known.errors[subsetOf(told, known.common)]!;
    const helpful: HelpfulMeasure[] = [];
    for (const [at, measure] of measures.entries()) {
      if (told & (1 << at) || !(known.common & (1 << at))) continue;
      const gain = error - known.errors[subsetOf(told | (1 << at), known.common)]!;
      if (gain >= leastGain) helpful.push({ measure, gain });
    }
    return helpful.sort((a, b) => b.gain - a.gain);
  }
}

/**
 * What a size chart is asked with. Without an adult's height: of one weight the taller one is slimmer,
 * and a longer measurement is never to lower a size.
 */
function chartBody(scale: string, row: Float32Array): Body {
  const [height, weightKg, bustCm, waistCm, hipCm, footCm, age] = Array.from(row, (value) =>
    Number.isNaN(value) ? undefined : value,
  );
  const heightCm = scale.startsWith('kids') ? height : undefined;
  return { heightCm, weightKg, bustCm, waistCm, hipCm, footCm, age };
}

/** Which of the common measures are known, as a number below 2 ^ (count of common measures). */
export function subsetOf(known: number, common: number): number {
  let subset = 0;
  let bit = 0;
  for (let measure = 0; measure < measures.length; measure++) {
    if (!(common & (1 << measure))) continue;
    if (known & (1 << measure)) subset |= 1 << bit;
    bit++;
  }
  return subset;
}
