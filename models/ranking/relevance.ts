/** How much each thing that is known of an item counts, in standard deviations of the first. */
export interface RelevanceWeights {
  /** Of what is being clicked and bought in the room now (a log ratio to the shelf's mean). */
  readonly trend: number;
  /** Of the item's popularity in the whole shop, standardised over the list. */
  readonly popularity: number;
  /** Of the logarithm of how often it is clicked when it is shown, standardised over the list. */
  readonly clickRate: number;
  /** Of the place on the shelf: from +1 for the first to −1 for the last. */
  readonly order: number;
  /** Of how sure the viewer's own behaviour makes it that they want this very item (log₂, as `confidenceOf`). */
  readonly own: number;
  /** Taken off for an item that the viewer's own behaviour speaks against. */
  readonly dislike: number;
}

/** Where a model, or the viewer's profile, has something to say; and where nothing does. */
export const relevanceWeights: Readonly<Record<'personal' | 'general', RelevanceWeights>> = {
  personal: { trend: 0.25, popularity: 0.1, clickRate: 1, order: 0.05, own: 0.3, dislike: 1 },
  general: { trend: 1, popularity: 0.5, clickRate: 1, order: 0.5, own: 0.3, dislike: 1 },
};

/** What is known of the items of a list, one number each; NaN: nothing. */
export interface RelevanceParts {
  /** The model's scores; undefined: there is nothing personal to go by. */
  readonly model?: Float32Array;
  /** What is left of what was done with each item in the room lately. */
  readonly trend: Float64Array;
  /** log₂ of the decayed sum of what was done with it in the shop. */
  readonly popularity: Float64Array;
  /** Clicks an impression, to anybody, as `expectedClickRate` has them; undefined: not known. */
  readonly clickRates?: Float64Array;
  /** The confidence that the viewer wants the item, from what they did with it; −1: it speaks against it. */
  readonly own?: Float64Array;
}

/** So many clicks' worth of an average item are added to each trend: a first click is no trend. */
const trendPrior = 3;

/**
 * One number for each item of a list, higher is better:
 *
 *   z(model) + w_t · ln((t + κ) / (t̄ + κ)) + w_p · z(popularity) + w_c · z(ln(click rate))
 *     + w_o · place + w_i · own interest − w_d · disliked
 *
 * z standardises over the items of the list for which there is a number; the others get 0, which is
 * their mean. The trend's ratio is of decayed sums, all of which decay alike, so that it moves only
 * towards 0 while nothing happens.
 *
 * @returns Float32Array, one a place of the list
 */
export function relevance(
  { model, trend, popularity, clickRates, own }: RelevanceParts,
  weights: RelevanceWeights,
): Float32Array {
  const { length } = trend;
  const personal = model && standardised(model);
  const popular = standardised(popularity);
  const clicked = clickRates && standardised(clickRates.map(Math.log));
  let mean = 0;
  for (const value of trend) mean += value / length;
  const out = new Float32Array(length);
  for (let place = 0; place < length; place++) {
    const wanted = own?.[place] ?? 0;
    out[place] =
      (personal?.[place] ?? 0) +
      weights.trend * Math.log(((trend[place] ?? 0) + trendPrior) / (mean + trendPrior)) +
      weights.popularity * (popular[place] ?? 0) +
      weights.clickRate * (clicked?.[place] ?? 0) +
      weights.order * (length > 1 ? 1 - (2 * place) / (length - 1) : 0) +
      (wanted < 0 ? -weights.dislike : weights.own * wanted);
  }
  return out;
}

/** Less the mean and over the deviation of the numbers that there are; 0 where there is none. */
export function standardised(values: Float32Array | Float64Array): Float64Array {
  let count = 0;
  let sum = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    count++;
    sum += value;
  }
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  for (const value of values) if (Number.isFinite(value)) squares += (value - mean) ** 2;
  const deviation = count === 0 ? 0 : Math.sqrt(squares / count);
  // What is left of equal numbers by rounding is no difference.
  const scale = deviation > 1e-9 * (1 + Math.abs(mean)) ? 1 / deviation : 0;
  const out = new Float64Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? Number.NaN;
    out[at] = Number.isFinite(value) ? (value - mean) * scale : 0;
  }
  return out;
}
