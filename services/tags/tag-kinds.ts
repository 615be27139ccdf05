/** A kind of tag that a user may have. */
export interface TagKind {
  readonly tag: string;
  readonly zh: string;
  readonly en: string;
  /**
   * What its weight is: `interest`, the sum of the events' weights, each less by its age; `habit`,
   * the number of deeds likewise; `share`, how much the share was made from likewise.
   */
  readonly weight: 'interest' | 'habit' | 'share';
  /** All its values; undefined: whatever the catalogue or the events say. */
  readonly values?: readonly string[];
  /** One of the values, to show. */
  readonly sample: string;
}

/**
 * All kinds of tags. What they are made from is in features/interest-tag-store.ts,
 * features/habit-tag-store.ts and the SQL function `user_tags_at`.
 */
export const tagKinds: readonly TagKind[] = [
  { tag: 'category', zh: '品类', en: 'category', weight: 'interest', sample: 'dresses' },
  { tag: 'brand', zh: '品牌', en: 'brand', weight: 'interest', sample: 'Acme' },
  { tag: 'colour', zh: '颜色', en: 'colour', weight: 'interest', sample: 'red' },
  { tag: 'price', zh: '价位', en: 'price band', weight: 'interest', sample: '100-200' },
  {
    ...{ tag: 'discount', zh: '折扣偏好', en: 'discount', weight: 'interest', sample: '30-50' },
    values: ['full_price', '10-30', '30-50', '50+'],
  },
  {
    ...{ tag: 'size_returns', zh: '尺码退货风险', en: 'risk of returns for size' },
    ...{ weight: 'share', values: ['low', 'medium', 'high'], sample: 'high' },
  },
  {
    ...{
      tag: 'active_hours',
      zh: '活跃时段',
      en: 'active hours',
      weight: 'habit',
      sample: '21-24',
    },
    values: ['00-03', '03-06', '06-09', '09-12', '12-15', '15-18', '18-21', '21-24'],
  },
  {
    ...{ tag: 'live_watching', zh: '看直播习惯', en: 'live-watching habit' },
    ...{ weight: 'share', values: ['none', 'sometimes', 'often'], sample: 'often' },
  },
  { tag: 'channel', zh: '渠道', en: 'channel', weight: 'habit', sample: 'app' },
  {
    ...{ tag: 'content', zh: '内容偏好', en: 'content preference', weight: 'habit' },
    ...{ values: ['live', 'item_pages', 'social'], sample: 'live' },
  },
];

/** Their names. */
export const tagNames: readonly string[] = tagKinds.map(({ tag }) => tag);

const byTag = new Map(tagKinds.map((kind) => [kind.tag, kind]));

/** Undefined: there is no such kind. */
export function tagKind(tag: string): TagKind | undefined {
  return byTag.get(tag);
}
