import { describe, expect, it } from '@jest/globals';
import { quantileGroups } from '../../../../models/evaluation/quantile-groups.ts';

describe('quantileGroups', () => {
  it('cuts different counts into groups of the same size', () => {
    const counts = Uint32Array.of(8, 1, 6, 3, 4, 5, 2, 7);
    expect(quantileGroups(counts, 4)).toEqual({
      groups: [
        { low: 1, high: 2, size: 2 },
        { low: 3, high: 4, size: 2 },
        { low: 5, high: 6, size: 2 },
        { low: 7, high: 8, size: 2 },
      ],
      groupOf: Uint8Array.of(3, 0, 2, 1, 1, 2, 0, 3),
    });
  });

  it('keeps equal counts together, where the middle of them falls', () => {
    // The middle of the six ones (places 0 to 5 of 10) is 2.5, in the first half; the two and the
    // three fives are in the second.
    const counts = Uint32Array.of(1, 5, 1, 1, 5, 1, 2, 1, 5, 1);
    expect(quantileGroups(counts, 2).groups).toEqual([
      { low: 1, high: 1, size: 6 },
      { low: 2, high: 5, size: 4 },
    ]);
  });

  it('keeps zeros apart, however few or many', () => {
    expect(quantileGroups(Uint32Array.of(0, 3, 0, 4), 2)).toEqual({
      groups: [
        { low: 0, high: 0, size: 2 },
        { low: 3, high: 3, size: 1 },
        { low: 4, high: 4, size: 1 },
      ],
      groupOf: Uint8Array.of(0, 1, 0, 2),
    });
    expect(quantileGroups(Uint32Array.of(0, 0)).groups).toEqual([{ low: 0, high: 0, size: 2 }]);
    expect(quantileGroups(new Uint32Array(0)).groups).toEqual([]);
  });
});
