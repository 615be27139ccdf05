import { describe, expect, it } from '@jest/globals';
import { runsOf } from '../../../../models/sizing/runs.ts';

const prior = { small: 0.2, fit: 0.6, large: 0.2 };
const none = { small: 0, fit: 0, large: 0 };

describe('how an item runs', () => {
  it('is the mean and the variance of a Dirichlet posterior', () => {
    // α = (2 + 7, 6 + 2, 2 + 1), A = 20: (9 − 3) / 20 = .3; (12/20 − .09) / 21 = .024286.
    const runs = runsOf({ small: 7, fit: 2, large: 1 }, prior, 10);
    expect(runs.lean).toBeCloseTo(0.3, 12);
    expect(runs.high - runs.lean).toBeCloseTo(1.96 * Math.sqrt(0.51 / 21), 12);
    // .3 − 1.2816 × .1558 = .1003.
    expect(runs.direction).toBe('small');
  });

  it('turns with its outcomes', () => {
    const counts = { small: 1, fit: 2, large: 7 };
    expect(runsOf(counts, prior, 10)).toMatchObject({ direction: 'large', lean: -0.3 });
  });

  it('is not known without outcomes, and true with many that are even', () => {
    expect(runsOf(none, prior)).toMatchObject({ direction: 'unknown', lean: 0 });
    expect(runsOf({ small: 10, fit: 80, large: 10 }, prior).direction).toBe('true');
    const usual = { small: 0.05, fit: 0.9, large: 0.05 };
    expect(runsOf({ small: 0, fit: 9, large: 0 }, usual).direction).toBe('unknown');
    expect(runsOf({ small: 0, fit: 10, large: 0 }, usual).direction).toBe('true');
  });

  it('takes the prior as it is where nothing else is known', () => {
    const small = { small: 0.5, fit: 0.4, large: 0.1 };
    expect(runsOf(none, small, 15).lean).toBeCloseTo(0.4, 12);
  });

  it('stays within what a share can be', () => {
    const runs = runsOf({ small: 3, fit: 0, large: 0 }, { small: 0.98, fit: 0.01, large: 0.01 }, 1);
    expect(runs.high).toBe(1);
  });
});
