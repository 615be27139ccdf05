import { describe, expect, it } from '@jest/globals';
import { abstained, sizeHits } from '../../../../models/evaluation/size-hits.ts';

describe('hits of suggested sizes', () => {
  it('are counted over the rows that were answered', () => {
    expect(sizeHits([2, 3, abstained, 0, 5], [2, 4, 1, 2, 5])).toEqual({
      rows: 5,
      answered: 4,
      exact: 0.5,
      withinOne: 0.75,
    });
  });

  it('are none without an answer', () => {
    expect(sizeHits([abstained], [1])).toMatchObject({ answered: 0, exact: Number.NaN });
  });

  it('refuse rows that do not go together', () => {
    expect(() => sizeHits([1], [1, 2])).toThrow('1 suggestions for 2 kept sizes');
  });
});
