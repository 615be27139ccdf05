import { describe, expect, it } from '@jest/globals';
import { bgNbdLikelihood, nbdLikelihood } from '../../../../../models/segmentation/value/bg-nbd.ts';
import type { Evaluation } from '../../../../../models/segmentation/value/minimise.ts';
import { collapseRows } from '../../../../../models/segmentation/value/purchase-rows.ts';

const logs = (...parameters: number[]) => Float64Array.from(parameters, Math.log);

function row(repeats: number, recency: number, age: number) {
  return collapseRows({
    repeats: Uint32Array.of(repeats),
    recency: Float64Array.of(recency),
    age: Float64Array.of(age),
  });
}

describe('the likelihood of BG/NBD', () => {
  // With r = α = a = b = 1 it is, of (x, t_x, T), x!·B(1, 1+x) (1+T)^−(1+x) + [x > 0] x!·B(2, x) (1+t_x)^−(1+x).
  it.each([
    // 1 / (1 + T)
    { x: 0, last: 0, age: 3, likelihood: 1 / 4 },
    // B(1, 2) = 1/2, B(2, 1) = 1/2: 1/2 · 1/16 + 1/2 · 1/4
    { x: 1, last: 1, age: 3, likelihood: 1 / 32 + 1 / 8 },
    // 2 · B(1, 3) = 2/3, 2 · B(2, 2) = 1/3: 2/3 · 1/64 + 1/3 · 1/8
    { x: 2, last: 1, age: 3, likelihood: 2 / 3 / 64 + 1 / 3 / 8 },
  ])('of x = $x is the one worked out by hand', ({ x, last, age, likelihood }) => {
    const { value } = bgNbdLikelihood(row(x, last, age), logs(1, 1, 1, 1));
    expect(value).toBeCloseTo(Math.log(likelihood), 14);
  });

  it('counts equal rows as often as there are any', () => {
    const one = bgNbdLikelihood(row(2, 1, 3), logs(0.3, 5, 0.7, 2));
    const three = bgNbdLikelihood(
      collapseRows({
        repeats: Uint32Array.of(2, 2, 2),
        recency: Float64Array.of(1, 1, 1),
        age: Float64Array.of(3, 3, 3),
      }),
      logs(0.3, 5, 0.7, 2),
    );
    expect(three.value).toBeCloseTo(3 * one.value, 12);
    three.gradient.forEach((slope, k) => {
      expect(slope).toBeCloseTo(3 * (one.gradient[k] ?? Number.NaN), 12);
    });
  });

  it('stays finite for thousands of orders over decades of days', () => {
    for (const at of [row(5000, 10_000, 10_000), row(5000, 10, 10_000), row(0, 0, 1e6)]) {
      const { value, gradient } = bgNbdLikelihood(at, logs(0.3, 5, 0.7, 2));
      expect([value, ...gradient].every(Number.isFinite)).toBe(true);
    }
  });

  it('shifts by x ln c in a unit of time that is c times smaller', () => {
    const weeks = bgNbdLikelihood(row(3, 20, 30), logs(0.3, 5, 0.7, 2));
    const days = bgNbdLikelihood(row(3, 140, 210), logs(0.3, 35, 0.7, 2));
    expect(days.value).toBeCloseTo(weeks.value - 3 * Math.log(7), 12);
  });

  it('is the NBD where nobody stops', () => {
    const rows = row(4, 10, 30);
    const nbd = nbdLikelihood(rows, logs(0.4, 6)).value;
    expect(bgNbdLikelihood(rows, logs(0.4, 6, 1e-14, 1)).value).toBeCloseTo(nbd, 10);
  });
});

describe('gradients', () => {
  const rows = collapseRows({
    repeats: Uint32Array.of(0, 1, 1, 2, 7, 26, 40),
    recency: Float64Array.of(0, 0.5, 12, 3, 20, 30, 38),
    age: Float64Array.of(10, 39, 12, 39, 39, 38, 38),
  });
  const points = [logs(0.243, 4.414, 0.793, 2.426), logs(3, 0.5, 0.01, 40), logs(0.05, 90, 6, 0.4)];

  it.each(points.map((point) => [point]))('of BG/NBD is what differences say at %p', (point) => {
    expectDifferences((at) => bgNbdLikelihood(rows, at), point);
  });

  it.each(points.map((point) => [point.slice(0, 2)]))(
    'of NBD is what differences say at %p',
    (point) => {
      expectDifferences((at) => nbdLikelihood(rows, at), point);
    },
  );
});

function expectDifferences(f: (at: Float64Array) => Evaluation, point: Float64Array): void {
  const { gradient } = f(point);
  const step = 1e-5;
  gradient.forEach((slope, k) => {
    const [less, more] = [-step, step].map((by) => {
      const beside = point.slice();
      beside[k] = (beside[k] ?? 0) + by;
      return f(beside).value;
    });
    const difference = ((more ?? 0) - (less ?? 0)) / (2 * step);
    expect(Math.abs(slope - difference)).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)));
  });
}
