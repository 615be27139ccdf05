import { describe, expect, it } from '@jest/globals';
import { fitBgNbd } from '../../../../../models/segmentation/value/fit-bg-nbd.ts';
import { collapseRows } from '../../../../../models/segmentation/value/purchase-rows.ts';
import { ValueFitError } from '../../../../../models/segmentation/value/value-fit-error.ts';
import { cdnowSummary } from './cdnow-summary.ts';

const cdnow = cdnowSummary();
const withData = cdnow === undefined ? describe.skip : describe;

withData('BG/NBD on CDNOW', () => {
  const rows = cdnow ?? {
    repeats: new Uint32Array(),
    recency: new Float64Array(),
    age: new Float64Array(),
  };

  it('has the published parameters and log-likelihood', () => {
    const { parameters, logLikelihood, seesStopping, convergence } = fitBgNbd(collapseRows(rows));
    const { r, alpha, a, b } = parameters;
    expect([r, alpha, a, b].map((value) => value.toFixed(3))).toEqual([
      ...['0.243', '4.414', '0.793', '2.426'],
    ]);
    expect(logLikelihood.toFixed(1)).toBe('-9582.4');
    expect(seesStopping).toBe(true);
    expect(convergence.stopped).toBe('gradient');
    expect(convergence.gradient).toBeLessThan(1e-8);
  });

  it('is the same in days, with seven times the α', () => {
    const inDays = fitBgNbd(
      collapseRows({
        ...rows,
        recency: rows.recency.map((weeks) => weeks * 7),
        age: rows.age.map((weeks) => weeks * 7),
      }),
    );
    const { r, alpha, a, b } = inDays.parameters;
    expect([r, alpha / 7, a, b].map((value) => value.toFixed(3))).toEqual([
      ...['0.243', '4.414', '0.793', '2.426'],
    ]);
  });

  it('is the same to the last digit whatever order the customers come in', () => {
    const reversed = {
      repeats: rows.repeats.toReversed(),
      recency: rows.recency.toReversed(),
      age: rows.age.toReversed(),
    };
    expect(fitBgNbd(collapseRows(reversed))).toEqual(fitBgNbd(collapseRows(rows)));
  });

  it('says how sure it is of the parameters', () => {
    // As another implementation has them (lifetimes 0.11.3).
    const { standardErrors } = fitBgNbd(collapseRows(rows));
    expect(standardErrors?.r).toBeCloseTo(0.012557, 6);
    expect(standardErrors?.alpha).toBeCloseTo(0.378221, 5);
    expect(standardErrors?.a).toBeCloseTo(0.185719, 5);
    expect(standardErrors?.b).toBeCloseTo(0.705345, 5);
  });
});

describe('data that cannot carry BG/NBD', () => {
  const rows = (count: number, of: (row: number) => [number, number, number]) => {
    const all = Array.from({ length: count }, (_, row) => of(row));
    return collapseRows({
      repeats: Uint32Array.from(all, ([x]) => x),
      recency: Float64Array.from(all, ([, last]) => last),
      age: Float64Array.from(all, ([, , age]) => age),
    });
  };

  it('are fewer than 500 customers', () => {
    expect(() => fitBgNbd(rows(499, (row) => [row % 3, (row % 3) * 5, 30]))).toThrow(
      new ValueFitError('expected at least 500 customers with orders, got 499'),
    );
  });

  it('are customers of whom nobody came back', () => {
    expect(() => fitBgNbd(rows(500, () => [0, 0, 30]))).toThrow(
      new ValueFitError('none of 500 customers has ordered on a second day'),
    );
  });

  it('are customers who all order at the same pace', () => {
    expect(() => fitBgNbd(rows(600, (row) => [10, 29 + (row % 2), 30]))).toThrow(
      /run to the boundary \(r .*\): the customers do not differ/,
    );
  });

  it('do not make a failure of customers who do not stop: they are told as such', () => {
    // Gaps between orders as long as the silence at the end.
    const fit = fitBgNbd(
      rows(600, (row) => {
        const x = [0, 1, 2, 4, 8, 16][row % 6] ?? 0;
        return [x, x === 0 ? 0 : (60 * x) / (x + 0.5), 60];
      }),
    );
    expect(fit.seesStopping).toBe(false);
    expect(fit.parameters).toMatchObject({ a: 0, b: 1 });
    expect(fit.logLikelihood).toBe(fit.logLikelihoodWithoutStopping);
    expect(Object.keys(fit.standardErrors ?? {})).toEqual(['r', 'alpha']);
  });
});
