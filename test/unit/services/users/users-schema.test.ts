import { describe, expect, it } from '@jest/globals';
import { userSchema } from '../../../../services/users/users-schema.ts';

const message = (fields: object) => {
  const parsed = userSchema.safeParse({ userId: 'u1', ...fields });
  return parsed.success ? undefined : parsed.error.issues.map((issue) => issue.message).join('; ');
};

describe('a user', () => {
  it.each([
    [{ heightCm: 1.75 }, 'expected 40 to 250, got 1.75: is it in metres?'],
    [{ heightCm: 1750 }, 'expected 40 to 250, got 1750: is it in millimetres?'],
    [{ heightCm: 30 }, 'expected 40 to 250, got 30: is it in inches?'],
    [{ heightCm: 9000 }, 'expected 40 to 250, got 9000'],
    [{ weightKg: 400 }, 'expected 2 to 300, got 400: is it in pounds?'],
    [{ weightKg: 62000 }, 'expected 2 to 300, got 62000: is it in grams?'],
    [{ waistCm: 28 }, 'expected 40 to 200, got 28: is it in inches?'],
    [{ hipCm: -90 }, 'expected 45 to 220, got -90'],
  ])('with %j is told what was expected', (fields, expected) => {
    expect(message(fields)).toBe(expected);
  });

  it.each([
    [{ heightCm: 40, weightKg: 2, bustCm: 45, waistCm: 40, hipCm: 45 }],
    [{ heightCm: 250, weightKg: 300, bustCm: 200, waistCm: 200, hipCm: 220 }],
    [
      {
        heightCm: null,
        gender: null,
        attributes: { sizes: ['M'], vip: true, visits: 3, note: '' },
      },
    ],
  ])('may have %j', (fields) => {
    expect(message(fields)).toBeUndefined();
  });

  it.each([
    [
      { attributes: { nested: { a: 1 } } },
      'expected a text, a number, true, false or a list of texts',
    ],
    [{ attributes: { many: [1] } }, 'expected a text, a number, true, false or a list of texts'],
    [
      { attributes: Object.fromEntries(Array.from({ length: 51 }, (_value, key) => [key, 1])) },
      'expected at most 50 attributes',
    ],
    [{ channel: 'a\u0000' }, 'expected text without NUL characters or unpaired surrogates'],
  ])('may not have %j', (fields, expected) => {
    expect(message(fields)).toBe(expected);
  });
});
