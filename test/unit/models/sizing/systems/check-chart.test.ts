import { describe, expect, it } from '@jest/globals';
import { chartProblems } from '../../../../../models/sizing/systems/check-chart.ts';
import type { ChartSize } from '../../../../../models/sizing/systems/size-chart.ts';

const size = (label: string, bust: readonly [number, number], more: Partial<ChartSize> = {}) => ({
  label,
  length: 0 as const,
  body: { bustCm: { from: bust[0], to: bust[1] } },
  ...more,
});
const codes = (...sizes: ChartSize[]) =>
  chartProblems(sizes).map(({ size, field, code }) => `${size} ${field ?? '-'} ${code}`);

describe('a chart', () => {
  it('is right when its ranges rise and at most touch', () => {
    expect(codes(size('S', [82, 86]), size('M', [86, 90]), size('L', [91, 95]))).toEqual([]);
    expect(codes(size('S', [84, 84]), size('M', [88, 88]))).toEqual([]);
  });

  it('has its lengths each in its own order', () => {
    const petite = { length: -1 as const };
    expect(
      codes(
        size('S', [82, 86]),
        size('M', [86, 90]),
        size('SP', [82, 86], petite),
        size('MP', [86, 90], petite),
      ),
    ).toEqual([]);
  });

  it('may have the same heights and overlapping weights beside girths', () => {
    const rest = { heightCm: { from: 155, to: 165 } };
    const sizes = [84, 88].map((from, n) => {
      const body = {
        ...rest,
        bustCm: { from, to: from + 4 },
        weightKg: { from: 45 + n, to: 55 + n },
      };
      return { label: String(n), length: 0 as const, body };
    });
    expect(chartProblems(sizes)).toEqual([]);
    // Without girths heights are all there is.
    expect(codes(...sizes.map((one) => ({ ...one, body: rest })))).toEqual(['1 heightCm overlap']);
  });

  it.each([
    ['a label twice', [size('XXL', [82, 86]), size('2xl', [86, 90])], '1 label repeated_label'],
    ['ranges that overlap', [size('S', [82, 87]), size('M', [86, 90])], '1 bustCm overlap'],
    ['the same range twice', [size('S', [84, 84]), size('M', [84, 84])], '1 bustCm overlap'],
    ['the larger size first', [size('M', [86, 90]), size('S', [82, 86])], '1 bustCm wrong_order'],
    ['min above max', [size('S', [86, 82])], '0 bustCm min_above_max'],
    ['no measurement', [size('S', [82, 86], { body: {} })], '0 - no_measurement'],
    [
      'another measurement than the first',
      [size('S', [82, 86]), size('M', [0, 0], { body: { waistCm: { from: 70, to: 74 } } })],
      '1 - other_measurements',
    ],
  ])('is told of %s', (_, sizes, problem) => {
    expect(codes(...sizes)).toEqual([problem]);
  });

  it('is told what was expected and what came', () => {
    expect(chartProblems([size('S', [82, 87]), size('M', [86, 90])])[0]?.message).toBe(
      'expected to begin where 82 to 87 of sizes[0] end, got 86 to 90',
    );
    expect(chartProblems([size('M', [86, 90]), size('S', [82, 86])])[0]?.message).toBe(
      'expected the smallest size first: more than 86 to 90 of sizes[0], got 82 to 86',
    );
  });
});
