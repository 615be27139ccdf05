export const churnBands = ['active', 'at_risk', 'likely_lost', 'lost'] as const;
export type ChurnBand = (typeof churnBands)[number];

/** The least that is left of the chance to order again, for each band but the last. */
export const churnThresholds = { active: 0.75, at_risk: 0.5, likely_lost: 0.25 } as const;

/**
 * Which band somebody is in, by what is left of the chance that they order again.
 *
 * Of those with repeat orders that is the probability of being alive. BG/NBD says 1 for everybody
 * who ordered once, however long ago: of them it is the chance of an order within the year to come,
 * as a share of what it was on the day of their order.
 *
 * @param remaining from 0 to 1
 */
export function churnBand(remaining: number): ChurnBand {
  if (remaining >= churnThresholds.active) return 'active';
  if (remaining >= churnThresholds.at_risk) return 'at_risk';
  return remaining >= churnThresholds.likely_lost ? 'likely_lost' : 'lost';
}
