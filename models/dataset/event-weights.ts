/** The types of event that are stored. */
export type EventType =
  | 'impression'
  | 'click'
  | 'view'
  | 'like'
  | 'comment'
  | 'share'
  | 'follow'
  | 'cart'
  | 'uncart'
  | 'purchase'
  | 'return';

export type ReturnReason = 'too_small' | 'too_large' | 'quality' | 'not_as_described' | 'other';

/** What of an event decides how much it says. */
export interface WeighedEvent {
  readonly type: EventType;
  /** Of a view: milliseconds; null: not known. */
  readonly dwellMs?: number | null;
  /** Of a return; null or missing: `other`. */
  readonly reason?: ReturnReason | null;
}

/** How much each event says about its user's interest in its item, and for how long. */
export interface EventWeights {
  readonly types: Readonly<Record<Exclude<EventType, 'view' | 'return'>, number>>;
  readonly view: {
    /** A view that ends before this (milliseconds) found nothing. */
    readonly shortestMs: number;
    readonly short: number;
    /** A view whose dwell was not measured. */
    readonly unknown: number;
    /** A view of `shortestMs`, what each doubling of the dwell adds, and where that ends. */
    readonly least: number;
    readonly perDoubling: number;
    readonly most: number;
  };
  readonly return: Readonly<Record<ReturnReason, number>>;
  /** An interest that is `halfLifeDays` old counts half of what passes, and `lasting` never does. */
  readonly interest: { readonly halfLifeDays: number; readonly lasting: number };
  /** The same for an item's trend, which passes wholly. The landmark is where exponents are 0. */
  readonly trend: { readonly halfLifeDays: number; readonly landmark: string };
}

/**
 * The defaults of the one definition that the feature tables, training and the fold-in of live
 * events use; a shop changes them by a file (`changedWeights`). They are an order of strength with a click as the unit, not a measurement:
 * - Being shown something (`impression`) is no interest. A `click` is the least; a `like` or `cart`
 *   takes more resolve; a `purchase` is money.
 * - A view counts by the logarithm of its dwell, because the tenth minute on a page says less than
 *   the first ten seconds. One below three seconds is a weak sign against the item, so that a click
 *   that found nothing is worth less than a click.
 * - A `follow` is of a host more than of an item.
 * - Taking something out of the cart takes part of the interest back. A garment sent back because
 *   of its size was still liked; one sent back for any other reason was not, and the return takes
 *   the purchase back.
 */
export const eventWeights: EventWeights = {
  types: {
    impression: 0,
    click: 1,
    like: 3,
    comment: 2,
    share: 4,
    follow: 1,
    cart: 5,
    uncart: -3,
    purchase: 10,
  },
  view: { shortestMs: 3000, short: -0.5, unknown: 1, least: 1, perDoubling: 0.75, most: 4 },
  return: { too_small: 0, too_large: 0, quality: -10, not_as_described: -10, other: -10 },
  interest: { halfLifeDays: 30, lasting: 0.25 },
  trend: { halfLifeDays: 7, landmark: '2020-01-01T00:00:00Z' },
};

/** The types that are a test positive whatever else the event says; see `isTestPositive`. */
export const testPositiveTypes: readonly EventType[] = ['click', 'like', 'cart', 'purchase'];

/** The types that weigh something; others need not be read. */
export function weighingTypes(weights: EventWeights = eventWeights): EventType[] {
  const types = Object.keys(weights.types) as (keyof EventWeights['types'])[];
  return [...types.filter((type) => weights.types[type] !== 0), 'view', 'return'];
}

/** The weight of one event when it happens; negative where it speaks against the item. */
export function interactionWeight(
  { type, dwellMs = null, reason = null }: WeighedEvent,
  weights: EventWeights = eventWeights,
): number {
  if (type === 'return') return weights.return[reason ?? 'other'];
  if (type !== 'view') return weights.types[type];
  const { shortestMs, short, unknown, least, perDoubling, most } = weights.view;
  if (dwellMs === null) return unknown;
  if (dwellMs < shortestMs) return short;
  return Math.min(most, least + perDoubling * Math.log2(dwellMs / shortestMs));
}

/**
 * What is left of an interest after `ageDays`: lasting + (1 − lasting) · 2^(−age / half-life). An
 * age below 0 is 0: clocks differ.
 */
export function interestLeft(ageDays: number, weights: EventWeights = eventWeights): number {
  const { halfLifeDays, lasting } = weights.interest;
  return lasting + (1 - lasting) * 2 ** (-Math.max(0, ageDays) / halfLifeDays);
}

/**
 * How sure one may be that a user wants an item, from the sum of what is left of its events'
 * weights: log₂(1 + sum), as in Hu, Koren, Volinsky 2008 (6). A click is 1 and a purchase with all
 * that led to it about 4, because the hundredth click does not say as much as the first. A sum that
 * is not above 0 is no interaction.
 */
export function confidenceOf(sum: number): number {
  return sum > 0 ? Math.log2(1 + sum) : 0;
}

/**
 * Whether an event shows that the user wanted the item: what a recommendation is tested against.
 * Clicks, likes, carts, purchases, and views from `shortestMs` on; not comments, shares and
 * follows, which may be about anything, nor a view of unknown dwell.
 */
export function isTestPositive(
  { type, dwellMs = null }: WeighedEvent,
  weights: EventWeights = eventWeights,
): boolean {
  if (type === 'view') return dwellMs !== null && dwellMs >= weights.view.shortestMs;
  return testPositiveTypes.includes(type);
}
