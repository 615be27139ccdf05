import { describe, expect, it } from '@jest/globals';
import { isTagKind, type TagEvidence, whyTag } from '../../../../services/tags/tag-words.ts';

const none: TagEvidence = {
  ...{ clicks: 0, views: 0, likes: 0, comments: 0, shares: 0, carts: 0, purchases: 0, against: 0 },
};

describe('why a user has a tag', () => {
  it('names what was done, the strongest first', () => {
    expect(whyTag('category', 'dresses', { ...none, views: 7, purchases: 2 })).toBe(
      'because of 2 purchases and 7 views in dresses',
    );
    expect(whyTag('brand', 'Acme', { ...none, clicks: 1 })).toBe('because of 1 click of Acme');
    expect(whyTag('price', '100-200', { ...none, carts: 1, likes: 2, comments: 1 })).toBe(
      'because of 1 item put into the cart, 2 likes and 1 comment priced 100 to 200',
    );
  });

  it('says what speaks against it', () => {
    expect(whyTag('brand', 'Acme', { ...none, shares: 1, against: 1 })).toBe(
      'because of 1 share of Acme, against 1 short view or return',
    );
    expect(whyTag('brand', 'Acme', { ...none, shares: 2, against: 3 })).toBe(
      'because of 2 shares of Acme, against 3 short views or returns',
    );
  });

  it('knows its kinds, and no property of every object', () => {
    expect(isTagKind('brand')).toBe(true);
    expect(isTagKind('size')).toBe(false);
    expect(isTagKind('toString')).toBe(false);
  });
});
