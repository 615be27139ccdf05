import type { PersonGroup } from '../../models/sizing/personas/persona-types.ts';
import type { Body } from '../../models/sizing/size-types.ts';
import type { Abstention, Sentence } from './sizes-schema.ts';

const mostMeasures = 3;

interface Measure {
  readonly field: keyof Body & Abstention['wouldHelp'][number]['field'];
  readonly zh: string;
  readonly en: string;
  readonly unit: string;
}

/** In the order in which they are named. */
const measures: readonly Measure[] = [
  { field: 'heightCm', zh: '身高', en: 'height', unit: ' cm' },
  { field: 'weightKg', zh: '体重', en: 'weight', unit: ' kg' },
  { field: 'bustCm', zh: '胸围', en: 'bust', unit: ' cm' },
  { field: 'waistCm', zh: '腰围', en: 'waist', unit: ' cm' },
  { field: 'hipCm', zh: '臀围', en: 'hip', unit: ' cm' },
  { field: 'footCm', zh: '脚长', en: 'length of the foot', unit: ' cm' },
  { field: 'age', zh: '年龄', en: 'age', unit: '' },
];

/** What a body of these measurements takes; undefined when none of them is known. */
export function measurementsSentence(body: Body, label: string): Sentence | undefined {
  const known = measures.filter(({ field }) => body[field] !== undefined).slice(0, mostMeasures);
  if (known.length === 0) return undefined;
  const said = (value: unknown) => (typeof value === 'number' ? Math.round(value * 10) / 10 : '');
  const zh = known.map(({ field, zh: name, unit }) => `${name} ${said(body[field])}${unit}`);
  const en = known.map(({ field, en: name, unit }) => `${name} ${said(body[field])}${unit}`);
  return {
    code: 'measurements',
    zh: `${zh.join('、')}：通常穿 ${label}`,
    en: `${en.join(', ')}: usually ${label}`,
  };
}

/** @param times above 0 */
export function keptSentence(label: string, times: number): Sentence {
  const zh = times === 1 ? `您留下过一件 ${label}` : `您留下过 ${times} 件 ${label}`;
  const en = times === 1 ? `you kept one in ${label}` : `you kept ${times} in ${label}`;
  return { code: 'kept', zh, en };
}

export function returnedSentence(label: string, fit: 'small' | 'large'): Sentence {
  const isSmall = fit === 'small';
  return {
    code: isSmall ? 'too_small' : 'too_large',
    zh: `${label} 对您来说${isSmall ? '偏小' : '偏大'}，您退回过`,
    en: `${label} was too ${fit} for you: you sent it back`,
  };
}

export interface RunWords {
  readonly direction: 'small' | 'true' | 'large' | 'unknown';
  readonly outcomes: number;
  readonly small: number;
  readonly large: number;
}

/** How the item runs; undefined where too little is known. */
export function runsSentence({
  direction,
  outcomes,
  small,
  large,
}: RunWords): Sentence | undefined {
  if (direction === 'unknown') return undefined;
  if (direction === 'true') {
    return {
      code: 'runs_true',
      zh: `尺码标准：${outcomes} 位买家中 ${small} 位说偏小，${large} 位说偏大`,
      en: `runs true to size: of ${outcomes} buyers ${small} found it small and ${large} large`,
    };
  }
  const isSmall = direction === 'small';
  const count = isSmall ? small : large;
  return {
    code: isSmall ? 'runs_small' : 'runs_large',
    zh: `这款${isSmall ? '偏小，建议选大一码' : '偏大，建议选小一码'}：${outcomes} 位买家中 ${count} 位说${isSmall ? '偏小' : '偏大'}`,
    en: `runs ${direction}, take one ${isSmall ? 'up' : 'down'}: ${count} of ${outcomes} buyers found it ${direction}`,
  };
}

export function oneSizeSentence(label: string): Sentence {
  return { code: 'one_size', zh: `只有一个尺码：${label}`, en: `comes in one size: ${label}` };
}

export function soldOutSentence(label: string, instead: string | undefined): Sentence {
  return {
    code: 'sold_out',
    zh: `${label} 已售罄${instead === undefined ? '' : `，其次是 ${instead}`}`,
    en: `${label} is sold out${instead === undefined ? '' : `; ${instead} is the next best`}`,
  };
}

export const severalPeople: Sentence = {
  code: 'several_people',
  zh: '这个账号可能不止一个人在穿',
  en: 'more than one person seems to wear what this account buys',
};

const groups: Readonly<Record<PersonGroup, { readonly zh: string; readonly en: string }>> = {
  women: { zh: '女士', en: 'the woman' },
  men: { zh: '男士', en: 'the man' },
  kids: { zh: '孩子', en: 'the child' },
  adult: { zh: '大人', en: 'the adult' },
};

/** @param group undefined: it is not known who it is */
export function personWords(group: PersonGroup | undefined, label: string) {
  const { zh, en } = group ? groups[group] : { zh: '其他人', en: 'somebody else' };
  return { zh: `${zh}穿：${label}`, en: `for ${en} who wears what is bought: ${label}` };
}

export const nothingKnown: Sentence = {
  code: 'nothing_known',
  zh: '还不了解您的尺码',
  en: 'nothing is known of your size yet',
};

const why: Readonly<Record<Abstention['reason'], { readonly zh: string; readonly en: string }>> = {
  not_sure: { zh: '信息不足，无法确定尺码', en: 'too little is known to name a size' },
  sold_out: {
    zh: '合适的尺码已售罄，其他尺码不够合适',
    en: 'the size to take is sold out, and no other is likely enough to fit',
  },
  no_sizes: { zh: '这件商品没有尺码', en: 'the item has no sizes' },
  not_comparable: {
    zh: '这件商品的尺码标注无法比较',
    en: 'the size labels of the item cannot be compared with others',
  },
  several_people: {
    zh: '这个账号有几个人在穿，不知道这件给谁',
    en: 'several people wear what this account buys, and it is not clear whom this is for',
  },
  not_personalised: { zh: '您已关闭个性化', en: 'personalisation is switched off' },
};

const helpWords = new Map<string, { readonly zh: string; readonly en: string }>([
  ...measures.map(({ field, zh, en }) => {
    return [field, { zh: `缺少${zh}`, en: `${en} is missing` }] as const;
  }),
  ['gender', { zh: '缺少性别', en: 'gender is missing' }],
  ['bodyType', { zh: '缺少体型', en: 'body type is missing' }],
  ['purchases', { zh: '还没有留下的购买记录', en: 'nothing that was kept is known' }],
]);

export type Help = Abstention['wouldHelp'][number]['field'];

export function abstention(reason: Abstention['reason'], helps: readonly Help[]): Abstention {
  const wouldHelp = helps.flatMap((field) => {
    const words = helpWords.get(field);
    return words ? [{ field, ...words }] : [];
  });
  return { reason, ...why[reason], wouldHelp };
}
