import type { FitOutcome } from './size-types.ts';

/** How many pieces turned out how. */
export type FitCounts = Readonly<Record<FitOutcome, number>>;

/** How an item runs, as far as its outcomes tell. */
export interface Runs {
  /** `small`: one's own size is too small in it. `unknown`: too little is known to tell. */
  readonly direction: 'small' | 'true' | 'large' | 'unknown';
  /** Share of those who find it small less that of those who find it large, −1 to 1, expected. */
  readonly lean: number;
  /** The middle 95 % of what it may be. */
  readonly low: number;
  readonly high: number;
}

/**
 * How an item runs: the lean d = p(small) − p(large) under a Dirichlet posterior, whose parameters
 * α are the counts and `strength` pieces spread as the prior says. With A = Σα,
 *
 *   E d = (α_s − α_l) / A,   Var d = ((α_s + α_l) / A − (E d)²) / (A + 1),
 *
 * and the interval is that of a normal distribution. It runs small (large) when d is above .05 (below
 * −.05) with a probability of at least .9, and true when d lies within ±.2 with that probability and
 * ten outcomes or more say so.
 *
 * @param prior shares that sum to one: those of its category, say
 * @param strength how many pieces the prior counts for, above 0
 */
export function runsOf(counts: FitCounts, prior: FitCounts, strength = 15): Runs {
  const small = counts.small + strength * prior.small;
  const large = counts.large + strength * prior.large;
  const outcomes = counts.small + counts.fit + counts.large;
  const all = outcomes + strength;
  const lean = (small - large) / all;
  const deviation = Math.sqrt(((small + large) / all - lean ** 2) / (all + 1));
  const clamped = (value: number) => Math.min(1, Math.max(-1, value));
  return {
    direction: directionOf(lean, deviation, outcomes),
    lean,
    low: clamped(lean - 1.96 * deviation),
    high: clamped(lean + 1.96 * deviation),
  };
}

/** Below it the prior alone would say that an item runs true. */
const leastOutcomes = 10;
/** Of a normal distribution, nine tenths lie above its mean less so many deviations. */
const nineTenths = 1.2816;
/** The same of both sides at once. */
const nineTenthsWithin = 1.6449;

function directionOf(lean: number, deviation: number, outcomes: number): Runs['direction'] {
  if (lean - nineTenths * deviation >= 0.05) return 'small';
  if (lean + nineTenths * deviation <= -0.05) return 'large';
  const reach = Math.abs(lean) + nineTenthsWithin * deviation;
  return reach <= 0.2 && outcomes >= leastOutcomes ? 'true' : 'unknown';
}
