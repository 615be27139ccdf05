import type { TierCondition, TierRule, TierRules } from './tier-rules.ts';
import type { RfmGroup, Tier } from './tiers.ts';

export type Standing = 'in_window' | 'before' | 'never';

/** All that rules speak of. Days are whole or not; what a user does not have is undefined. */
export interface CustomerFacts {
  readonly ordered: Standing;
  /** Each from 1 to 5; of those with an order in the window. */
  readonly recencyScore?: number;
  readonly frequencyScore?: number;
  readonly monetaryScore?: number;
  /** In the window; 0 for others. */
  readonly orders: number;
  /** Of those with an order. */
  readonly daysSinceLast?: number;
  readonly daysSinceFirst?: number;
}

/**
 * Where what the rules say can change: orders and days at and above a cut are another band than
 * those below it. Ascending.
 */
export interface Bands {
  readonly orders: readonly number[];
  readonly daysSinceLast: readonly number[];
  readonly daysSinceFirst: readonly number[];
}

/** Users whom no rule can tell apart. A band is the number of cuts that are not above the value. */
export interface Cell {
  readonly ordered: Standing;
  /** 0: none. */
  readonly recencyScore: number;
  readonly frequencyScore: number;
  readonly monetaryScore: number;
  readonly orders: number;
  readonly daysSinceLast: number;
  readonly daysSinceFirst: number;
}

export interface NamedCell extends Cell {
  readonly tier: Tier;
  readonly group: RfmGroup;
}

/** Rules, laid out: each cell that a user can be in, with its one tier and its one group. */
export interface RuleCells {
  readonly windowDays: number;
  readonly bands: Bands;
  readonly cells: readonly NamedCell[];
}

/** A user who would be in no tier or group, or in several. */
export interface RuleFault {
  readonly kind: 'tiers' | 'groups';
  /** Empty: a gap. */
  readonly names: readonly string[];
  readonly example: CustomerFacts;
}

const mostCuts = 12;

/** Rules that cannot be: the first fault of each kind with an example. */
export class RuleFaultError extends Error {
  readonly faults: readonly RuleFault[];

  constructor(faults: readonly RuleFault[]) {
    super(faults.map(faultText).join('; '));
    this.name = 'RuleFaultError';
    this.faults = faults;
  }
}

/** Whether a condition holds for a user. */
export function holds(condition: TierCondition, facts: CustomerFacts): boolean {
  const { ordered, orders, daysSinceLast, daysSinceFirst } = condition;
  return (
    (ordered === undefined || ordered.includes(facts.ordered)) &&
    isWithin(condition.recencyScore, facts.recencyScore) &&
    isWithin(condition.frequencyScore, facts.frequencyScore) &&
    isWithin(condition.monetaryScore, facts.monetaryScore) &&
    isWithin(orders, facts.orders) &&
    isSince(daysSinceLast, facts.daysSinceLast) &&
    isSince(daysSinceFirst, facts.daysSinceFirst)
  );
}

/**
 * Goes through all cells that a user can be in: 125 scores, times bands of orders and of days, less
 * what cannot be (a first order after the last one), and those without an order in the window.
 *
 * @param windowDays an order that is at least so many days old is not in the window
 * @throws RuleFaultError where a cell has not exactly one tier and one group, with a user who is in it
 */
export function layOutRules(rules: TierRules, windowDays: number): RuleCells {
  const bands = bandsOf(rules);
  const cells: NamedCell[] = [];
  const faults = new Map<string, RuleFault>();
  for (const { cell, facts } of possibleCells(bands, windowDays)) {
    const found = {
      tiers: namesFor<Tier>(rules.tiers, facts),
      groups: namesFor<RfmGroup>(rules.groups, facts),
    };
    for (const kind of ['tiers', 'groups'] as const) {
      const names: readonly string[] = found[kind];
      const key = `${kind} ${names.length === 0 ? 'gap' : 'overlap'}`;
      if (names.length === 1 || faults.has(key)) continue;
      faults.set(key, { kind, names, example: facts });
    }
    const [tier] = found.tiers;
    const [group] = found.groups;
    if (tier !== undefined && group !== undefined) cells.push({ ...cell, tier, group });
  }
  if (faults.size > 0) throw new RuleFaultError([...faults.values()]);
  return { windowDays, bands, cells };
}

/** The cell of a user. */
export function cellOf(facts: CustomerFacts, bands: Bands): Cell {
  const isOrdered = facts.ordered !== 'never';
  return {
    ordered: facts.ordered,
    recencyScore: facts.recencyScore ?? 0,
    frequencyScore: facts.frequencyScore ?? 0,
    monetaryScore: facts.monetaryScore ?? 0,
    orders: bandOf(facts.orders, bands.orders),
    daysSinceLast: isOrdered ? bandOf(facts.daysSinceLast ?? 0, bands.daysSinceLast) : 0,
    daysSinceFirst: isOrdered ? bandOf(facts.daysSinceFirst ?? 0, bands.daysSinceFirst) : 0,
  };
}

