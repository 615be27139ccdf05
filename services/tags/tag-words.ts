/** How many events of each type speak for a tag, and how many against it. */
export interface TagEvidence {
  readonly clicks: number;
  readonly views: number;
  readonly likes: number;
  readonly comments: number;
  readonly shares: number;
  readonly carts: number;
  readonly purchases: number;
  readonly against: number;
}

/** For each kind of tag, of what its value is. The kinds are those of features/tag-store.ts. */
const places: Readonly<Record<string, (value: string) => string>> = {
  category: (value) => `in ${value}`,
  brand: (value) => `of ${value}`,
  price: (value) => `priced ${value.replace('-', ' to ')}`,
};

/** Which tags there are. */
export const tagKinds: readonly string[] = Object.keys(places);

/** Whether there is such a kind of tag. */
export function isTagKind(tag: string): boolean {
  return Object.hasOwn(places, tag);
}

const nouns: readonly (readonly [keyof TagEvidence, one: string, many: string])[] = [
  ['purchases', 'purchase', 'purchases'],
  ['carts', 'item put into the cart', 'items put into the cart'],
  ['likes', 'like', 'likes'],
  ['shares', 'share', 'shares'],
  ['comments', 'comment', 'comments'],
  ['views', 'view', 'views'],
  ['clicks', 'click', 'clicks'],
];

/** Why a user has a tag: `because of 2 purchases and 7 views in dresses`. The strongest first. */
export function whyTag(tag: string, value: string, evidence: TagEvidence): string {
  const parts = nouns.flatMap(([type, one, many]) => {
    const count = evidence[type];
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  const place = places[tag]?.(value) ?? `with ${tag} ${value}`;
  const against =
    evidence.against > 0
      ? `, against ${evidence.against} short ${evidence.against === 1 ? 'view or return' : 'views or returns'}`
      : '';
  return `because of ${listed(parts)} ${place}${against}`;
}

function listed(parts: readonly string[]): string {
  if (parts.length <= 1) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
