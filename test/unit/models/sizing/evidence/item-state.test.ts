import { describe, expect, it } from '@jest/globals';
import { ItemState } from '../../../../../models/sizing/evidence/item-state.ts';
import { forgetting, ItemSums } from '../../../../../models/sizing/evidence/item-sums.ts';
import { slotOf } from '../../../../../models/sizing/slots.ts';

const now = 1_700_000_000;
const sizes = [1, 2].map((position) => ({ label: `${position}`, position, length: 0 as const }));
const garment = {
  ...{ itemId: 'a', category: 'shirt', brand: 'b' },
  run: { scale: 'women-top', sizes },
};
const priors = {
  rates: [
    [0.2, 0.7, 0.1],
    [0.1, 0.8, 0.1],
  ] as const,
  popularity: [3, 1],
  categoryRates: [0.15, 0.75, 0.1] as const,
  brand: { small: 0.04, large: 0, offset: 0.5 },
};
const outcome = (position: number, fit: 0 | 1 | 2, expected: number, at = now) => ({
  ...{ slot: slotOf(position, 0), position, fit, at, expected, heightCm: 170 },
  ...{ usualSmall: position === 1 ? 0.2 : 0.1, usualLarge: 0.1 },
});

/** Two of size 1 (one small, one kept half a forgetting ago), one of size 2 that was kept. */
function sums(): ItemSums {
  const all = new ItemSums(now);
  all.add(outcome(1, 0, 2));
  all.add(outcome(1, 1, 1.5, now - forgetting / 2));
  all.add(outcome(2, 1, 2));
  return all;
}

describe('ItemState', () => {
  const item = new ItemState(garment, priors, sums());
  const [first, second] = item.sizes;

  it('shrinks an item to its brand with the weight of fifteen pieces', () => {
    // Small beyond the usual: (1 − .2) + (0 − .2) + (0 − .1) = .5; (.5 + 15 · .04) / (3 + 15).
    expect(item.small).toBeCloseTo(1.1 / 18, 12);
    // Large: −.1 three times; −.3 / 18.
    expect(item.large).toBeCloseTo(-0.3 / 18, 12);
  });

  it('shrinks a size to its item with the weight of ten', () => {
    expect(first?.small).toBeCloseTo((0.6 + 10 * item.small) / 12, 12);
    expect(second?.small).toBeCloseTo((-0.1 + 10 * item.small) / 11, 12);
  });

  it('forgets with time', () => {
    const old = Math.exp(-0.5);
    const fresh = 2 + old;
    const small = 0.8 - 0.2 * old - 0.1;
    expect(item.freshSmall).toBeCloseTo((small + 10 * item.small) / (fresh + 10), 12);
  });

  it('lets near sizes tell of each other', () => {
    const [old, far] = [Math.exp(-0.5), Math.exp(-1 / 0.7)];
    const count = 1 + old + far;
    const small = 0.8 - 0.2 * old + far * -0.1;
    expect(first?.nearSmall).toBeCloseTo((small + 6 * item.small) / (count + 6), 12);
  });

  it('says by how much its positions are above those of the bodies that they fit', () => {
    // Gaps −1, −.5 and 0; the small one counts a step up: (−1.5 + 1 + 5 · .5) / (3 + 5).
    expect(item.offset).toBeCloseTo(2 / 8, 12);
  });

  it('shares out what was kept, with four more as in the category', () => {
    // One of each was kept; popularity 3 : 1.
    expect(first?.share).toBeCloseTo((1 + 4 * 0.75) / 6, 12);
    expect(second?.share).toBeCloseTo((1 + 4 * 0.25) / 6, 12);
    expect(first?.lean).toBeCloseTo(1 / 7, 12);
    expect([first?.below, first?.above, second?.below]).toEqual([9, 1, 1]);
  });

  it('is what its brand is without outcomes', () => {
    const empty = new ItemState(garment, priors, new ItemSums(now));
    expect([empty.small, empty.large, empty.offset]).toEqual([0.04, 0, 0.5]);
    expect(empty.sizes.map(({ share }) => share)).toEqual([0.75, 0.25]);
  });
});

describe('ItemSums', () => {
  it('goes on from a copy without changing what it came from', () => {
    const one = sums();
    const copy = one.copy();
    expect(copy).toEqual(one);
    copy.add(outcome(2, 2, 1));
    expect(one).toEqual(sums());
    expect(copy.total()[0]).toBe(4);
  });

  it('sums nothing of a body where nothing is known of the scale', () => {
    const all = new ItemSums(now);
    all.add(outcome(1, 1, NaN));
    expect(all.gapCount).toBe(0);
    expect(all.keptSlots).toEqual([]);
    expect(all.total()[0]).toBe(1);
  });
});
