import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../../models/dataset/seeded-random.ts';
import {
  expectedSpend,
  fitGammaGamma,
  gammaGammaLikelihood,
  groupSpend,
} from '../../../../../models/segmentation/value/gamma-gamma.ts';
import { ValueFitError } from '../../../../../models/segmentation/value/value-fit-error.ts';
import { cdnowSummary } from './cdnow-summary.ts';

const cdnow = cdnowSummary();
const withData = cdnow === undefined ? describe.skip : describe;

withData('Gamma-Gamma on CDNOW', () => {
  it('has the published parameters', () => {
    const { repeats = [], mean = [] } = cdnow ?? {};
    const { parameters, customers, populationMean, convergence } = fitGammaGamma({
      orders: repeats,
      mean,
    });
    // 6.25, 3.74, 15.44 (Fader & Hardie 2013) of money that is not rounded to cents as it is here.
    expect(parameters.p.toFixed(2)).toBe('6.25');
    expect(parameters.q.toFixed(2)).toBe('3.74');
    expect(Math.abs(parameters.gamma / 15.44 - 1)).toBeLessThan(0.001);
    expect(customers).toBe(946);
    expect(populationMean).toBeCloseTo(35.17, 1);
    expect(convergence.gradient).toBeLessThan(1e-8);
  });
});

describe('the likelihood of Gamma-Gamma', () => {
  it('is the one worked out by hand', () => {
    // p = 1, q = 2, γ = 3, x = 2, m = 5: Γ(4)/(Γ(2)Γ(2)) · 3² · 5 · 2² / 13⁴
    const spend = groupSpend({ orders: [2], mean: [5] });
    const { value } = gammaGammaLikelihood(spend, Float64Array.from([1, 2, 3], Math.log));
    expect(value).toBeCloseTo(Math.log((6 * 9 * 5 * 4) / 13 ** 4), 13);
  });

  it('slopes as differences say', () => {
    const spend = groupSpend({ orders: [1, 1, 3, 250], mean: [4, 900, 33, 12.5] });
    const point = Float64Array.from([6.25, 3.74, 15.44], Math.log);
    const { gradient } = gammaGammaLikelihood(spend, point);
    gradient.forEach((slope, k) => {
      const [less, more] = [-1e-5, 1e-5].map((by) => {
        const beside = point.slice();
        beside[k] = (beside[k] ?? 0) + by;
        return gammaGammaLikelihood(spend, beside).value;
      });
      expect(slope).toBeCloseTo(((more ?? 0) - (less ?? 0)) / 2e-5, 5);
    });
  });
});

describe('expectedSpend', () => {
  const parameters = { p: 6.25, q: 3.74, gamma: 15.44 };

  it('weighs a customer’s own mean by how many orders they have', () => {
    // (15.44 + 2 · 22.35) · 6.25 / (12.5 + 2.74)
    expect(expectedSpend(parameters, 2, 22.35)).toBeCloseTo(24.66, 2);
    expect(expectedSpend(parameters, 1e6, 22.35)).toBeCloseTo(22.35, 3);
  });

  it('is everybody’s mean for who has no repeat order', () => {
    expect(expectedSpend(parameters, 0, 0)).toBeCloseTo((6.25 * 15.44) / 2.74, 12);
  });

  it('takes what came back in excess of what was bought for nothing', () => {
    expect(expectedSpend(parameters, 2, -30)).toBe(expectedSpend(parameters, 2, 0));
  });
});

describe('data that cannot carry Gamma-Gamma', () => {
  it('are customers without repeat orders of a mean above 0', () => {
    expect(() => fitGammaGamma({ orders: [0, 2, 1], mean: [9, 0, -4] })).toThrow(
      new ValueFitError('no customer has repeat orders of a mean above 0'),
    );
  });

  it('are customers who all spend the same', () => {
    const orders = Array.from({ length: 400 }, (_, at) => 1 + (at % 4));
    expect(() => fitGammaGamma({ orders, mean: orders.map(() => 20) })).toThrow(ValueFitError);
  });

  it('are customers of whom a few spend more than all others', () => {
    // Drawn from the model with p = 1, q = ½, γ = 10: ν is half the square of a normal number.
    const random = seededRandom(5);
    const exponential = () => -Math.log(1 - random());
    const orders = Float64Array.from({ length: 3000 }, (_, at) => 1 + (at % 5));
    const mean = orders.map((count) => {
      const normal = Math.sqrt(2 * exponential()) * Math.cos(2 * Math.PI * random());
      const sum = Array.from({ length: count }, exponential).reduce((one, other) => one + other);
      return (10 * sum) / count / (normal ** 2 / 2);
    });
    expect(() => fitGammaGamma({ orders, mean })).toThrow(/q must be above 1/);
  });
});
