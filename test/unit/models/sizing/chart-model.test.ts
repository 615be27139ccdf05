import { describe, expect, it } from '@jest/globals';
import { chartModel } from '../../../../models/sizing/chart-model.ts';
import type { FitOutcome, Garment, SizeOutcome } from '../../../../models/sizing/size-types.ts';

const scale = 'order:hats';
const at = 0;
const run = {
  scale,
  sizes: ['S', 'M', 'L', 'XL'].map((label, position) => ({ label, position, length: 0 as const })),
};
const hat: Garment = { itemId: 'hat', category: 'hats', brand: null, run };
const outcome = (position: number, fit: FitOutcome = 'fit'): SizeOutcome => {
  return { scale, position, length: 0, fit, at };
};
const worn = (position: number, fit?: FitOutcome) => {
  return { ...outcome(position, fit), itemId: 'other', category: 'hats', brand: null };
};
const sold = (position: number, fit?: FitOutcome) => ({ ...outcome(position, fit), body: {} });
const item = (...outcomes: ReturnType<typeof sold>[]) => chartModel.itemEvidence(hat, outcomes, at);
const wearer = (...outcomes: ReturnType<typeof worn>[]) =>
  chartModel.wearerEvidence({}, outcomes, at);
const likeliest = (chances: Float64Array) => chances.indexOf(Math.max(...chances));

describe('the size chart and what was kept', () => {
  it('is a normal density around the size that was kept', () => {
    // Variance .7² + .5² + .5² = .99; the densities at 0, 1, 2, 3 around 1.
    const density = [0, 1, 2, 3].map((x) => Math.exp(-((x - 1) ** 2) / 2 / 0.99));
    const sum = density.reduce((a, b) => a + b);
    const chances = chartModel.choose(wearer(worn(1)), item());
    for (const [n, chance] of chances.entries()) {
      expect(chance).toBeCloseTo((density[n] ?? 0) / sum, 12);
    }
  });

  it('takes a size more after one that was too small, and one less after one too large', () => {
    expect(likeliest(chartModel.choose(wearer(worn(1, 'small')), item()))).toBe(2);
    expect(likeliest(chartModel.choose(wearer(worn(2, 'large')), item()))).toBe(1);
  });

  it('takes a size more in an item that many found small', () => {
    const small = Array.from({ length: 30 }, () => sold(1, 'small'));
    // Offset: (30 / 2.25) / (4 + 30 / 2.25) = .77 of a step.
    expect(likeliest(chartModel.choose(wearer(worn(1)), item(...small)))).toBe(2);
  });

  it('goes by what was kept of the item where nothing is known of the wearer', () => {
    const chances = chartModel.choose(wearer(), item(sold(2), sold(2), sold(1), sold(3, 'small')));
    expect([...chances]).toEqual([3, 4, 5, 3].map((weight) => weight / 15));
  });

  it('asks the chart for a body', () => {
    const dress: Garment = { ...hat, run: { ...run, scale: 'women-dress' } };
    const evidence = chartModel.itemEvidence(dress, [], at);
    const slim = chartModel.wearerEvidence({ bustCm: 82, waistCm: 64, hipCm: 88 }, [], at);
    const full = chartModel.wearerEvidence({ bustCm: 94, waistCm: 76, hipCm: 100 }, [], at);
    const meanOf = (chances: Float64Array) => chances.reduce((sum, p, n) => sum + n * p, 0);
    const [a, b] = [chartModel.choose(slim, evidence), chartModel.choose(full, evidence)];
    expect(meanOf(b)).toBeGreaterThan(meanOf(a));
    const nobody = chartModel.wearerEvidence({}, [], at);
    expect(chartModel.wouldHelp(nobody, evidence)).toEqual([
      'bustCm',
      'waistCm',
      'hipCm',
      'purchases',
    ]);
  });

  it('gives chances that sum to one, and smaller sizes a higher one to be too small', () => {
    const predicted = chartModel.predict(wearer(worn(1), worn(2)), item(sold(1, 'large')));
    expect(predicted.reduce((sum, { chosen }) => sum + chosen, 0)).toBeCloseTo(1, 12);
    for (const { small, fit, large } of predicted) expect(small + fit + large).toBeCloseTo(1, 12);
    const small = predicted.map((chances) => chances.small);
    expect(small).toEqual([...small].sort((a, b) => b - a));
  });

  it('says the same of outcomes at once and one after the other', () => {
    const outcomes = [sold(1, 'small'), sold(2), sold(3, 'large'), sold(2, 'small')];
    let evidence = item();
    for (const one of outcomes) evidence = chartModel.withItemOutcome(evidence, one);
    expect(evidence).toEqual(item(...outcomes));
  });
});
