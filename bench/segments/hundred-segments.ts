import type { Rule } from '../../services/segments/rule.ts';

export interface BenchSegment {
  readonly name: string;
  readonly rule: Rule;
}

const field = (name: string, op: string, value: unknown, more: object = {}) =>
  ({ field: name, op, value, ...more }) as Rule;
const tier = (...tiers: string[]) => field('tier', 'in', tiers);
const consent = field('marketingConsent', 'eq', true);
const bucket = (seed: string, from: number, to: number): Rule => ({ bucket: { seed, from, to } });

interface Events {
  readonly days: number;
  readonly least?: number;
  readonly measure?: string;
  readonly where?: object;
}

const did = (types: string | readonly string[], { days, least = 1, ...more }: Events): Rule =>
  ({
    ...{ events: types === 'any' ? 'any' : [types].flat(), within: { days } },
    ...{ measure: more.measure ?? 'count', op: 'gte', value: least },
    ...(more.where !== undefined && { where: more.where }),
  }) as Rule;
const bought = (days: number, more: Omit<Events, 'days'> = {}) =>
  did('purchase', { days, ...more });
const not = (rule: Rule): Rule => ({ not: rule });
const all = (...rules: Rule[]): Rule => ({ all: rules });
const any = (...rules: Rule[]): Rule => ({ any: rules });
const leaf = (n: number) => ({ category: [`leaf-${n}`] });
const brand = (n: number) => ({ brand: [`brand-${n}`] });

/**
 * A hundred rules such as shops have, over the shop of crm/make-crm-shop.ts: tiers and value, what
 * was done in windows with filters, tags, nested trees, buckets. Windows are the usual ones, so that
 * segments have conditions in common, as they do in shops.
 */
export function hundredSegments(): BenchSegment[] {
  return [
    ...lifecycle(),
    ...worth(),
    ...winBack(),
    ...ofCategories(),
    ...ofBrands(),
    ...ofRooms(),
    ...browsers(),
    ...returners(),
    ...byTags(),
    ...experiments(),
  ].map((rule, index) => ({ name: `bench-${String(index + 1).padStart(3, '0')}`, rule }));
}

/** 1 to 10: tiers, with consent, and with what was bought lately. */
function lifecycle(): Rule[] {
  const tiers = ['high_value', 'promising', 'new', 'dormant', 'lost', 'low_value', 'prospect'];
  return [
    ...tiers.map((name) => all(tier(name), consent)),
    all(tier('high_value'), bought(30)),
    all(tier('promising', 'new'), bought(30, { least: 2, measure: 'orders' })),
    all(field('rfmGroup', 'in', ['cannot_lose', 'at_risk']), consent),
  ];
}

/** 11 to 20: expected value and churn. */
function worth(): Rule[] {
  return [
    field('expectedSpend365d', 'gte', 1000),
    all(field('expectedSpend365d', 'gte', 500), field('churnBand', 'in', ['at_risk'])),
    all(field('probabilityAlive', 'lt', 0.3), field('netSpend', 'gte', 2000)),
    all(field('expectedOrders90d', 'gte', 1), not(bought(90))),
    all(bought(365, { least: 2000, measure: 'spend' }), consent),
    bought(90, { least: 1000, measure: 'spend' }),
    bought(30, { least: 500, measure: 'spend' }),
    all(bought(365, { least: 10, measure: 'orders' }), tier('high_value')),
    all(field('monetaryScore', 'gte', 4), field('recencyScore', 'lte', 2)),
    all(field('frequency', 'gte', 5), field('returnRate', 'lt', 0.1)),
  ];
}

/** 21 to 30: those who have not come back. */
function winBack(): Rule[] {
  return [30, 60, 90, 180, 365].flatMap((days) => [
    all(bought(days * 2), not(bought(days))),
    all(bought(days * 2, { measure: 'spend', least: 300 }), not(bought(days)), consent),
  ]);
}

/** 31 to 50: buyers of a category in a window. */
function ofCategories(): Rule[] {
  return [0, 5, 10, 20, 30, 40, 50, 59, 3, 17].flatMap((n, index) => [
    bought([90, 180, 30][index % 3] ?? 90, { where: leaf(n) }),
    all(bought(180, { where: leaf(n), least: 2 }), not(bought(30, { where: leaf(n) })), consent),
  ]);
}

