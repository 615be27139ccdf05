import { adviceOf } from '../../models/sizing/advice.ts';
import type { Confidence, SizePredictor } from '../../models/sizing/size-predictor.ts';
import type { SizeChances } from '../../models/sizing/size-types.ts';
import type { ReadRun } from '../../models/sizing/systems/run-types.ts';
import type { ItemRow, SkuRow } from '../live/live-rows.ts';
import type { SizedItem } from './garments.ts';
import type { KnownItem } from './item-evidences.ts';
import {
  abstention,
  type Help,
  keptSentence,
  measurementsSentence,
  nothingKnown,
  oneSizeSentence,
  personWords,
  returnedSentence,
  runsSentence,
  severalPeople,
  soldOutSentence,
} from './sentences.ts';
import { confidenceOf, leastShare, likeliest } from './size-advisor.ts';
import type { Abstention, Sentence, Suggestion } from './sizes-schema.ts';
import { type Household, type LikelyWearer, likelyWearers, type Wearer } from './wearers.ts';

/** What a suggestion is made from. */
export interface SuggestionQuestion {
  readonly userId: string | null;
  readonly row: ItemRow;
  readonly sized: SizedItem;
  /** Null: of the size chart. */
  readonly version: string | null;
  readonly model: SizePredictor;
  readonly known: KnownItem;
  readonly household: Household;
  /** A place in the run that was asked about. */
  readonly asked: number | undefined;
  /** Whether the wearer says something of the user. */
  readonly personalised: boolean;
  /** Whether the user has the switch off. */
  readonly isSwitchedOff: boolean;
}

type Size = Suggestion['distribution'][number];

/** What is less likely is no alternative. */
const alternativesFrom = 0.01;
/** Where the size to take is sold out, another is named if its share of the advice is this at least. */
const nextBestFrom = 0.25;

/** A question about one of the people whom an account buys for. */
interface WearerQuestion extends SuggestionQuestion {
  readonly wearer: Wearer;
  /** That the piece is for them. */
  readonly share: number;
}

/** Of several people those are named for whom a piece is this likely at least. */
const namedFrom = 0.15;
/** Below this share it is not said that a size is sure. */
const sureFrom = 0.8;

/** The size to take of an item, or why none is named. */
export function suggest(asked: SuggestionQuestion): Suggestion {
  const { model, known, row, sized } = asked;
  const people = likelyWearers(asked.household, known.garment);
  const likely = people[0] ?? { wearer: asked.household.wearers[0] as Wearer, share: 1 };
  const question = { ...asked, ...likely };
  const { wearer } = likely;
  const named = people.filter(({ share }) => share >= namedFrom);
  const { sizes } = known.garment.run;
  const chances = model.predict(wearer.evidence, known.evidence);
  const chosen = chances.map((chance) => chance.chosen);
  const advice = adviceOf(chances);
  const skus = sizes.map((_, place) => inStock(row, sized, place));
  const best = likeliest(advice);
  const sure = sizes.length === 1 ? 'high' : confidenceFor(question, chosen, advice);
  const abstained = reasonToAbstain(question, advice, skus, sure);
  const offered = abstained ? -1 : offeredPlace(advice, skus);
  // Of the next best nobody is sure.
  const confidence = offered === best || sure === 'low' ? sure : 'medium';
  const all = sizes.map(({ label }, n) => described(label, chances[n], skus[n] !== undefined));
  const isSoldOut = sure !== 'low' && best >= 0 && skus[best] === undefined;
  return {
    userId: question.userId,
    itemId: row.itemId,
    suggested: offerOf(sizes[offered]?.label, skus[offered]),
    probability: chosen[offered] ?? null,
    fitProbability: chances[offered]?.fit ?? null,
    confidence,
    soldOut: isSoldOut ? { label: sizes[best]?.label ?? '', probability: chosen[best] ?? 0 } : null,
    alternatives: alternatives(question, chosen, skus, offered),
    asked: question.asked === undefined ? null : (all[question.asked] ?? null),
    distribution: all,
    runs: runsWords(question),
    abstained: abstained ?? null,
    evidence: [
      ...evidenceOf(question, { best, offered, isSoldOut, isNamed: !abstained }),
      ...(named.length > 1 ? [severalPeople] : []),
    ],
    persons: named.length > 1 ? named.map((one) => personOf(question, one)) : [],
    warnings: warningsOf(sized.run),
    personalised: question.personalised,
    modelVersion: question.version,
  };
}

/** As sure as the model is, less where it is not sure whom the piece is for. */
function confidenceFor(
  { model, version, wearer, share }: WearerQuestion,
  chosen: readonly number[],
  advice: Float64Array,
): Confidence {
  if (share < leastShare) return 'low';
  const isByChartAlone = version === null && wearer.outcomes.length === 0;
  const confidence = confidenceOf(model, chosen, advice, isByChartAlone);
  return confidence === 'high' && share < sureFrom ? 'medium' : confidence;
}

/** The size that one of several people would take. */
function personOf(
  { model, known }: SuggestionQuestion,
  { wearer, share }: LikelyWearer,
): Suggestion['persons'][number] {
  const chances = model.predict(wearer.evidence, known.evidence);
  const best = likeliest(adviceOf(chances));
  const label = known.garment.run.sizes[best]?.label ?? '';
  const probability = chances[best]?.chosen ?? 0;
  return { share, label, probability, ...personWords(wearer.group, label) };
}

