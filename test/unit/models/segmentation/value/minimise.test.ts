import { describe, expect, it } from '@jest/globals';
import { minimise } from '../../../../../models/segmentation/value/minimise.ts';

/** (1 − x)² + 100 (y − x²)²: a long curved valley to (1, 1). */
function rosenbrock([x = 0, y = 0]: Float64Array) {
  return {
    value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
  };
}

describe('minimise', () => {
  it('finds the end of a curved valley', () => {
    const found = minimise(rosenbrock, Float64Array.of(-1.2, 1));
    expect(found.stopped).toBe('gradient');
    expect(found.point[0]).toBeCloseTo(1, 7);
    expect(found.point[1]).toBeCloseTo(1, 7);
    expect(found.iterations).toBeLessThan(60);
  });

  it('stops where it starts when it starts at the lowest point', () => {
    const found = minimise(rosenbrock, Float64Array.of(1, 1));
    expect([found.iterations, found.evaluations, found.value]).toEqual([0, 1, 0]);
  });

  it('turns back from where there is no value', () => {
    // x − ln x, which is none below 0, from far out on the right.
    const found = minimise(
      ([x = 0]) => ({ value: x - Math.log(x), gradient: Float64Array.of(1 - 1 / x) }),
      Float64Array.of(2.9),
    );
    expect(found.point[0]).toBeCloseTo(1, 7);
  });

  it('says that it gave up', () => {
    const found = minimise(rosenbrock, Float64Array.of(-1.2, 1), { mostIterations: 3 });
    expect([found.stopped, found.iterations]).toEqual(['iterations', 3]);
  });

  it('says that nothing more can be gained of a function that is not smooth', () => {
    const found = minimise(
      ([x = 0]) => ({ value: Math.abs(x), gradient: Float64Array.of(x < 0 ? -1 : 1) }),
      Float64Array.of(0.7),
    );
    expect(found.stopped).toBe('precision');
    expect(Math.abs(found.value)).toBeLessThan(1e-6);
  });
});
