import { describe, expect, it } from '@jest/globals';
import type { Query } from '../../../../models/recommenders/model.ts';
import type { LiveHistory } from '../../../../services/recommendations/live-history.ts';
import { reasonsFor } from '../../../../services/recommendations/reasons.ts';

const live: LiveHistory = {
  history: { items: Uint32Array.of(0, 1), weights: Float32Array.of(1, 1) },
  items: [
    { itemId: 'hat', title: 'Hat for $& all', type: 'purchase' },
    { itemId: 'scarf', title: '', type: 'share' },
  ],
};
const queryOf = (...contributions: number[]) =>
  ({ contributions: () => Float32Array.from(contributions) }) as unknown as Query;
const candidate = { itemId: 'coat', score: 1, source: 'als', index: 7 } as const;
const why = (...contributions: number[]) => reasonsFor(candidate, queryOf(...contributions), live);

describe('the reason for an item', () => {
  it('is the item of the history that adds most to its score', () => {
    expect(why(0.5, 0.2)).toEqual([
      { code: 'bought', text: 'because you bought Hat for $& all', itemId: 'hat' },
    ]);
  });

  it('calls an item without a title by its id', () => {
    expect(why(0.1, 0.2)).toEqual([
      { code: 'shared', text: 'because you shared scarf', itemId: 'scarf' },
    ]);
  });

  it('is that it is popular when nothing in the history speaks for it', () => {
    expect(why(0, -1)).toEqual([{ code: 'popular', text: 'popular' }]);
  });

  it('says what was done with the item itself', () => {
    const [reason] = reasonsFor({ ...candidate, itemId: 'hat' }, queryOf(1, 0), live);
    expect(reason?.text).toBe('you bought this');
  });

  it('keeps a long title short, by letters and not by code units', () => {
    const long = {
      ...live,
      items: [{ itemId: 'x', title: '👗'.repeat(80), type: 'like' as const }],
    };
    const [reason] = reasonsFor(candidate, queryOf(1), long);
    expect(reason?.text).toBe(`because you liked ${'👗'.repeat(59)}…`);
  });

  it('is where it comes from for an item of a list', () => {
    const ofList = (source: 'popularity' | 'newest') =>
      reasonsFor({ itemId: 'coat', score: 1, source }, undefined, undefined);
    expect(ofList('popularity')).toEqual([{ code: 'popular', text: 'popular' }]);
    expect(ofList('newest')).toEqual([{ code: 'new', text: 'new' }]);
  });
});
