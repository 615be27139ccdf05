import { describe, expect, it } from '@jest/globals';
import { oneOfEach } from '../../../../models/ranking/one-of-each.ts';

describe('oneOfEach', () => {
  it('gives the best of each label first, then the second of each', () => {
    expect(oneOfEach(['belt', 'belt', 'shoe', 'belt', 'hat', 'shoe'])).toEqual([0, 2, 4, 1, 5, 3]);
  });

  it('takes everything without a label for one of its own', () => {
    expect(oneOfEach(['belt', 'belt', null, undefined, null])).toEqual([0, 2, 3, 4, 1]);
    expect(oneOfEach([])).toEqual([]);
  });
});
