import type { Operator, SegmentField } from './segment-fields.ts';

/** What a rule says, checked: which users are in a segment. */
export type Rule =
  | { readonly all: readonly Rule[] }
  | { readonly any: readonly Rule[] }
  | { readonly not: Rule }
  | FieldCondition
  | EventCondition
  | { readonly segment: string }
  | BucketCondition;

export type Scalar = string | number | boolean;

export interface FieldCondition {
  readonly field: string;
  /** Of what: a category, where the field takes one. */
  readonly of?: string | undefined;
  readonly op: Operator;
  readonly value: Scalar | readonly Scalar[];
  /** Of a tag: what weighs less does not count. */
  readonly minWeight?: number | undefined;
}

/** `purchase` and so on, as events have it. */
export const eventTypes = [
  'impression',
  'click',
  'view',
  'like',
  'comment',
  'share',
  'follow',
  'cart',
  'uncart',
  'purchase',
  'return',
] as const;
export type EventType = (typeof eventTypes)[number];

/** What is counted of a user's events. */
export const measures = {
  count: 'events',
  units: 'pieces bought or sent back',
  spend: 'money: pieces times the price of one',
  days: 'days (UTC) with such an event',
  dwellMs: 'milliseconds of views',
  items: 'different items',
  orders: 'different orders',
  rooms: 'different rooms',
} as const;
export type Measure = keyof typeof measures;

export const comparisons = ['eq', 'gt', 'gte', 'lt', 'lte', 'between'] as const;
export type Comparison = (typeof comparisons)[number];

/** The last so many days, or from one moment up to another, which is left out. */
export type Window =
  | { readonly days: number }
  | { readonly from?: string | undefined; readonly to?: string | undefined };

/** Which events count; each that is given has to hold. */
export interface EventFilter {
  /** Any category of the item's path. */
  readonly category?: readonly string[] | undefined;
  readonly brand?: readonly string[] | undefined;
  readonly itemId?: readonly string[] | undefined;
  readonly roomId?: readonly string[] | undefined;
  readonly hostId?: readonly string[] | undefined;
  readonly theme?: readonly string[] | undefined;
  /** Whether it was in a room. */
  readonly inRoom?: boolean | undefined;
  /** What was paid, else what the item costs now; `min` belongs to it, `max` does not. */
  readonly price?:
    | { readonly min?: number | undefined; readonly max?: number | undefined }
    | undefined;
  /** Of returns. */
  readonly reason?: readonly string[] | undefined;
}

export interface EventCondition {
  readonly events: readonly EventType[] | 'any';
  readonly within?: Window | undefined;
  readonly where?: EventFilter | undefined;
  readonly measure: Measure;
  readonly op: Comparison;
  readonly value: number | readonly [number, number];
}

/** Users by chance, always the same for a seed: from `from` up to `to`, of [0, 1). */
export interface BucketCondition {
  readonly bucket: { readonly seed: string; readonly from: number; readonly to: number };
}

/** The ids of the segments that a rule names, each once. */
export function namedSegments(rule: Rule): readonly string[] {
  return [
    ...new Set(conditionsOf(rule).flatMap((leaf) => ('segment' in leaf ? leaf.segment : []))),
  ];
}

/** What stands at the ends of the tree. */
export type Condition = Exclude<
  Rule,
  { readonly all: unknown } | { readonly any: unknown } | { readonly not: unknown }
>;

export function conditionsOf(rule: Rule): readonly Condition[] {
  if ('all' in rule) return rule.all.flatMap(conditionsOf);
  if ('any' in rule) return rule.any.flatMap(conditionsOf);
  if ('not' in rule) return conditionsOf(rule.not);
  return [rule];
}

export type FindField = (name: string) => SegmentField | undefined;
