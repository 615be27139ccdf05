export interface Share {
  readonly share: number;
  /** The ends of its 95 % interval. */
  readonly low: number;
  readonly high: number;
}

/** The 0.975 quantile of a standard normal distribution. */
const z = 1.959_963_985;

/**
 * A share and its score interval (Wilson 1927), which holds with few trials and with shares of 0 and 1:
 *
 *   (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n).
 *
 * @param of how many there are; null comes out for none
 */
export function shareOf(count: number, of: number): Share | null {
  if (of <= 0) return null;
  const share = count / of;
  const middle = share + z ** 2 / (2 * of);
  const reach = z * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  const scale = 1 + z ** 2 / of;
  return {
    share,
    low: count === 0 ? 0 : Math.max(0, (middle - reach) / scale),
    high: count >= of ? 1 : Math.min(1, (middle + reach) / scale),
  };
}
