import type { SimulatedItem } from './catalogue.ts';
import type { Experience } from './experience.ts';
import type { Wearer } from './households.ts';
import { normal, type Random } from './random.ts';
import { blockAt, placeOn, type SizeRun, sizesApart } from './size-runs.ts';

/** The place on the item's block that would fit the wearer, with fractions. */
export function fittingPlace(wearer: Wearer, { sizes, truth }: SimulatedItem): number {
  return placeOn(sizes.block, wearer.body) + wearer.likesLoose + truth.runsSmall;
}

/** Sizes by which a piece is too large (below 0: too small) in girth, and too long. */
export interface Excess {
  readonly girth: number;
  readonly length: number;
}

/** Of one size of the item on the wearer. */
export function excessOf(wearer: Wearer, item: SimulatedItem, size: number): Excess {
  const { sizes } = item;
  return {
    girth: (sizes.places[size] ?? 0) - fittingPlace(wearer, item),
    length: tooLong(wearer, sizes, size),
  };
}

/** Nine centimetres of height are felt as a size; where there is one length nobody minds it. */
function tooLong({ body }: Wearer, { lengths, block }: SizeRun, size: number): number {
  const { heights } = blockAt(block);
  if (heights === undefined || lengths.every((length) => length === 0)) return 0;
  return ((heights[(lengths[size] ?? 0) + 1] ?? 0) - body.heightCm) / 9;
}

/** How much it is felt: what is too tight more than what is too wide. */
function discomfort({ girth, length }: Excess): number {
  return Math.hypot(girth < 0 ? 1.1 * girth : 0.95 * girth, 0.8 * length);
}

/** The size of the run that would fit best: what a suggestion should name. */
export function bestSize(wearer: Wearer, item: SimulatedItem): number {
  return leastOf(item.sizes, (size) => discomfort(excessOf(wearer, item, size)));
}

/** Who orders, for whom and when, with what they have learnt so far. */
export interface Ordering {
  readonly user: number;
  readonly wearer: Wearer;
  readonly time: number;
  readonly experience: Experience;
}

/**
 * The size that somebody orders who is left to themselves: they know the body, more or less, and
 * what they like, the standard of the labels, less well where these are not the usual ones, and of
 * how a brand runs what they have learnt from pieces they were sent.
 */
export function orderedSize(random: Random, item: SimulatedItem, ordering: Ordering): number {
  const { user, wearer, time, experience } = ordering;
  const { sizes, brandIndex } = item;
  const subject = { user, wearer: wearer.at, block: sizes.block };
  const unsure = ['alpha', 'inches', 'height'].includes(sizes.system) ? wobble : strangeWobble;
  const believed =
    placeOn(sizes.block, wearer.body) +
    wearer.likesLoose +
    (wearer.misjudged[sizes.block] ?? 0) +
    experience.shiftOf(subject, time) +
    experience.shiftOf({ ...subject, brand: brandIndex }, time) +
    unsure * normal(random);
  return leastOf(sizes, (size) =>
    discomfort({
      girth: (sizes.places[size] ?? 0) - believed,
      length: tooLong(wearer, sizes, size),
    }),
  );
}

/** How people take advice. */
export interface Trust {
  /** Those who take it at all. */
  readonly share: number;
  /** How many sizes it may be off their own idea. */
  readonly reach: number;
}

export const usualTrust: Trust = { share: 0.6, reach: 1 };

/** Whether somebody orders the size that they are advised. */
export function takesAdvice(
  random: Random,
  { sizes }: SimulatedItem,
  {
    own,
    advice,
    trust = usualTrust,
  }: { readonly own: number; readonly advice: number | undefined; readonly trust?: Trust },
): boolean {
  const trusts = random() < trust.share;
  return trusts && advice !== undefined && sizesApart(sizes, advice, own) <= trust.reach;
}

/** Sizes by which people err from one order to the next (deviation). */
const wobble = 0.15;
const strangeWobble = 0.3;
/** Of what is felt, the part that is put down to oneself and to the brand. */
const lessonOfReturn = [0.15, 0.3] as const;
const lessonOfKept = [0.05, 0.1] as const;
/** What is not noticed when it is kept. */
const hardlyFelt = 0.4;

/** What the wearer will know when the piece has been tried on. */
export function learnFrom(
  { user, wearer, time, experience }: Ordering,
  item: SimulatedItem,
  { size, isReturned }: { readonly size: number; readonly isReturned: boolean },
): void {
  const { girth } = excessOf(wearer, item, size);
  if (Math.abs(girth) < hardlyFelt) return;
  const [ofOneself, ofBrand] = isReturned ? lessonOfReturn : lessonOfKept;
  const by = -Math.max(-1.5, Math.min(1.5, girth));
  const subject = { user, wearer: wearer.at, block: item.sizes.block };
  experience.learn(subject, ofOneself * by, time);
  experience.learn({ ...subject, brand: item.brandIndex }, ofBrand * by, time);
}

/** Why it is sent back, or undefined when it is kept. */
export function returnReason(
  random: Random,
  wearer: Wearer,
  item: SimulatedItem,
  size: number,
): 'too_small' | 'too_large' | 'quality' | 'not_as_described' | 'other' | undefined {
  const { girth, length } = excessOf(wearer, item, size);
  // No two pieces are sewn alike.
  const piece = { girth: girth + pieceDeviation * normal(random), length };
  // Half a size off is hardly felt, one and a half are.
  const misfit = 0.85 / (1 + Math.exp(-(discomfort(piece) - 1.05) / 0.12));
  if (random() < misfit) {
    const felt = Math.abs(0.8 * length) > Math.abs(piece.girth) ? length : piece.girth;
    return felt < 0 ? 'too_small' : 'too_large';
  }
  if (random() < 0.12 * (1 - item.truth.quality)) return 'quality';
  if (random() < 0.03) return 'not_as_described';
  return random() < 0.02 ? 'other' : undefined;
}

const pieceDeviation = 0.12;

function leastOf(run: SizeRun, of: (size: number) => number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let size = 0; size < run.labels.length; size++) {
    const value = of(size);
    if (value >= least) continue;
    least = value;
    best = size;
  }
  return best;
}
