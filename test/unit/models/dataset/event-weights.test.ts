import { describe, expect, it } from '@jest/globals';
import {
  confidenceOf,
  interactionWeight,
  interestLeft,
  isTestPositive,
  weighingTypes,
} from '../../../../models/dataset/event-weights.ts';

describe('interactionWeight', () => {
  it('rises from an impression over a click and a cart to a purchase', () => {
    const types = ['impression', 'click', 'like', 'cart', 'purchase'] as const;
    expect(types.map((type) => interactionWeight({ type }))).toEqual([0, 1, 3, 5, 10]);
  });

  it('counts a view by the logarithm of its dwell, up to a limit', () => {
    const weights = [3000, 6000, 24_000, 48_000, 3_600_000].map((dwellMs) =>
      interactionWeight({ type: 'view', dwellMs }),
    );
    expect(weights).toEqual([1, 1.75, 3.25, 4, 4]);
  });

  it('takes a view below three seconds for a weak sign against the item', () => {
    const bounced = interactionWeight({ type: 'view', dwellMs: 2999 });
    expect(bounced).toBe(-0.5);
    expect(interactionWeight({ type: 'click' }) + bounced).toBeGreaterThan(0);
  });

  it('lets an unmeasured view count as little as a measured one can', () => {
    expect(interactionWeight({ type: 'view' })).toBe(
      interactionWeight({ type: 'view', dwellMs: 3000 }),
    );
  });

  it('takes a purchase back when it was returned, but not for its size', () => {
    expect(interactionWeight({ type: 'return', reason: 'quality' })).toBe(-10);
    expect(interactionWeight({ type: 'return' })).toBe(-10);
    expect(interactionWeight({ type: 'return', reason: 'too_small' })).toBe(0);
  });
});

describe('interestLeft', () => {
  it('halves what passes in thirty days and keeps a quarter for ever', () => {
    expect(interestLeft(0)).toBe(1);
    expect(interestLeft(30)).toBeCloseTo(0.25 + 0.75 / 2, 12);
    expect(interestLeft(60)).toBeCloseTo(0.25 + 0.75 / 4, 12);
    expect(interestLeft(100_000)).toBeCloseTo(0.25, 12);
  });

  it('does not let an event from a fast clock count more than one of now', () => {
    expect(interestLeft(-1)).toBe(1);
  });
});

describe('isTestPositive', () => {
  it('takes clicks, likes, carts, purchases and views from three seconds on', () => {
    for (const type of ['click', 'like', 'cart', 'purchase'] as const) {
      expect(isTestPositive({ type })).toBe(true);
    }
    expect(isTestPositive({ type: 'view', dwellMs: 3000 })).toBe(true);
  });

  it('leaves out what does not show that the item was wanted', () => {
    for (const type of ['impression', 'comment', 'share', 'follow', 'uncart', 'return'] as const) {
      expect(isTestPositive({ type })).toBe(false);
    }
    expect(isTestPositive({ type: 'view', dwellMs: 2999 })).toBe(false);
    expect(isTestPositive({ type: 'view' })).toBe(false);
  });
});

describe('confidenceOf', () => {
  it('grows with the logarithm of the sum, from a click on', () => {
    expect([1, 3, 15].map(confidenceOf)).toEqual([1, 2, 4]);
  });

  it('is none where the sum is not above 0', () => {
    expect([0, -10].map(confidenceOf)).toEqual([0, 0]);
  });
});

describe('weighingTypes', () => {
  it('are all but impressions', () => {
    expect(weighingTypes().sort()).toEqual(
      [
        'click',
        'comment',
        'cart',
        'follow',
        'like',
        'purchase',
        'return',
        'share',
        'uncart',
        'view',
      ].sort(),
    );
  });
});
