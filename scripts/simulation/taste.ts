import type { Fashion, SimulatedItem } from './catalogue.ts';
import type { Person } from './people.ts';
import type { Wears } from './size-runs.ts';

export interface Want {
  /** Of `occasions`: what this visit is for. */
  readonly occasion: number;
  /** Since the start of the simulation. */
  readonly day: number;
  /** -1 in the height of summer, 1 in the depth of winter. */
  readonly coldness: number;
  /** Pieces of the same category that the person has bought. */
  readonly owned: number;
  /** What the one it is for wears. */
  readonly wears: Wears;
}

/**
 * How much a person wants an item now, between 0 and 1.
 *
 * It is not of the form that the recommenders look for (a product of a user's and an item's
 * vector), so that they cannot win by construction: each visit has one occasion out of the person's
 * own mixture; how well the item serves it saturates; its look is judged by the distance to an
 * ideal point that turns with time, within a tolerance (too plain and too ornate are both wrong);
 * the price is a soft gate; the season another; and each piece of a kind that one has makes the
 * next less wanted.
 */
export function wantOf(person: Person, item: SimulatedItem, want: Want): number {
  if (want.wears !== item.category.gender) return 0.02;
  const { truth } = person;
  const serves = 1 - (1 - (item.truth.serves[want.occasion] ?? 0)) ** 2;
  const distance = lookDistance(person, item, want);
  const looks = Math.exp(-(distance ** 2) / (2 * truth.tolerance ** 2));
  const affordable = 1 / (1 + (item.price / truth.budget) ** truth.thrift);
  const season = 1 / (1 + Math.exp(-3 * item.category.season * want.coldness - 1));
  const satiety = 1 / (1 + 1.2 * want.owned);
  return serves * looks * affordable * season * satiety;
}

/**
 * How a style is in fashion at a time, around 1: styles come and go within months, each with a
 * rhythm of its own, whatever single people like.
 */
export function fashionAt({ days, phase }: Fashion, time: number): number {
  return Math.exp(0.35 * Math.sin(2 * Math.PI * (time / (days * 86_400_000) + phase)));
}

function lookDistance({ truth }: Person, item: SimulatedItem, { occasion, day }: Want): number {
  const [ornate, trendy] = truth.looks[occasion] ?? [0, 0];
  const turned = truth.drift * day;
  const x = ornate * Math.cos(turned) - trendy * Math.sin(turned);
  const y = ornate * Math.sin(turned) + trendy * Math.cos(turned);
  return Math.hypot(item.truth.look[0] - x, item.truth.look[1] - y);
}

/** -1 in the middle of July, 1 in the middle of January. */
export function coldnessAt(time: number): number {
  const year = 365.25 * 86_400_000;
  const january = Date.UTC(2020, 0, 15);
  return Math.cos((2 * Math.PI * (time - january)) / year);
}
