import { describe, expect, it } from '@jest/globals';
import { parseInteractionLine } from '../../../../models/dataset/interaction-line.ts';

describe('parseInteractionLine', () => {
  it('reads a user and items between spaces or tabs', () => {
    expect(parseInteractionLine('u1 a  b\tc \r')).toEqual({ user: 'u1', items: ['a', 'b', 'c'] });
  });

  it('allows a user without items and skips a blank line', () => {
    expect(parseInteractionLine('u1')).toEqual({ user: 'u1', items: [] });
    expect(parseInteractionLine(' \t')).toBeUndefined();
  });

  it('refuses ids that are too long or hold control characters', () => {
    expect(() => parseInteractionLine(`u ${'x'.repeat(129)}`)).toThrow(
      'item id of 129 characters; at most 128 are allowed',
    );
    expect(() => parseInteractionLine('u\u0000 a')).toThrow('user id "u\\u0000"');
  });
});
