import { describe, expect, it } from '@jest/globals';
import { habitKinds } from '../../../../services/features/habit-tag-store.ts';
import { interestKinds } from '../../../../services/features/interest-tag-store.ts';
import { tagKind, tagKinds } from '../../../../services/tags/tag-kinds.ts';
import { type TagEvidence, whyTag } from '../../../../services/tags/tag-words.ts';

const none: TagEvidence = {
  ...{ clicks: 0, views: 0, likes: 0, comments: 0, shares: 0, follows: 0, carts: 0 },
  ...{ purchases: 0, against: 0 },
};

describe('why a user has a tag', () => {
  it('names what was done, the strongest first, in both languages', () => {
    expect(whyTag('category', 'dresses', { ...none, views: 7, purchases: 2 })).toEqual({
      en: 'because of 2 purchases and 7 views in dresses',
      zh: '因为在“dresses”品类中有 2 次购买、7 次浏览',
    });
    expect(whyTag('brand', 'Acme', { ...none, clicks: 1 })).toEqual({
      en: 'because of 1 click of Acme',
      zh: '因为对品牌“Acme”有 1 次点击',
    });
    expect(whyTag('price', '100-200', { ...none, carts: 1, likes: 2, comments: 1 })).toEqual({
      en: 'because of 1 item put into the cart, 2 likes and 1 comment priced 100 to 200',
      zh: '因为对价位 100–200 有 1 次加购、2 次点赞、1 次评论',
    });
  });

  it('says what speaks against it', () => {
    expect(whyTag('brand', 'Acme', { ...none, shares: 1, against: 1 })).toEqual({
      en: 'because of 1 share of Acme, against 1 short view or return',
      zh: '因为对品牌“Acme”有 1 次分享，另有 1 次很快离开、移出购物车或退货',
    });
    expect(whyTag('brand', 'Acme', { ...none, shares: 2, against: 3 }).en).toBe(
      'because of 2 shares of Acme, against 3 short views or returns',
    );
  });

  it.each([
    ['colour', '红色', 'because of 2 views in 红色', '因为对颜色“红色”有 2 次浏览'],
    ['discount', 'full_price', 'because of 2 views at full price', '因为对原价商品有 2 次浏览'],
    [
      ...['discount', '30-50', 'because of 2 views at 30 to 50% off'],
      '因为对优惠 30%–50% 的商品有 2 次浏览',
    ],
    [
      ...['discount', '50+', 'because of 2 views at 50% off or more'],
      '因为对优惠 50% 以上的商品有 2 次浏览',
    ],
    [
      ...['active_hours', '21-24', 'because of 2 views from 21:00 to 24:00'],
      '因为在 21:00–24:00 有 2 次浏览',
    ],
    ['channel', 'app', 'because of 2 views through app', '因为通过“app”有 2 次浏览'],
    ['content', 'live', 'because of 2 views in live rooms', '因为在直播间有 2 次浏览'],
    ['content', 'item_pages', 'because of 2 views on pages of items', '因为在商品页有 2 次浏览'],
    ['content', 'social', 'because of 2 views', '因为有 2 次浏览'],
  ])('says where: %s %s', (tag, value, en, zh) => {
    expect(whyTag(tag, value, { ...none, views: 2 })).toEqual({ en, zh });
  });

  it('says what a share is a share of', () => {
    expect(whyTag('size_returns', 'high', none, { counted: 3, outOf: 12, shop: 0.1416 })).toEqual({
      en: 'because 3 of 12 pieces came back for their size, against 14.2% in the shop',
      zh: '因为购买的 12 件中有 3 件因尺码退回，全店为 14.2%',
    });
    expect(whyTag('live_watching', 'often', none, { counted: 34, outOf: 50, shop: null })).toEqual({
      en: 'because 34 of 50 actions were in live rooms',
      zh: '因为 50 次互动中有 34 次在直播间',
    });
  });

  it('says where only the profile knows', () => {
    expect(whyTag('channel', 'app', none)).toEqual({
      en: 'because the profile says so',
      zh: '依据用户资料',
    });
  });
});

describe('the kinds of tags', () => {
  it('are those that are built, and no property of every object', () => {
    const built = [...interestKinds, ...habitKinds].map(({ tag }) => tag);
    const told = tagKinds.map(({ tag }) => tag);
    expect([...told].sort()).toEqual([...built, 'size_returns', 'live_watching'].sort());
    expect(tagKind('brand')?.zh).toBe('品牌');
    expect(tagKind('size')).toBeUndefined();
    expect(tagKind('toString')).toBeUndefined();
  });

  it('have a sample that is one of the values, where these are known', () => {
    for (const { values, sample } of tagKinds) {
      if (values !== undefined) expect(values).toContain(sample);
    }
  });
});
