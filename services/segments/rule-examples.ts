import type { Rule } from './rule.ts';

/** What rules look like, for those who write one. Tests hold that each of them is one. */
export const ruleExamples: readonly Rule[] = [
  { field: 'tier', op: 'in', value: ['high_value', 'promising'] },
  {
    all: [
      { field: 'tier', op: 'eq', value: 'dormant' },
      { field: 'expectedSpend365d', op: 'gte', value: 200 },
      { field: 'marketingConsent', op: 'eq', value: true },
    ],
  },
  {
    all: [
      {
        events: ['view', 'click'],
        within: { days: 14 },
        where: { category: ['dresses'], price: { max: 100 } },
        measure: 'count',
        op: 'gte',
        value: 3,
      },
      {
        not: { events: ['purchase'], within: { days: 14 }, measure: 'count', op: 'gte', value: 1 },
      },
    ],
  },
  {
    events: 'any',
    within: { days: 30 },
    where: { inRoom: true },
    measure: 'rooms',
    op: 'gte',
    value: 5,
  },
  {
    all: [
      { field: 'tag.brand', op: 'eq', value: 'Linea' },
      { field: 'usualSize', of: 'dresses', op: 'in', value: ['S', 'M'] },
    ],
  },
  { bucket: { seed: 'autumn test', from: 0, to: 0.1 } },
];
