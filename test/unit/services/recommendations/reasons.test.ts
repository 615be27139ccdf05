import { describe, expect, it } from '@jest/globals';
import { detourReason, largest, reasonFor } from '../../../../services/recommendations/reasons.ts';

const coat = { itemId: 'coat', source: 'als' } as const;
const hat = { itemId: 'hat', title: 'Hat for $& all', type: 'purchase' } as const;

describe('the reason for an item', () => {
  it('is what the viewer did with the item that speaks most for it', () => {
    expect(reasonFor(coat, hat)).toEqual({
      code: 'bought',
      text: 'because you bought Hat for $& all',
      itemId: 'hat',
    });
  });

  it('calls an item without a title by its id', () => {
    expect(reasonFor(coat, { itemId: 'scarf', title: '', type: 'share' })).toEqual({
      code: 'shared',
      text: 'because you shared scarf',
      itemId: 'scarf',
    });
  });

  it('is that it is popular when nothing in the history speaks for it', () => {
    expect(reasonFor(coat, undefined)).toEqual({ code: 'popular', text: 'popular' });
  });

  it('says what was done with the item itself', () => {
    expect(reasonFor({ ...coat, itemId: 'hat' }, hat).text).toBe('you bought this');
  });

  it('keeps a long title short, by letters and not by code units', () => {
    const long = { itemId: 'x', title: '👗'.repeat(80), type: 'like' } as const;
    expect(reasonFor(coat, long).text).toBe(`because you liked ${'👗'.repeat(59)}…`);
    const just = { ...long, title: '👗'.repeat(60) };
    expect(reasonFor(coat, just).text).toBe(`because you liked ${'👗'.repeat(60)}`);
  });

  it.each([
    ['popularity', 'popular', 'popular'],
    ['newest', 'new', 'new'],
    ['room', 'room', 'liked in this room'],
    ['exploration', 'new', 'few have seen it yet'],
    ['profile', 'profile', 'liked by people like you'],
  ] as const)('of an item from "%s" is where it comes from', (source, code, text) => {
    expect(reasonFor({ itemId: 'coat', source }, undefined)).toEqual({ code, text });
  });

  it('names the size that is sold out, or the item that it stands in for', () => {
    expect(detourReason({ usual: 'M', offered: 'L' })).toEqual({
      code: 'size',
      text: 'M is sold out; L is the nearest in stock',
    });
    const instead = { itemId: 'dress', title: 'Linen dress' };
    expect(detourReason({ usual: 'M', offered: 'M', instead })).toEqual({
      code: 'substitute',
      text: 'in place of Linen dress, which is sold out in M',
      itemId: 'dress',
    });
  });
});

describe('the largest value', () => {
  it('is the first among equals, and none where nothing is above 0', () => {
    expect(largest(Float32Array.of(0.1, 0.5, 0.5))).toBe(1);
    expect(largest(Float32Array.of(0, -1))).toBe(-1);
  });
});
