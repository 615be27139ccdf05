/** A Beta distribution of click rates, as if so many clicks and misses had been seen. */
export interface ClickPrior {
  readonly clicks: number;
  readonly misses: number;
}

/** How many items' impressions and clicks there are, one element each. */
export interface ClickCounts {
  readonly impressions: ArrayLike<number>;
  /** At most as many as impressions; more count as so many. */
  readonly clicks: ArrayLike<number>;
}

// A prior stronger than 10,000 impressions would not let an item speak for itself, one weaker than
// a single impression would let its first click decide.
const strongest = 10_000;
const weakest = 1;
const iterations = 20;

/**
 * The distribution of click rates over a population of items: empirical Bayes for the beta-binomial
 * by weighted moments (Kleinman 1973). Each item weighs n / (1 + γ (n − 1)) with its n impressions
 * and γ = 1 / (clicks + misses + 1), which is found by going round. Items that were never shown do
 * not count. The prior is never worth more than all impressions together; without any it is uniform.
 */
export function fitClickPrior(counts: ClickCounts): ClickPrior {
  const shown = shownItems(counts);
  const total = sum(shown.impressions);
  if (total === 0) return { clicks: 1, misses: 1 };
  let spread = 1 / (weakest + 1);
  let mean = 0;
  for (let n = 0; n < iterations; n++) {
    ({ mean, spread } = weightedMoments(shown, spread));
  }
  // Half a click and half a miss more: a rate of exactly 0 or 1 has no distribution.
  const rate = (mean * total + 0.5) / (total + 1);
  const strength = Math.min(1 / spread - 1, total);
  return { clicks: rate * strength, misses: (1 - rate) * strength };
}

/** The mean of an item's click rate, knowing its counts: few impressions leave it near the shop's. */
export function expectedClickRate(
  impressions: number,
  clicks: number,
  { clicks: a, misses: b }: ClickPrior,
): number {
  // Clicks can come without their impressions.
  return (a + clicks) / (a + b + Math.max(impressions, clicks));
}

interface Shown {
  readonly impressions: Float64Array;
  readonly rates: Float64Array;
}

function shownItems({ impressions, clicks }: ClickCounts): Shown {
  const counts = new Float64Array(impressions.length);
  const rates = new Float64Array(impressions.length);
  let kept = 0;
  for (let n = 0; n < impressions.length; n++) {
    const count = impressions[n]!;
    if (!(count > 0)) continue;
    counts[kept] = count;
    rates[kept++] = Math.min(1, clicks[n]! / count);
  }
  return { impressions: counts.subarray(0, kept), rates: rates.subarray(0, kept) };
}

/** The mean of the rates and what is left of their spread when that of counting is taken off. */
function weightedMoments({ impressions, rates }: Shown, spread: number) {
  const weights = impressions.map((count) => count / (1 + spread * (count - 1)));
  const total = sum(weights);
  const mean = weights.reduce((sum, weight, n) => sum + weight * rates[n]!, 0) / total;
  let squares = 0;
  let counting = 0;
  let whole = 0;
  weights.forEach((weight, n) => {
    const rest = weight * (1 - weight / total);
    squares += weight * (rates[n]! - mean) ** 2;
    counting += rest / impressions[n]!;
    whole += rest;
  });
  const variance = mean * (1 - mean);
  const found = (squares - variance * counting) / (variance * (whole - counting));
  const least = 1 / (strongest + 1);
  // Not above: all items have one rate, or there is one impression an item, so that nothing is known.
  return { mean, spread: found > least ? Math.min(found, 1 / (weakest + 1)) : least };
}

function sum(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
