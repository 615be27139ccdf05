import type { AudienceReason } from './audience-schema.ts';

/** What a user did with items of one category. */
export interface CategoryEvidence {
  /** Null: the items have no category. */
  readonly category: string | null;
  /** Titles of the items, the strongest first. */
  readonly titles: readonly string[];
  /** How many events of each type. */
  readonly events: ReadonlyMap<string, number>;
}

interface Deed {
  readonly one: string;
  readonly many: string;
  /** With the number in the place of the star. */
  readonly zh: string;
}

/** The strongest first; others are not told. */
const deeds: Readonly<Record<string, Deed>> = {
  purchase: { one: 'purchase', many: 'purchases', zh: '购买 * 次' },
  cart: { one: 'item put into the cart', many: 'items put into the cart', zh: '加购 * 次' },
  like: { one: 'like', many: 'likes', zh: '点赞 * 次' },
  share: { one: 'share', many: 'shares', zh: '分享 * 次' },
  comment: { one: 'comment', many: 'comments', zh: '评论 * 次' },
  view: { one: 'view', many: 'views', zh: '浏览 * 次' },
  click: { one: 'click', many: 'clicks', zh: '点击 * 次' },
};
const mostDeeds = 3;
const longestTitle = 40;

/** `because of 2 purchases and 3 likes in dresses`; undefined where nothing is left that says so. */
export function becauseOf({
  category,
  titles,
  events,
}: CategoryEvidence): AudienceReason['text'] | undefined {
  const told = Object.entries(deeds)
    .flatMap(([type, deed]) => {
      const count = events.get(type) ?? 0;
      return count > 0 ? [{ count, deed }] : [];
    })
    .slice(0, mostDeeds);
  if (told.length === 0) return undefined;
  const english = told.map(({ count, deed }) => `${count} ${count === 1 ? deed.one : deed.many}`);
  const chinese = told.map(({ count, deed }) => deed.zh.replace('*', String(count)));
  const title = shortened(titles[0] ?? '');
  const where = category === null ? ` of ${title}` : ` in ${category}`;
  const place = category === null ? `对“${title}”` : `在“${category}”`;
  return {
    en: `because of ${listed(english, 'and')}${where}`,
    zh: `因为${place}${chinese.join('、')}`,
  };
}

/** `likely to like X and Y`. */
export function likelyToLike(titles: readonly string[]): AudienceReason['text'] {
  const named = titles.map(shortened);
  return {
    en: `likely to like ${listed(named, 'and')}`,
    zh: `可能喜欢${named.map((title) => `“${title}”`).join('、')}`,
  };
}

/** Without a model. */
export function interestedIn(category: string): AudienceReason['text'] {
  return { en: `did most in ${category} of late`, zh: `近期在“${category}”最活跃` };
}

function listed(parts: readonly string[], and: string): string {
  if (parts.length <= 1) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} ${and} ${parts.at(-1)}`;
}

function shortened(title: string): string {
  const letters = Array.from(title);
  if (letters.length <= longestTitle) return title;
  return `${letters
    .slice(0, longestTitle - 1)
    .join('')
    .trimEnd()}…`;
}