/** 51 to 60: buyers of a brand, and of what is dear or cheap. */
function ofBrands(): Rule[] {
  return [
    ...[0, 25, 50, 100, 199].map((n) => bought(180, { where: brand(n) })),
    bought(90, { where: { price: { min: 300 } } }),
    bought(90, { where: { price: { max: 50 } }, least: 3, measure: 'units' }),
    all(bought(90, { where: { price: { min: 300 } } }), tier('high_value', 'promising')),
    all(bought(90, { where: brand(7) }), not(bought(90, { where: brand(8) }))),
    bought(365, { measure: 'items', least: 20 }),
  ];
}

/** 61 to 70: what was bought and seen in live rooms. */
function ofRooms(): Rule[] {
  return [
    bought(90, { where: { inRoom: true } }),
    bought(30, { where: { inRoom: true }, least: 2, measure: 'orders' }),
    did('any', { days: 30, where: { inRoom: true }, measure: 'rooms', least: 3 }),
    did('any', { days: 90, where: { inRoom: true }, measure: 'rooms', least: 5 }),
    all(did('view', { days: 30, where: { inRoom: true } }), not(bought(30))),
    ...[1, 50, 150].map((n) => did('any', { days: 90, where: { roomId: [`room-${n}`] } })),
    did('any', { days: 30, where: { hostId: ['host-3', 'host-4'] } }),
    bought(180, { where: { hostId: ['host-10'] } }),
  ];
}

/** 71 to 80: those who look and do not buy. */
function browsers(): Rule[] {
  const looked = (days: number, least: number) => did(['view', 'click'], { days, least });
  return [
    all(looked(14, 3), not(bought(14))),
    all(looked(30, 3), not(bought(30))),
    all(did('cart', { days: 7 }), not(bought(7))),
    all(did('cart', { days: 30 }), not(bought(30)), consent),
    did('view', { days: 30, measure: 'dwellMs', least: 60_000 }),
    did('any', { days: 30, measure: 'days', least: 2 }),
    any(did('like', { days: 30 }), did('cart', { days: 30 })),
    all(looked(30, 1), tier('dormant', 'lost')),
    all(did('view', { days: 90, where: leaf(12) }), not(bought(90, { where: leaf(12) }))),
    all(not(did('any', { days: 90 })), field('netSpend', 'gte', 1)),
  ];
}

/** 81 to 86: what comes back. */
function returners(): Rule[] {
  return [
    did('return', { days: 90, least: 2 }),
    all(did('return', { days: 365, least: 3 }), field('returnRate', 'gte', 0.3)),
    did('return', { days: 180, where: { reason: ['too_small', 'too_large'] } }),
    all(bought(90), not(did('return', { days: 365 }))),
    field('sizeReturnRate', 'gte', 0.2),
    all(did('return', { days: 90, where: { reason: ['quality'] } }), tier('high_value')),
  ];
}

/** 87 to 93: tags and sizes. */
function byTags(): Rule[] {
  return [
    ...[1, 2, 3].map((n) => field('tag.brand', 'in', [`brand-${n}`])),
    field('tag.category', 'in', ['leaf-5', 'leaf-6']),
    all(field('tag.category', 'in', ['leaf-5']), bought(90)),
    field('usualSize', 'eq', 'M', { of: 'leaf-5' }),
    all(field('usualSize', 'in', ['S', 'M']), field('heightCm', 'lt', 165), bought(180)),
  ];
}

/** 94 to 100: profiles, trees of trees, parts of the users by chance. */
function experiments(): Rule[] {
  const young = all(field('age', 'between', [18, 30]), field('gender', 'eq', 'female'));
  return [
    all(young, bought(90), bucket('spring', 0, 0.5)),
    all(young, not(bought(90)), bucket('spring', 0.5, 1)),
    all(any(tier('high_value'), bought(30, { least: 3 })), any(consent, bucket('b', 0, 0.1))),
    all(
      any(all(tier('promising'), bought(30)), all(tier('dormant'), did('view', { days: 30 }))),
      not(any(did('return', { days: 90 }), field('cityTier', 'gte', 4))),
    ),
    all(field('channel', 'in', ['app', 'friend']), bought(180, { measure: 'orders', least: 2 })),
    bucket('holdout of the year', 0, 0.05),
    not(any(bought(365), did('any', { days: 90 }))),
  ];
}
