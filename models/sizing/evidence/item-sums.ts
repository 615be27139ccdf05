import type { PlacedOutcome } from './placed-outcome.ts';

/** Most outcomes that an item's evidence is made of: the latest. */
export const mostItemOutcomes = 2000;

/** Seconds after which an outcome counts for 1/e of a fresh one in the sums that forget. */
export const forgetting = 120 * 86_400;

/** Numbers that are summed of the outcomes of a size; see `slotField`. */
export const slotField = {
  count: 0,
  /** Outcome (1 where it was small) less the usual share of small; likewise large. */
  small: 1,
  large: 2,
  /** How many were small, were kept, were large. */
  wereSmall: 3,
  kept: 4,
  wereLarge: 5,
  /** The first three and `kept` once more, weighted by e^(−age / forgetting). */
  freshCount: 6,
  freshSmall: 7,
  freshLarge: 8,
  freshKept: 9,
} as const;
export const slotFields = 10;

/** Width in steps of a bin of gaps, and how many there are on either side of 0. */
export const gapBin = 0.25;
export const gapReach = 24;
export const gapBins = 2 * gapReach + 1;

/**
 * What an item's outcomes sum up to, at a moment. An outcome changes sums by addition only, so that
 * all at once and one after the other come to the same.
 *
 * The gap of an outcome is the position taken less the one expected for the body; its score is −1
 * where the piece was small, +1 where it was large.
 */
export class ItemSums {
  readonly now: number;
  /** By slot, slotFields numbers each. */
  readonly slots = new Map<number, Float64Array>();
  /** By bin of the gap: count, small, large as in the slots. */
  readonly gaps = new Float64Array(3 * gapBins);
  /** Outcomes whose gap is known; sums of their gaps and of their scores. */
  gapCount = 0;
  gapSum = 0;
  scoreSum = 0;
  /** By class: outcomes with a gap, and the sum of their gaps. */
  readonly classCounts = new Float64Array(3);
  readonly classGaps = new Float64Array(3);
  /** Of what was kept: slot, expected position and height of the body. */
  readonly keptSlots: number[] = [];
  readonly keptExpected: number[] = [];
  readonly keptHeights: number[] = [];

  constructor(now: number) {
    this.now = now;
  }

  add({
    slot,
    position,
    fit,
    at,
    expected,
    heightCm,
    usualSmall,
    usualLarge,
  }: PlacedOutcome): void {
    this.addNumbers(slot, position, fit, at, expected, heightCm, usualSmall, usualLarge);
  }

  /** The same without an object: training adds tens of millions of them. */
  addNumbers(
    slot: number,
    position: number,
    fit: 0 | 1 | 2,
    at: number,
    expected: number,
    heightCm: number,
    usualSmall: number,
    usualLarge: number,
  ): void {
    let sums = this.slots.get(slot);
    if (!sums) {
      sums = new Float64Array(slotFields);
      this.slots.set(slot, sums);
    }
    const small = (fit === 0 ? 1 : 0) - usualSmall;
    const large = (fit === 2 ? 1 : 0) - usualLarge;
    const fresh = Math.exp(-Math.abs(this.now - at) / forgetting);
    addTo(sums, small, large, fit, fresh);
    const gap = position - expected;
    if (!Number.isNaN(gap)) this.#addGap(gap, small, large, fit);
    if (fit !== 1 || Number.isNaN(expected)) return;
    this.keptSlots.push(slot);
    this.keptExpected.push(expected);
    this.keptHeights.push(heightCm);
  }

  /** The numbers of the slots, summed over all of them. */
  total(): Float64Array {
    const total = new Float64Array(slotFields);
    for (const sums of this.slots.values()) {
      for (let field = 0; field < slotFields; field++) total[field]! += sums[field]!;
    }
    return total;
  }

  /** A copy that can go on without this one. */
  copy(): ItemSums {
    const copy = new ItemSums(this.now);
    for (const [slot, sums] of this.slots) copy.slots.set(slot, sums.slice());
    copy.gaps.set(this.gaps);
    copy.gapCount = this.gapCount;
    copy.gapSum = this.gapSum;
    copy.scoreSum = this.scoreSum;
    copy.classCounts.set(this.classCounts);
    copy.classGaps.set(this.classGaps);
    for (const [at, slot] of this.keptSlots.entries()) {
      copy.keptSlots.push(slot);
      copy.keptExpected.push(this.keptExpected[at]!);
      copy.keptHeights.push(this.keptHeights[at]!);
    }
    return copy;
  }

  #addGap(gap: number, small: number, large: number, fit: 0 | 1 | 2): void {
    const bin = binOf(gap);
    this.gaps[3 * bin]!++;
    this.gaps[3 * bin + 1]! += small;
    this.gaps[3 * bin + 2]! += large;
    this.gapCount++;
    this.gapSum += gap;
    this.scoreSum += fit - 1;
    this.classCounts[fit]!++;
    this.classGaps[fit]! += gap;
  }
}

/** The bin of a gap; those beyond the reach are in the last. */
export function binOf(gap: number): number {
  return Math.min(gapReach, Math.max(-gapReach, Math.round(gap / gapBin))) + gapReach;
}

function addTo(
  sums: Float64Array,
  small: number,
  large: number,
  fit: 0 | 1 | 2,
  fresh: number,
): void {
  const kept = fit === 1 ? 1 : 0;
  sums[slotField.count]!++;
  sums[slotField.small]! += small;
  sums[slotField.large]! += large;
  sums[slotField.wereSmall + fit]!++;
  sums[slotField.freshCount]! += fresh;
  sums[slotField.freshSmall]! += fresh * small;
  sums[slotField.freshLarge]! += fresh * large;
  sums[slotField.freshKept]! += fresh * kept;
}
