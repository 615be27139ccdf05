import { describe, expect, it } from '@jest/globals';
import { InvalidInputError, type Issue } from '../../../../services/errors.ts';
import { checkRule } from '../../../../services/segments/check-rule.ts';
import { fieldNames, findField } from '../../../../services/segments/segment-fields.ts';

const tagKinds = ['category', 'brand'];
const words = {
  findField: (name: string) => findField(name, tagKinds),
  fieldNames: fieldNames(tagKinds),
  now: new Date('2026-06-30T12:00:00Z'),
};

function issuesOf(rule: unknown): readonly Issue[] {
  try {
    checkRule(rule, words);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.issues;
    throw error;
  }
  throw new Error('expected it to be refused');
}

const tier = { field: 'tier', op: 'eq', value: 'lost' };
const bought = { events: 'purchase', op: 'gte', value: 1 };

describe('checkRule', () => {
  it('brings a rule to one form', () => {
    const rule = {
      all: [
        { ...bought, within: { from: '2026-06-01T00:00:00+08:00' } },
        { field: 'createdAt', op: 'after', value: '2026-01-01T08:00:00+08:00' },
        { bucket: { seed: 'x', to: 0.5 } },
        { not: { any: [tier] } },
      ],
    };
    expect(checkRule(rule, words)).toEqual({
      all: [
        {
          ...{ events: ['purchase'], measure: 'count', op: 'gte', value: 1 },
          within: { from: '2026-05-31T16:00:00.000Z' },
        },
        { field: 'createdAt', op: 'after', value: '2026-01-01T00:00:00.000Z' },
        { bucket: { seed: 'x', from: 0, to: 0.5 } },
        { not: { any: [tier] } },
      ],
    });
  });

  it('takes its own answer', () => {
    const once = checkRule({ any: [{ ...bought, within: { days: 3 } }, tier] }, words);
    expect(checkRule(once, words)).toEqual(once);
    expect(checkRule(JSON.parse(JSON.stringify(once)), words)).toEqual(once);
  });

  it('tells the path of every mistake at once', () => {
    const issues = issuesOf({
      all: [
        tier,
        { any: [{ field: 'teir', op: 'eq', value: 'x' }, { not: { all: [] } }] },
        { ...bought, op: 'is' },
      ],
    });
    expect(issues.map(({ path }) => path)).toEqual([
      'rule.all[1].any[0].field',
      'rule.all[1].any[1].not.all',
      'rule.all[2].op',
    ]);
  });

  it.each<[unknown, string, string]>([
    [undefined, 'rule', 'expected an object with one of all, any, not'],
    [null, 'rule', 'expected an object'],
    [[tier], 'rule', 'expected an object'],
    ['tier = lost', 'rule', 'expected an object'],
    [{}, 'rule', 'expected a condition, got {}'],
    [{ all: [] }, 'rule.all', 'expected at least one condition'],
    [{ any: [] }, 'rule.any', 'expected at least one condition'],
    [{ all: tier }, 'rule.all', 'expected a list of conditions'],
    [{ all: [{}] }, 'rule.all[0]', 'expected a condition, got {}'],
    [{ al: [tier] }, 'rule', 'got al; did you mean all or any?'],
    [{ ...tier, events: 'click' }, 'rule', 'got field and events'],
    [{ all: [tier], name: 'x' }, 'rule.name', 'unknown field beside all'],
    [{ ...tier, extra: 1 }, 'rule.extra', 'unknown field'],
    [{ ...tier, field: 'teir' }, 'rule.field', 'unknown field "teir"; did you mean tier'],
    [{ ...tier, field: 'xyzzy' }, 'rule.field', 'GET /v1/segments/fields lists them'],
    [{ ...tier, field: 'tag.bran' }, 'rule.field', 'did you mean tag.brand?'],
    [{ ...tier, field: 'attributes.' }, 'rule.field', 'unknown field'],
    [{ ...tier, field: 'constructor' }, 'rule.field', 'unknown field'],
    [{ ...tier, op: 'gte' }, 'rule.op', 'expected one of eq, ne, in'],
    [{ ...tier, op: 'equals' }, 'rule.op', 'for tier, which is a text'],
    [{ ...tier, value: 'lots' }, 'rule.value', 'did you mean lost?'],
    [{ ...tier, value: 3 }, 'rule.value', 'expected a text, got 3'],
    [{ ...tier, value: ['lost'] }, 'rule.value', 'expected one value for eq'],
    [{ ...tier, op: 'in' }, 'rule.value', 'expected a list for in'],
    [{ ...tier, op: 'in', value: [] }, 'rule.value', 'expected'],
    [{ ...tier, op: 'in', value: ['lost', 'gone'] }, 'rule.value[1]', 'expected one of high_value'],
    [{ ...tier, op: 'exists', value: 'yes' }, 'rule.value', 'expected true (is known)'],
    [{ ...tier, of: 'dresses' }, 'rule.of', 'tier takes no of'],
    [{ ...tier, minWeight: 2 }, 'rule.minWeight', 'minWeight is of tags alone'],
    [{ field: 'clicks', op: 'gte', value: '3' }, 'rule.value', 'expected a number, got "3"'],
    [{ field: 'clicks', op: 'between', value: [5, 2] }, 'rule.value', 'the least before the most'],
    [{ field: 'clicks', op: 'between', value: [5] }, 'rule.value', 'expected two values'],
    [{ field: 'personalised', op: 'eq', value: 1 }, 'rule.value', 'expected true or false'],
    [
      { field: 'lastOrderAt', op: 'before', value: '2026-01-01' },
      'rule.value',
      'a time with a zone',
    ],
    [{ field: 'lastOrderAt', op: 'within_days', value: 0 }, 'rule.value', 'expected days, above 0'],
    [{ field: 'attributes.x', op: 'gte', value: 'a' }, 'rule.value', 'expected a number'],
    [{ ...bought, events: 'purchases' }, 'rule.events', 'expected any, or one or a list of'],
    [{ ...bought, events: [] }, 'rule.events', 'expected array to have >=1 items'],
    [{ ...bought, within: { days: 0 } }, 'rule.within.days', '>0'],
    [{ ...bought, within: { days: 4000 } }, 'rule.within.days', '<=3650'],
    [{ ...bought, within: {} }, 'rule.within', 'expected days, or from, to or both'],
    [{ ...bought, within: { day: 3 } }, 'rule.within.day', 'unknown field'],
    [
      { ...bought, within: { days: 3, from: '2026-01-01T00:00:00Z' } },
      'rule.within.from',
      'unknown field',
    ],
    [
      { ...bought, within: { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' } },
      'rule.within.to',
      'expected a time after from',
    ],
    [
      { ...bought, within: { from: '2026-07-01T00:00:00Z' } },
      'rule.within.from',
      'expected a time that has been',
    ],
    [{ ...bought, where: {} }, 'rule.where', 'expected at least one filter'],
    [{ ...bought, where: { color: ['red'] } }, 'rule.where.color', 'unknown field'],
    [{ ...bought, where: { category: [] } }, 'rule.where.category', 'expected'],
    [{ ...bought, where: { price: { min: 5, max: 5 } } }, 'rule.where.price.max', 'more than min'],
    [{ ...bought, where: { reason: ['other'] } }, 'rule.where.reason', 'of return events alone'],
    [{ ...bought, measure: 'dwellMs' }, 'rule.measure', 'of view events alone'],
    [{ ...bought, events: 'click', measure: 'spend' }, 'rule.measure', 'purchase and return'],
    [{ ...bought, op: 'between' }, 'rule.value', 'the least and the most'],
    [{ ...bought, op: 'between', value: [3, 1] }, 'rule.value', 'the least before the most'],
    [{ ...bought, value: [1, 2] }, 'rule.value', 'expected a number'],
    [{ segment: '' }, 'rule.segment', 'expected'],
    [{ bucket: { seed: 'x', from: 0.5, to: 0.5 } }, 'rule.bucket.to', 'expected more than from'],
    [{ bucket: { seed: '' } }, 'rule.bucket.seed', 'expected'],
  ])('refuses %j at %s', (rule, path, message) => {
    const [issue] = issuesOf(rule);
    expect(issue?.path).toBe(path);
    expect(issue?.message.replace(/\s/g, ' ')).toContain(message);
  });

  it('refuses what is too deep or too large, however large', () => {
    let deep: unknown = tier;
    for (let level = 0; level < 5000; level++) deep = { not: deep };
    expect(issuesOf(deep)).toEqual([expect.objectContaining({ code: 'too_deep' })]);
    const wide = { any: Array.from({ length: 5000 }, () => tier) };
    expect(issuesOf(wide)).toEqual([expect.objectContaining({ code: 'too_big' })]);
  });
});
