import { describe, expect, it } from '@jest/globals';
import { didYouMean, nearestNames } from '../../../services/nearest-names.ts';

const known = ['tier', 'tierSince', 'previousTier', 'spend', 'gender', 'lastEventAt'];

describe('nearestNames', () => {
  it('finds what a few letters turn into it', () => {
    expect(nearestNames('teir', known)).toEqual(['tier']);
    expect(nearestNames('lastEventsAt', known)).toEqual(['lastEventAt']);
    expect(nearestNames('GENDER', known)).toEqual(['gender']);
  });

  it('finds what it is a part of', () => {
    expect(nearestNames('tie', known)).toEqual(['previousTier', 'tier', 'tierSince']);
  });

  it('finds nothing where nothing is near', () => {
    expect(nearestNames('shoeColour', known)).toEqual([]);
    expect(didYouMean('shoeColour', known)).toBe('');
  });

  it('asks', () => {
    expect(didYouMean('spent', known)).toBe('; did you mean spend?');
  });
});
