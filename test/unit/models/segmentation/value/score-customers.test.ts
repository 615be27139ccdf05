import { describe, expect, it } from '@jest/globals';
import { churnBand } from '../../../../../models/segmentation/value/churn-band.ts';
import { collapseRows } from '../../../../../models/segmentation/value/purchase-rows.ts';
import {
  probabilityAlive,
  scoreCustomers,
} from '../../../../../models/segmentation/value/score-customers.ts';

const cdnow = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };

describe('probabilityAlive', () => {
  it('is the one worked out by hand', () => {
    // r = α = a = b = 1, x = 1: 1 / (1 + 1/1 · ((1+3)/(1+1))²) = 1/5
    expect(probabilityAlive({ r: 1, alpha: 1, a: 1, b: 1 }, 1, 1, 3)).toBeCloseTo(0.2, 15);
  });

  it('is 0 and no error for who ordered a thousand times and then was silent for years', () => {
    expect(probabilityAlive(cdnow, 1000, 50, 500)).toBe(0);
    expect(probabilityAlive(cdnow, 1000, 500, 500)).toBeGreaterThan(0.99);
  });

  it('is 1 for who ordered once', () => {
    expect(probabilityAlive(cdnow, 0, 0, 1000)).toBe(1);
  });
});

describe('scoreCustomers', () => {
  const rows = collapseRows({
    repeats: Uint32Array.of(2, 0, 0),
    recency: Float64Array.of(30.43, 0, 0),
    age: Float64Array.of(38.86, 0, 38.86),
  });
  const { alive, orders, remaining } = scoreCustomers(cdnow, rows, { horizons: [39], year: 52 });
  const of = (customer: number) => rows.groupOf[customer] ?? -1;

  it('expects 1.226 orders of the first customer of CDNOW, who is alive with 0.7266', () => {
    expect(alive[of(0)]).toBeCloseTo(0.7266, 4);
    expect(orders[0]?.[of(0)]).toBeCloseTo(1.226, 3);
  });

  it('tells what is left of the chance that who ordered once comes back', () => {
    expect(remaining[of(1)]).toBeCloseTo(1, 14);
    // (1 − (43.274/95.274)^.243) / (1 − (4.414/56.414)^.243)
    const left = (1 - (43.274 / 95.274) ** 0.243) / (1 - (4.414 / 56.414) ** 0.243);
    expect(remaining[of(2)]).toBeCloseTo(left, 12);
    expect(alive[of(2)]).toBe(1);
  });
});

describe('churnBand', () => {
  it.each([
    [1, 'active'],
    [0.75, 'active'],
    [0.7499, 'at_risk'],
    [0.5, 'at_risk'],
    [0.4999, 'likely_lost'],
    [0.25, 'likely_lost'],
    [0.2499, 'lost'],
    [0, 'lost'],
  ])('of %d is %s', (remaining, band) => {
    expect(churnBand(remaining)).toBe(band);
  });
});
