import {
  type AdditiveRates,
  type CountedRows,
  fitAdditiveRates,
  type RatioInterval,
  ratiosTo,
} from './additive-rates.ts';
import type { EventWeights } from './event-weights.ts';
import type { EventWeightChanges } from './event-weights-config.ts';

/**
 * What is counted of a user's events, in the order of the columns. `impression` is there so that
 * what was merely shown is not taken for what a click says; it gets no weight. A view from
 * `shortestMs` on counts in `view.least`, and the doublings of its dwell in `view.perDoubling`.
 */
export const countedEvents = [
  'impression',
  'click',
  'like',
  'comment',
  'share',
  'follow',
  'cart',
  'uncart',
  'purchase',
  'view.short',
  'view.unknown',
  'view.least',
  'view.perDoubling',
  'return.size',
  'return.other',
] as const;
export type CountedEvent = (typeof countedEvents)[number];

/** Doublings of a view's dwell after which it says no more, as in the defaults. */
export const mostDoublings = 4;

export interface LearnedWeight {
  readonly event: CountedEvent;
  /** Rows in which it was counted. */
  readonly rows: number;
  /** In clicks, with a 95 % interval. */
  readonly weight: RatioInterval;
  /** False: not enough data, the weight stays what it is. */
  readonly isLearnt: boolean;
}

export interface LearnedWeights {
  readonly weights: readonly LearnedWeight[];
  readonly changes: EventWeightChanges;
}

const fewestRows = 200;
const unit = countedEvents.indexOf('click');

/**
 * Weights of events in clicks, by how much each adds to how often what it was about is bought
 * later. A weight is learnt where it was counted in 200 rows and is known to within a click or half
 * of itself.
 *
 * @param rows columns as `countedEvents`
 * @returns undefined where what a click says cannot be told from nothing, so that there is no unit
 * @throws RangeError where nothing came of anything
 */
export function learnEventWeights(rows: CountedRows, seed: number): LearnedWeights | undefined {
  const counted = countsOf(rows);
  const rates: AdditiveRates = fitAdditiveRates(rows);
  const ratios = ratiosTo(rates, unit, { seed });
  if (ratios === undefined || counted[unit]! < fewestRows) return undefined;
  const weights = countedEvents.map((event, column): LearnedWeight => {
    const weight = ratios[column]!;
    const within = (weight.high - weight.low) / 2;
    const isKnown = within <= Math.max(1, Math.abs(weight.ratio) / 2);
    const isLearnt = event !== 'impression' && counted[column]! >= fewestRows && isKnown;
    return { event, rows: counted[column]!, weight, isLearnt };
  });
  return { weights, changes: changesOf(weights) };
}

function countsOf({ counts, columns }: CountedRows): Uint32Array {
  const rows = new Uint32Array(columns);
  for (let at = 0; at < counts.length; at++) if (counts[at] !== 0) rows[at % columns]!++;
  return rows;
}

/** The fields of a weights file, for what was learnt. */
function changesOf(weights: readonly LearnedWeight[]): EventWeightChanges {
  const learnt = new Map<string, number>();
  for (const { event, weight, isLearnt } of weights) {
    if (isLearnt) learnt.set(event, Math.round(weight.ratio * 100) / 100);
  }
  const view: Record<string, number> = {};
  for (const name of ['short', 'unknown']) copy(learnt, `view.${name}`, view, name);
  // One without the other would be bent: what a long view says is both.
  const least = learnt.get('view.least');
  const perDoubling = learnt.get('view.perDoubling');
  if (least !== undefined && perDoubling !== undefined) {
    const most = Math.round((least + mostDoublings * perDoubling) * 100) / 100;
    Object.assign(view, { least, perDoubling, most: Math.max(least, most) });
  }
  const returns: Record<string, number> = {};
  for (const name of ['too_small', 'too_large']) copy(learnt, 'return.size', returns, name);
  for (const name of ['quality', 'not_as_described', 'other']) {
    copy(learnt, 'return.other', returns, name);
  }
  const types: Record<string, number> = {};
  for (const event of countedEvents) if (!event.includes('.')) copy(learnt, event, types, event);
  return { types, view, return: returns } as EventWeightChanges;
}

function copy(
  from: ReadonlyMap<string, number>,
  name: string,
  to: Record<string, number>,
  as: string,
): void {
  const value = from.get(name);
  if (value !== undefined) to[as] = value;
}

/** The weight that a column has in a set of weights. */
export function presentWeight(event: CountedEvent, weights: EventWeights): number {
  const [group, name] = event.split('.');
  if (group === 'view') return weights.view[name as 'short'];
  if (group === 'return') return weights.return[name === 'size' ? 'too_small' : 'quality'];
  return weights.types[event as keyof EventWeights['types']];
}
