import { describe, expect, it } from '@jest/globals';
import { reliabilitySvg } from '../../../../../scripts/training/report/reliability-svg.ts';

const bins = [
  { low: 0, high: 0.5, rows: 40, stated: 0.25, happened: 0.25 },
  { low: 0.5, high: 1, rows: 2400, stated: 0.75, happened: 0.5 },
];

describe('a reliability diagram', () => {
  const svg = reliabilitySvg('Fit < "test"', [
    { name: 'fit', bins },
    { name: 'small', bins },
  ]);

  it('is an SVG file of its own with its title, names and both axes', () => {
    expect(svg).toMatch(/^<\?xml [^>]+\?>\n<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain('aria-label="Fit &lt; &quot;test&quot;"');
    for (const text of ['>fit<', '>small<', 'chance that was stated', 'share that came true']) {
      expect(svg).toContain(text);
    }
    expect(svg.match(/<svg/g)).toHaveLength(1);
  });

  it('puts a point at the chance and the share of each bin', () => {
    // The plot goes from 66 to 496 and from 416 up to 76.
    const x = 66 + 430 * 0.75;
    const y = 416 - 340 * 0.5;
    expect(svg).toContain(`${x} ${y}`);
  });

  it('is the same whenever it is drawn', () => {
    const again = reliabilitySvg('Fit < "test"', [
      { name: 'fit', bins },
      { name: 'small', bins },
    ]);
    expect(again).toBe(svg);
  });
});
