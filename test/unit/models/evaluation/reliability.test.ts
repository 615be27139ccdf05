import { describe, expect, it } from '@jest/globals';
import {
  calibrationError,
  classStatements,
  reliabilityBins,
  topLabelError,
  topLabels,
} from '../../../../models/evaluation/reliability.ts';

const statements = {
  chances: Float64Array.of(0.9, 0.2, 0.6, 0.8, 1),
  right: Uint8Array.of(1, 0, 0, 1, 1),
};

describe('reliability', () => {
  it('is counted in bins of the same width, 1 in the last one', () => {
    expect(reliabilityBins(statements, { bins: 2, cut: 'width' })).toEqual([
      { low: 0, high: 0.5, rows: 1, stated: 0.2, happened: 0 },
      { low: 0.5, high: 1, rows: 4, stated: expect.closeTo(0.825, 12), happened: 0.75 },
    ]);
  });

  it('leaves empty bins out', () => {
    const bins = reliabilityBins(statements, { bins: 5, cut: 'width' });
    expect(bins.map(({ rows }) => rows)).toEqual([1, 1, 3]);
  });

  it('is counted in bins of the same number of rows', () => {
    expect(reliabilityBins(statements, { bins: 2, cut: 'rows' })).toEqual([
      {
        low: 0.2,
        high: 0.8,
        rows: 3,
        stated: expect.closeTo(1.6 / 3, 12),
        happened: expect.closeTo(1 / 3, 12),
      },
      { low: 0.9, high: 1, rows: 2, stated: 0.95, happened: 1 },
    ]);
  });

  it('keeps equal chances together', () => {
    const same = { chances: Float64Array.of(0.5, 0.5, 0.5, 0.7), right: Uint8Array.of(1, 0, 0, 1) };
    const bins = reliabilityBins(same, { bins: 4, cut: 'rows' });
    expect(bins.map(({ rows }) => rows)).toEqual([3, 1]);
  });

  it('has as error the mean distance over the rows', () => {
    const bins = reliabilityBins(statements, { bins: 2, cut: 'width' });
    expect(calibrationError(bins)).toBeCloseTo((0.2 + 4 * 0.075) / 5, 12);
  });

  it('is that of the likeliest class, the first among equals', () => {
    const chances = Float64Array.of(0.4, 0.4, 0.2, 0.1, 0.2, 0.7);
    expect(topLabels(chances, [1, 2], 3)).toEqual({
      chances: Float64Array.of(0.4, 0.7),
      right: Uint8Array.of(0, 1),
    });
    expect(classStatements(chances, [1, 2], 3, 1)).toEqual({
      chances: Float64Array.of(0.4, 0.2),
      right: Uint8Array.of(1, 0),
    });
    const { ofWidth, ofRows } = topLabelError(chances, [1, 2], 3);
    expect(ofWidth).toBeCloseTo((0.4 + 0.3) / 2, 12);
    expect(ofRows).toBeCloseTo((0.4 + 0.3) / 2, 12);
  });

  it('refuses a chance that is none', () => {
    const wrong = { chances: Float64Array.of(1.2), right: Uint8Array.of(1) };
    expect(() => reliabilityBins(wrong, { cut: 'width' })).toThrow('expected 0 to 1, got 1.2');
  });
});
