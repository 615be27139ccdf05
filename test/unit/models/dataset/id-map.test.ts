import { describe, expect, it } from '@jest/globals';
import { IdMap } from '../../../../models/dataset/id-map.ts';

describe('IdMap', () => {
  it('gives dense indices in the order of first sight', () => {
    const map = new IdMap(['b', 'a', 'b']);
    expect([map.indexOf('b'), map.indexOf('a'), map.size]).toEqual([0, 1, 2]);
    expect(map.add('c')).toBe(2);
    expect(map.ids()).toEqual(['b', 'a', 'c']);
  });

  it('does not know an id it was not given, and says which indices there are', () => {
    const map = new IdMap(['a']);
    expect(map.indexOf('z')).toBeUndefined();
    expect(() => map.idOf(1)).toThrow('index 1 is outside 0 … 0');
  });
});