function bandOf(value: number, cuts: readonly number[]): number {
  return cuts.filter((cut) => cut <= value).length;
}

function isWithin(
  range: { readonly min?: number | undefined; readonly max?: number | undefined } | undefined,
  value: number | undefined,
): boolean {
  if (range === undefined) return true;
  const { min = 0, max = Number.POSITIVE_INFINITY } = range;
  return value !== undefined && value >= min && value <= max;
}

function isSince(
  range: { readonly from?: number | undefined; readonly below?: number | undefined } | undefined,
  value: number | undefined,
): boolean {
  if (range === undefined) return true;
  const { from = 0, below = Number.POSITIVE_INFINITY } = range;
  return value !== undefined && value >= from && value < below;
}

function namesFor<Name extends string>(
  rules: Readonly<Record<Name, TierRule>>,
  facts: CustomerFacts,
): Name[] {
  return (Object.keys(rules) as Name[]).filter((name) =>
    rules[name].when.some((condition) => holds(condition, facts)),
  );
}

function bandsOf(rules: TierRules): Bands {
  const conditions = [...Object.values(rules.tiers), ...Object.values(rules.groups)].flatMap(
    ({ when }) => when,
  );
  const cuts = (name: string, values: readonly (number | undefined)[]) => {
    const found = [...new Set(values.filter((value) => value !== undefined && value > 0))];
    if (found.length > mostCuts) {
      throw new RangeError(`${name}: expected at most ${mostCuts} limits, got ${found.length}`);
    }
    return (found as number[]).sort((a, b) => a - b);
  };
  const next = (max: number | undefined) => (max === undefined ? undefined : max + 1);
  return {
    orders: cuts('orders', [
      1,
      ...conditions.flatMap(({ orders }) => [orders?.min, next(orders?.max)]),
    ]),
    daysSinceLast: cuts(
      'daysSinceLast',
      conditions.flatMap(({ daysSinceLast: since }) => [since?.from, since?.below]),
    ),
    daysSinceFirst: cuts(
      'daysSinceFirst',
      conditions.flatMap(({ daysSinceFirst: since }) => [since?.from, since?.below]),
    ),
  };
}

interface PossibleCell {
  readonly cell: Cell;
  /** Somebody who is in it. */
  readonly facts: CustomerFacts;
}

function* possibleCells(bands: Bands, windowDays: number): Generator<PossibleCell> {
  const possible = (facts: CustomerFacts) => ({ cell: cellOf(facts, bands), facts });
  yield possible({ ordered: 'never', orders: 0 });
  for (const days of possibleDays(bands, windowDays, Number.POSITIVE_INFINITY)) {
    yield possible({ ordered: 'before', orders: 0, ...days });
  }
  const scores = [1, 2, 3, 4, 5];
  for (const days of possibleDays(bands, 0, windowDays)) {
    for (const orders of bands.orders) {
      for (const recencyScore of scores) {
        for (const frequencyScore of scores) {
          for (const monetaryScore of scores) {
            const score = { recencyScore, frequencyScore, monetaryScore };
            yield possible({ ordered: 'in_window', ...score, orders, ...days });
          }
        }
      }
    }
  }
}

/** The least days of each pair of bands, with the last order from `from` to below `below` days ago. */
function* possibleDays(bands: Bands, from: number, below: number) {
  const starts = (cuts: readonly number[], least: number) => [
    least,
    ...cuts.filter((cut) => cut > least),
  ];
  for (const daysSinceLast of starts(bands.daysSinceLast, from)) {
    if (daysSinceLast >= below) continue;
    // The first order was not after the last one.
    for (const daysSinceFirst of starts(bands.daysSinceFirst, daysSinceLast)) {
      yield { daysSinceLast, daysSinceFirst };
    }
  }
}

function faultText({ kind, names, example }: RuleFault): string {
  const what =
    names.length === 0
      ? `no rule of ${kind} is for`
      : `${kind} ${names.join(' and ')} are both for`;
  return `${what} a user with ${factsText(example)}`;
}

function factsText(facts: CustomerFacts): string {
  if (facts.ordered === 'never') return 'no order at all';
  const { recencyScore: r, frequencyScore: f, monetaryScore: m, orders } = facts;
  const since = `the last one ${facts.daysSinceLast} and the first ${facts.daysSinceFirst} days ago`;
  if (facts.ordered === 'before') return `orders before the window only, ${since}`;
  return `scores R ${r}, F ${f}, M ${m} and ${orders} orders in the window, ${since}`;
}
