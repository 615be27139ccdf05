import { describe, expect, it } from '@jest/globals';
import { defaultRules } from '../../../../models/segmentation/default-rules.ts';
import {
  type CustomerFacts,
  cellOf,
  layOutRules,
  RuleFaultError,
} from '../../../../models/segmentation/rule-cells.ts';
import {
  type TierCondition,
  type TierRules,
  tierRulesSchema,
} from '../../../../models/segmentation/tier-rules.ts';

/** The default rules with other conditions for one tier. */
function withTier(tier: keyof TierRules['tiers'], when: TierCondition[]): TierRules {
  const { tiers, groups } = defaultRules;
  return { groups, tiers: { ...tiers, [tier]: { ...tiers[tier], when } } };
}

function faultsOf(rules: TierRules, windowDays = 365) {
  try {
    layOutRules(rules, windowDays);
  } catch (error) {
    if (error instanceof RuleFaultError) return error;
    throw error;
  }
  throw new Error('the rules are without a fault');
}

describe('the default rules', () => {
  const laidOut = layOutRules(defaultRules, 365);
  const named = (facts: CustomerFacts) => {
    const cell = cellOf(facts, laidOut.bands);
    const found = laidOut.cells.filter((other) =>
      Object.entries(cell).every(([key, value]) => other[key as keyof typeof cell] === value),
    );
    return found.map(({ tier, group }) => `${tier}/${group}`);
  };
  const customer = (
    [recencyScore, frequencyScore, monetaryScore]: readonly [number, number, number],
    daysSinceLast: number,
    daysSinceFirst = 400,
    orders = 4,
  ): CustomerFacts => ({
    ...{ ordered: 'in_window', recencyScore, frequencyScore, monetaryScore },
    ...{ orders, daysSinceLast, daysSinceFirst },
  });

  it('are a document that the schema takes', () => {
    expect(tierRulesSchema.parse(JSON.parse(JSON.stringify(defaultRules)))).toEqual(defaultRules);
  });

  it('fit every window', () => {
    for (const windowDays of [1, 30, 89, 90, 91, 180, 365, 730]) {
      expect(() => layOutRules(defaultRules, windowDays)).not.toThrow();
    }
  });

  it.each([
    ['much and often, lately', customer([5, 5, 5], 3), 'high_value/champions'],
    ['much and often, not so lately', customer([3, 4, 4], 80), 'high_value/loyal'],
    ['most often, middling money', customer([4, 5, 3], 10), 'high_value/champions'],
    ['often, little money', customer([5, 5, 2], 10), 'promising/potential_loyalist'],
    ['seldom, much money', customer([5, 1, 5], 10), 'promising/promising'],
    ['seldom and little, lately', customer([4, 2, 2], 10), 'low_value/needs_attention'],
    ['seldom and little', customer([3, 1, 1], 80), 'low_value/about_to_sleep'],
    ['first order', customer([5, 1, 5], 2, 2, 1), 'new/recent'],
    ['second order within the month', customer([5, 3, 3], 2, 29.9, 2), 'new/recent'],
    ['third order within the month', customer([5, 4, 4], 2, 20, 3), 'high_value/champions'],
    ['a month after the first', customer([4, 1, 1], 30, 30, 1), 'low_value/needs_attention'],
    ['just before the season is over', customer([2, 5, 5], 89.99), 'high_value/loyal'],
    ['one season missed', customer([5, 5, 5], 90), 'dormant/cannot_lose'],
    ['one season missed, middling', customer([2, 3, 3], 120), 'dormant/at_risk'],
    ['one season missed, little', customer([2, 1, 2], 179.9), 'dormant/hibernating'],
    ['two seasons missed', customer([1, 5, 5], 180), 'lost/lost'],
    [
      'orders before the window only',
      { ordered: 'before', orders: 0, daysSinceLast: 365, daysSinceFirst: 500 } as const,
      'lost/lost',
    ],
    ['no order at all', { ordered: 'never', orders: 0 } as const, 'prospect/prospect'],
  ])('%s', (_, facts, expected) => {
    expect(named(facts)).toEqual([expected]);
  });
});

describe('rules', () => {
  it('with a gap are refused with a user who is in it', () => {
    const error = faultsOf(withTier('dormant', [{ daysSinceLast: { from: 100, below: 180 } }]));
    expect(error.faults).toEqual([
      {
        kind: 'tiers',
        names: [],
        example: {
          ...{ ordered: 'in_window', recencyScore: 1, frequencyScore: 1, monetaryScore: 1 },
          ...{ orders: 1, daysSinceLast: 90, daysSinceFirst: 90 },
        },
      },
    ]);
    expect(error.message).toBe(
      'no rule of tiers is for a user with scores R 1, F 1, M 1 and 1 orders in the window, the last one 90 and the first 90 days ago',
    );
  });

  it('that overlap are refused with a user who is in both', () => {
    const error = faultsOf(withTier('dormant', [{ daysSinceLast: { from: 90, below: 181 } }]));
    expect(error.faults).toMatchObject([
      { names: ['dormant', 'lost'], example: { daysSinceLast: 180 } },
    ]);
    expect(error.message).toMatch(/^tiers dormant and lost are both for a user with /);
  });

  it('that only a user with impossible days would break are taken', () => {
    const { when } = defaultRules.tiers.lost;
    // The first order after the last one: nobody.
    const impossible = { daysSinceLast: { from: 100, below: 180 }, daysSinceFirst: { below: 90 } };
    expect(() => layOutRules(withTier('lost', [...when, impossible]), 365)).not.toThrow();
  });

  it('are refused where they leave out those whose orders have left the window', () => {
    const error = faultsOf(
      withTier('lost', [{ ordered: ['in_window'], daysSinceLast: { from: 180 } }]),
    );
    expect(error.message).toBe(
      'no rule of tiers is for a user with orders before the window only, the last one 365 and the first 365 days ago',
    );
  });

  it.each([
    ['a tier that is missing', { ...defaultRules, tiers: {} }, 'tiers.high_value'],
    [
      'another tier',
      { ...defaultRules, tiers: { ...defaultRules.tiers, vip: defaultRules.tiers.new } },
      'tiers',
    ],
    ['an unknown field', withTier('new', [{ age: 3 } as TierCondition]), 'tiers.new.when.0'],
    [
      'a range that is turned round',
      withTier('new', [{ recencyScore: { min: 4, max: 3 } }]),
      'tiers.new.when.0.recencyScore',
    ],
    [
      'a score above 5',
      withTier('new', [{ recencyScore: { min: 6 } }]),
      'tiers.new.when.0.recencyScore.min',
    ],
    ['no condition', withTier('new', []), 'tiers.new.when'],
  ])('with %s are refused with the path', (_, rules, path) => {
    const { error } = tierRulesSchema.safeParse(rules);
    expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });

  it('of more limits than can be gone through are refused', () => {
    const when = Array.from({ length: 20 }, (_, n) => ({
      daysSinceLast: { from: n, below: n + 1 },
    }));
    expect(() => layOutRules(withTier('new', when), 365)).toThrow('at most 12 limits');
  });
});
