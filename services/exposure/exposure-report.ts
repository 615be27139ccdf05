import type { Interval } from '../../models/evaluation/bootstrap.ts';
import { giniOf } from '../../models/evaluation/exposure.ts';
import { exposureRate, type OutcomeCells } from '../../models/evaluation/exposure-rates.ts';
import { examinationByPosition } from '../../models/evaluation/position-bias.ts';
import type { Database } from '../database/database.ts';
import {
  countAnswers,
  countSpread,
  type ExposureFilter,
  type GroupCells,
  layOutOutcomes,
  readGroupCells,
  readOutcomesByItem,
  readSourceCells,
  type SourceCells,
  type SpreadCounts,
  type Windows,
} from './exposure-report-store.ts';

export interface ExposureReportOptions extends ExposureFilter {
  readonly windows: Windows;
  /** Share of the catalogue, the least popular, that is the long tail. */
  readonly tail: number;
  /** An item is new for so many days after its launch. */
  readonly newDays: number;
  /** How many items are the top. */
  readonly top: number;
  /** A click weighs at most 1 / clip. */
  readonly clip: number;
  readonly seed: number;
  /** Rates are taken from the viewers of about so many answers. */
  readonly mostAnswers: number;
}

export interface Spread {
  readonly catalogue: number;
  readonly shown: number;
  /** Shares. NaN where there is nothing to take them of. */
  readonly coverage: number;
  readonly top: number;
  readonly topOfClicks: number;
  readonly topOfPurchases: number;
  readonly longTail: number;
  readonly newItems: number;
  /** Of exposure over the catalogue: 0 where all have the same, towards 1 where one has everything. */
  readonly gini: number;
}

export interface OutcomeRates {
  readonly shown: number;
  readonly clicks: number;
  readonly purchases: number;
  readonly clickRate: Interval;
  /** What the click rate would be had all of it been looked at. */
  readonly clickRateCorrected: Interval;
  readonly purchaseRate: Interval;
  readonly purchaseRateCorrected: Interval;
}

export interface SourceRates extends OutcomeRates {
  readonly source: string;
}

export interface PositionRates extends OutcomeRates {
  /** Places from 1 on; the last ones are put together. */
  readonly from: number;
  readonly to: number;
  /** How likely it is to be looked at, in relation to the first place: the mean over what was shown. */
  readonly examination: number;
}

export interface ExposureReport {
  readonly answers: number;
  /** Answers that say who was answered: only of these are there rates. */
  readonly named: number;
  readonly firstAt: Date | null;
  readonly lastAt: Date | null;
  /** The share of the viewers that the rates are of. */
  readonly sampled: number;
  readonly spread: Spread;
  readonly bySource: readonly SourceRates[];
  readonly byPosition: readonly PositionRates[];
}

// Enough for an interval and few enough for one cell a bucket, source and place.
const buckets = 1_000;
// Places one by one up to here, then put together.
const lastOfOne = 20;
const groupEnds = [50, 100, 200];

/** What was shown, to whom it went, and what came of it. Reads one snapshot of the database. */
export function reportExposure(
  database: Database,
  options: ExposureReportOptions,
): Promise<ExposureReport> {
  return database.transaction(async (transaction) => {
    const counts = await countAnswers(transaction, options);
    const spread = await countSpread(transaction, options, options);
    const share = Math.min(1, options.mostAnswers / Math.max(1, counts.named));
    const used = Math.ceil(buckets * share);
    await layOutOutcomes(transaction, options, options.windows, { buckets, used });
    const sources = await readSourceCells(transaction);
    const examination = examinationOf(await readGroupCells(transaction), sources);
    const outcomes = await readOutcomesByItem(transaction);
    return {
      ...counts,
      sampled: used / buckets,
      spread: spreadOf(spread, outcomes, options.top),
      bySource: sources.map((cells) => ({
        source: cells.source,
        ...ratesOf([cells], examination, options),
      })),
      byPosition: placeGroups(examination.length).flatMap(([from, to]) => {
        const within = sources.map((cells) => between(cells, from, to));
        const rates = ratesOf(within, examination, options);
        if (rates.shown === 0) return [];
        return [{ from, to, examination: meanExamination(within, examination), ...rates }];
      }),
    };
  }, 'repeatable read');
}

