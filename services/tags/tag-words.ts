/** How many events of each type speak for a tag, and how many against it. */
export interface TagEvidence {
  readonly clicks: number;
  readonly views: number;
  readonly likes: number;
  readonly comments: number;
  readonly shares: number;
  readonly follows: number;
  readonly carts: number;
  readonly purchases: number;
  readonly against: number;
}

/** What a tag that is a share is a share of. */
export interface TagShare {
  /** So many … */
  readonly counted: number;
  /** … of so many. */
  readonly outOf: number;
  /** The same of all users; null where it is not asked. */
  readonly shop: number | null;
}

/** Why a user has a tag, to show. */
export interface TagReasons {
  readonly zh: string;
  readonly en: string;
}

/** Where the deeds were, in both languages. */
type Place = (value: string) => TagReasons;

const percent = (share: number) => `${Number((100 * share).toFixed(1))}%`;
const clock = (value: string) => {
  const [from = '', to = ''] = value.split('-');
  return { from: `${from}:00`, to: `${to}:00` };
};

/** In Chinese before what was done, in English after it. */
const places: Readonly<Record<string, Place>> = {
  category: (value) => ({ zh: `在“${value}”品类中有`, en: ` in ${value}` }),
  brand: (value) => ({ zh: `对品牌“${value}”有`, en: ` of ${value}` }),
  colour: (value) => ({ zh: `对颜色“${value}”有`, en: ` in ${value}` }),
  price: (value) => ({
    zh: `对价位 ${value.replace('-', '–')} 有`,
    en: ` priced ${value.replace('-', ' to ')}`,
  }),
  discount: (value) => {
    if (value === 'full_price') return { zh: '对原价商品有', en: ' at full price' };
    const band = value.endsWith('+')
      ? { zh: `${value.slice(0, -1)}% 以上`, en: `${value.slice(0, -1)}% off or more` }
      : { zh: `${value.replace('-', '%–')}% `, en: `${value.replace('-', ' to ')}% off` };
    return { zh: `对优惠 ${band.zh}的商品有`, en: ` at ${band.en}` };
  },
  active_hours: (value) => {
    const { from, to } = clock(value);
    return { zh: `在 ${from}–${to} 有`, en: ` from ${from} to ${to}` };
  },
  channel: (value) => ({ zh: `通过“${value}”有`, en: ` through ${value}` }),
  content: (value) => {
    if (value === 'live') return { zh: '在直播间有', en: ' in live rooms' };
    if (value === 'item_pages') return { zh: '在商品页有', en: ' on pages of items' };
    return { zh: '有', en: '' };
  },
};

const nouns: readonly (readonly [keyof TagEvidence, zh: string, one: string, many: string])[] = [
  ['purchases', '购买', 'purchase', 'purchases'],
  ['carts', '加购', 'item put into the cart', 'items put into the cart'],
  ['likes', '点赞', 'like', 'likes'],
  ['shares', '分享', 'share', 'shares'],
  ['comments', '评论', 'comment', 'comments'],
  ['follows', '关注', 'follow', 'follows'],
  ['views', '浏览', 'view', 'views'],
  ['clicks', '点击', 'click', 'clicks'],
];

/**
 * Why a user has a tag, the strongest evidence first: `because of 2 purchases and 7 views in
 * dresses`.
 *
 * @param share of a tag that is one; null for others
 */
export function whyTag(
  tag: string,
  value: string,
  evidence: TagEvidence,
  share: TagShare | null = null,
): TagReasons {
  if (share !== null) return tag === 'size_returns' ? whyReturns(share) : whyLive(share);
  const parts = nouns.filter(([type]) => evidence[type] > 0);
  if (parts.length === 0) return { zh: '依据用户资料', en: 'because the profile says so' };
  const zh = parts.map(([type, noun]) => `${evidence[type]} 次${noun}`).join('、');
  const en = parts.map(([type, , one, many]) => {
    const count = evidence[type];
    return `${count} ${count === 1 ? one : many}`;
  });
  const place = places[tag]?.(value) ?? {
    zh: `对 ${tag}“${value}”有`,
    en: ` with ${tag} ${value}`,
  };
  const { against } = evidence;
  const not = {
    zh: against > 0 ? `，另有 ${against} 次很快离开、移出购物车或退货` : '',
    en:
      against > 0
        ? `, against ${against} short ${against === 1 ? 'view or return' : 'views or returns'}`
        : '',
  };
  return {
    zh: `因为${place.zh} ${zh}${not.zh}`,
    en: `because of ${listed(en)}${place.en}${not.en}`,
  };
}

function whyReturns({ counted, outOf, shop }: TagShare): TagReasons {
  const ofShop = {
    zh: shop === null ? '' : `，全店为 ${percent(shop)}`,
    en: shop === null ? '' : `, against ${percent(shop)} in the shop`,
  };
  return {
    zh: `因为购买的 ${outOf} 件中有 ${counted} 件因尺码退回${ofShop.zh}`,
    en: `because ${counted} of ${outOf} pieces came back for their size${ofShop.en}`,
  };
}

function whyLive({ counted, outOf }: TagShare): TagReasons {
  return {
    zh: `因为 ${outOf} 次互动中有 ${counted} 次在直播间`,
    en: `because ${counted} of ${outOf} actions were in live rooms`,
  };
}

function listed(parts: readonly string[]): string {
  if (parts.length <= 1) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
