import { describe, expect, it } from '@jest/globals';
import { exposureText } from '../../../../scripts/exposure/exposure-text.ts';
import type {
  ExposureReport,
  ExposureReportOptions,
  OutcomeRates,
} from '../../../../services/exposure/exposure-report.ts';

const options: ExposureReportOptions = {
  ...{ from: new Date(0), to: new Date(1), version: null, variant: null, roomId: null },
  windows: { click: 1_800, purchase: 86_400 },
  ...{ tail: 0.5, newDays: 14, top: 50, clip: 0.05, seed: 1, mostAnswers: 10 },
};
const interval = (mean: number) => ({ mean, low: mean - 0.01, high: mean + 0.01 });
const nothing = { mean: Number.NaN, low: Number.NaN, high: Number.NaN };
const rates: OutcomeRates = {
  ...{ shown: 12_345, clicks: 1_234, purchases: 0 },
  ...{ clickRate: interval(0.1), clickRateCorrected: interval(0.2) },
  ...{ purchaseRate: interval(0.01), purchaseRateCorrected: nothing },
};
const report: ExposureReport = {
  ...{ answers: 2_000, named: 1_900, sampled: 1 },
  ...{ firstAt: new Date(0), lastAt: new Date(1_000) },
  spread: {
    ...{ catalogue: 1_000, shown: 40_000, coverage: 0.55, top: 0.4, topOfClicks: 0.5 },
    ...{ topOfPurchases: Number.NaN, longTail: 0.125, newItems: 0.031, gini: 0.7 },
  },
  bySource: [{ source: 'hybrid', ...rates }],
  byPosition: [
    { from: 1, to: 1, examination: 1, ...rates },
    { from: 21, to: 50, examination: Number.NaN, ...rates },
  ],
};

describe('exposureText', () => {
  it('says how what was shown was spread, and a dash where nothing can be said', () => {
    const text = exposureText(report, options);
    expect(text).toContain('answers                 2,000, 1970-01-01T00:00:00.000Z to 1970-');
    expect(text).toContain('coverage                55.0 % of 1,000 items\n');
    expect(text).toContain('40.0 % of what was shown, 50.0 % of clicks, – of purchases\n');
    expect(text).toContain('share of the long tail  12.5 % (the 50.0 % least popular now)\n');
    expect(text).toContain('Gini coefficient        0.700\n');
  });

  it('has the rates by source and by place as tables whose columns are in line', () => {
    const text = exposureText(report, options);
    expect(text).toContain('rates of all viewers;');
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(rows[2]).toMatch(
      /^\| hybrid +\| 12,345 \| 10\.00 % \(9\.00 to 11\.00\) \| 20\.00 % \(19\.00 to 21\.00\) \| 1\.00 % \(0\.00 to 2\.00\) \| – +\|$/,
    );
    expect(rows.slice(0, 3).map(({ length }) => length)).toEqual(
      Array(3).fill(rows[0]?.length ?? 0),
    );
    expect(rows.at(-1)).toMatch(/^\| 21–50 +\| – +\| 12,345 \|/);
  });

  it('says that rates are of a sample, or that there are none', () => {
    expect(exposureText({ ...report, sampled: 0.25 }, options)).toContain(
      'rates of a sample of 25.0 % of the viewers;',
    );
    const unnamed = { ...report, answers: 0, named: 0, firstAt: null, lastAt: null };
    const text = exposureText(unnamed, options);
    expect(text).toContain('0, none in this time');
    expect(text).toContain('no answer says who was answered: no rates\n');
    expect(text).not.toContain('|');
  });
});