function examinationOf(groups: GroupCells, sources: readonly SourceCells[]): Float64Array {
  const positions = sources.reduce(
    (most, cells) => cells.positions.reduce((last, place) => Math.max(last, place + 1), most),
    1,
  );
  return examinationByPosition(
    {
      groups: Uint32Array.from(groups.groups),
      positions: Uint32Array.from(groups.positions),
      shown: Float64Array.from(groups.shown),
      clicks: Float64Array.from(groups.clicks),
    },
    { positions },
  );
}

function ratesOf(
  sources: readonly SourceCells[],
  examination: Float64Array,
  { clip, seed }: ExposureReportOptions,
): OutcomeRates {
  const column = (name: Exclude<keyof SourceCells, 'source'>) =>
    sources.flatMap((cells) => cells[name]);
  const cells = (name: 'clicks' | 'purchases'): OutcomeCells => ({
    buckets: Uint32Array.from(column('buckets')),
    positions: Uint32Array.from(column('positions')),
    shown: Float64Array.from(column('shown')),
    hits: Float64Array.from(column(name)),
  });
  const options = { buckets, examination, clip, seed };
  const clicks = exposureRate(cells('clicks'), options);
  const purchases = exposureRate(cells('purchases'), options);
  return {
    shown: clicks.shown,
    clicks: clicks.hits,
    purchases: purchases.hits,
    clickRate: clicks.raw,
    clickRateCorrected: clicks.corrected,
    purchaseRate: purchases.raw,
    purchaseRateCorrected: purchases.corrected,
  };
}

/** First and last place of each row of the report, from 1 on. */
function placeGroups(positions: number): (readonly [number, number])[] {
  const single = Array.from({ length: Math.min(lastOfOne, positions) }, (_, n) => {
    return [n + 1, n + 1] as const;
  });
  const starts = [lastOfOne, ...groupEnds];
  const wide = groupEnds.map((end, n) => [(starts[n] ?? 0) + 1, end] as const);
  return [...single, ...wide.filter(([from]) => from <= positions)];
}

function between(cells: SourceCells, from: number, to: number): SourceCells {
  const isWithin = (_: number, n: number) => {
    const place = (cells.positions[n] ?? 0) + 1;
    return place >= from && place <= to;
  };
  return {
    source: cells.source,
    buckets: cells.buckets.filter(isWithin),
    positions: cells.positions.filter(isWithin),
    shown: cells.shown.filter(isWithin),
    clicks: cells.clicks.filter(isWithin),
    purchases: cells.purchases.filter(isWithin),
  };
}

function meanExamination(sources: readonly SourceCells[], examination: Float64Array): number {
  let looks = 0;
  let shown = 0;
  for (const cells of sources) {
    cells.positions.forEach((place, n) => {
      const looked = examination[place] ?? Number.NaN;
      if (Number.isNaN(looked)) return;
      looks += looked * (cells.shown[n] ?? 0);
      shown += cells.shown[n] ?? 0;
    });
  }
  return looks / shown;
}

function spreadOf(
  counts: SpreadCounts,
  outcomes: { readonly clicks: number[]; readonly purchases: number[] },
  top: number,
): Spread {
  const times = new Uint32Array(counts.catalogue);
  let at = 0;
  for (const { times: each, items } of counts.histogram) {
    times.fill(each, at, at + items);
    at += items;
  }
  const descending = times.toSorted().reverse();
  const neverShown = counts.histogram.find((row) => row.times === 0)?.items ?? 0;
  return {
    catalogue: counts.catalogue,
    shown: counts.shown,
    coverage: (counts.catalogue - neverShown) / counts.catalogue,
    top: shareOfFirst(descending, top),
    topOfClicks: shareOfFirst(outcomes.clicks, top),
    topOfPurchases: shareOfFirst(outcomes.purchases, top),
    longTail: counts.shownTail / counts.shown,
    newItems: counts.shownNew / counts.shown,
    gini: giniOf(times),
  };
}

function shareOfFirst(descending: ArrayLike<number>, count: number): number {
  let first = 0;
  let total = 0;
  for (let n = 0; n < descending.length; n++) {
    const value = descending[n] ?? 0;
    if (n < count) first += value;
    total += value;
  }
  return first / total;
}