/** The answer for an item that has no sizes. */
export function withoutSizes(userId: string | null, itemId: string): Suggestion {
  return {
    ...{ userId, itemId, suggested: null, probability: null, fitProbability: null },
    ...{ confidence: 'low', soldOut: null, alternatives: [], asked: null, distribution: [] },
    runs: { direction: 'unknown', outcomes: 0, small: 0, large: 0 },
    abstained: abstention('no_sizes', []),
    ...{ evidence: [], persons: [], warnings: [], personalised: false, modelVersion: null },
  };
}

/** What of the labels was not understood. */
function warningsOf({ system, unread, outsideChart, sizes }: ReadRun): Suggestion['warnings'] {
  if (system === null && sizes.length > 1) {
    const message = 'the labels say nothing of bodies; only their order is used';
    return [{ code: 'order_only', label: null, message }];
  }
  return [
    ...unread.map((label) => {
      const message = `${label} is no size of the system of the others; it is placed by its order`;
      return { code: 'unread_label' as const, label, message };
    }),
    ...outsideChart.map((label) => {
      const message = `${label} is not in the brand’s own table`;
      return { code: 'outside_chart' as const, label, message };
    }),
  ];
}

function reasonToAbstain(
  { model, wearer, share, known, isSwitchedOff }: WearerQuestion,
  advice: Float64Array,
  skus: readonly (SkuRow | undefined)[],
  confidence: Confidence,
): Abstention | undefined {
  const helps = () => model.wouldHelp(wearer.evidence, known.evidence) as readonly Help[];
  if (confidence === 'low') {
    if (isSwitchedOff) return abstention('not_personalised', []);
    if (share < leastShare) return abstention('several_people', []);
    const { scale } = known.garment.run;
    const isBlind = scale.startsWith('order:') && known.counts.fit === 0;
    return abstention(isBlind ? 'not_comparable' : 'not_sure', helps());
  }
  return offeredPlace(advice, skus) < 0 ? abstention('sold_out', []) : undefined;
}

/** The size to advise, or where it is sold out the next best, if it comes near enough; −1: none. */
function offeredPlace(advice: Float64Array, skus: readonly (SkuRow | undefined)[]): number {
  const best = likeliest(advice);
  if (skus[best] !== undefined) return best;
  const next = likeliest(advice.map((share, n) => (skus[n] === undefined ? -1 : share)));
  return (advice[next] ?? 0) >= nextBestFrom && skus[next] !== undefined ? next : -1;
}

function alternatives(
  { known }: SuggestionQuestion,
  chosen: readonly number[],
  skus: readonly (SkuRow | undefined)[],
  offered: number,
): Suggestion['alternatives'] {
  return known.garment.run.sizes
    .flatMap(({ label }, n) => {
      const skuId = skus[n]?.skuId;
      const probability = chosen[n] ?? 0;
      if (n === offered || skuId === undefined || probability < alternativesFrom) return [];
      return [{ skuId, label, probability }];
    })
    .sort((a, b) => b.probability - a.probability);
}

/** The SKU of a size that is best in stock; undefined: it is sold out. */
export function inStock(
  { skus }: ItemRow,
  { sizes }: SizedItem,
  place: number,
): SkuRow | undefined {
  let best: SkuRow | undefined;
  for (const sku of skus) {
    if (sku.stock <= 0 || sizes.get(sku.skuId) !== place) continue;
    if (best === undefined || sku.stock > best.stock) best = sku;
  }
  return best;
}

function offerOf(label: string | undefined, sku: SkuRow | undefined): Suggestion['suggested'] {
  return label === undefined || sku === undefined ? null : { skuId: sku.skuId, label };
}

function described(label: string, chances: SizeChances | undefined, isInStock: boolean): Size {
  const { chosen = 0, small = 0, fit = 0, large = 0 } = chances ?? {};
  return { label, inStock: isInStock, pChosen: chosen, pSmall: small, pFit: fit, pLarge: large };
}

function runsWords({ known }: SuggestionQuestion): Suggestion['runs'] {
  const { small, fit, large } = known.counts;
  return { direction: known.runs.direction, outcomes: small + fit + large, small, large };
}

interface Outcome {
  readonly best: number;
  readonly offered: number;
  readonly isSoldOut: boolean;
  readonly isNamed: boolean;
}

/** Why, in words: what was worn, what was measured, how the item runs. */
function evidenceOf(question: WearerQuestion, outcome: Outcome): Sentence[] {
  const { known, wearer } = question;
  const { sizes, scale } = known.garment.run;
  const labelOf = (place: number) => sizes[place]?.label;
  const [only] = sizes;
  if (sizes.length === 1 && only) return [oneSizeSentence(only.label)];
  const best = labelOf(outcome.best) ?? '';
  const worn = wearer.outcomes.filter((piece) => piece.scale === scale);
  const kept = worn.filter((piece) => piece.fit === 'fit' && piece.label === best).length;
  const back = worn.findLast((piece) => piece.fit !== 'fit');
  const runs = runsSentence(runsWords(question));
  const measured = outcome.isNamed ? measurementsSentence(wearer.body, best) : undefined;
  const said: (Sentence | undefined)[] = [
    outcome.isSoldOut ? soldOutSentence(best, labelOf(outcome.offered)) : undefined,
    kept > 0 ? keptSentence(best, kept) : undefined,
    back && back.fit !== 'fit' ? returnedSentence(back.label, back.fit) : undefined,
    measured,
    runs,
  ];
  const sentences = said.filter((sentence) => sentence !== undefined);
  const isUnknown = wearer.outcomes.length === 0 && Object.keys(wearer.body).length === 0;
  return isUnknown ? [...sentences, nothingKnown] : sentences;
}
