import { expect, it } from '@jest/globals';
import { firstsOfMonths } from '../../../../models/segmentation/months.ts';

it('gives the firsts of months up to the last, over the end of a year', () => {
  const firsts = firstsOfMonths(new Date('2025-11-20T10:00:00Z'), new Date('2026-02-01T00:00:00Z'));
  expect(firsts.map((day) => day.toISOString())).toEqual([
    '2025-11-01T00:00:00.000Z',
    '2025-12-01T00:00:00.000Z',
    '2026-01-01T00:00:00.000Z',
    '2026-02-01T00:00:00.000Z',
  ]);
  expect(firstsOfMonths(new Date('2026-02-02'), new Date('2026-01-31'))).toEqual([]);
});
