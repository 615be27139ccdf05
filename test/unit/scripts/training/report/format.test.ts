import { describe, expect, it } from '@jest/globals';
import {
  difference,
  figure,
  metric,
  percent,
  relative,
  shortSpan,
  span,
} from '../../../../../scripts/training/report/format.ts';

describe('figures of a report', () => {
  it('are rounded, with a sign where it matters and a dash where there is none', () => {
    expect([metric(0.18766), metric(Number.NaN)]).toEqual(['0.1877', '–']);
    expect([difference(0.01), difference(-0.0004)]).toEqual(['+0.0100', '−0.0004']);
    expect([relative(0.01, 0.08), relative(-1, 2), relative(1, 0)]).toEqual([
      '+12.5 %',
      '−50.0 %',
      '–',
    ]);
    expect([percent(0.4567), percent(0.4567, 0), percent(null)]).toEqual(['45.7 %', '46 %', '–']);
    expect([figure(-12345.678), figure(0.00012344)]).toEqual(['−12,350', '0.0001234']);
  });

  it('are spans, short where there is little room', () => {
    expect([span(3, 3), span(3, 1420)]).toEqual(['3', '3 to 1,420']);
    expect([shortSpan(3, 3), shortSpan(35, 1415)]).toEqual(['3', '35–1.42K']);
  });
});
