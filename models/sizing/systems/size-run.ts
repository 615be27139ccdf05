import type { RunSize } from '../size-types.ts';
import { chartReadings, movedReadings } from './chart-readings.ts';
import { type Choice, chooseSystem } from './choose-system.ts';
import { type GarmentKind, garmentKind } from './garment-kind.ts';
import { shapesOf } from './label-shape.ts';
import { labelParts, normaliseLabel } from './label-text.ts';
import { orderedRun } from './order-run.ts';
import { placeUnread } from './place-unread.ts';
import type { LabelledSize, ReadLabel, ReadRun } from './run-types.ts';
import { type ChartPlaces, chartPlaces, type SizeChart } from './size-chart.ts';
import { scaleOf } from './size-systems.ts';
import type { Reading, SizeSystem } from './system-types.ts';

export interface RunContext {
  /** From the root to the leaf, English or Chinese. */
  readonly categoryPath?: readonly string[] | undefined;
  /** For whom the item is, where the path does not say. */
  readonly gender?: 'female' | 'male' | 'other' | undefined;
  /** The id of the system that the shop says its labels are of. */
  readonly system?: string | undefined;
  /** The brand's own table for such pieces. */
  readonly chart?: SizeChart | undefined;
}

/**
 * Understands the size labels of one item together, because 38 alone can be a dress, a shoe or a
 * waist: takes the one system that explains all labels and suits the piece, and puts them on its
 * scale. Never throws and never guesses silently:
 *
 * - labels that no system explains, or two equally likely ones would place differently, keep the
 *   shop's order under the scale `order:<category>`;
 * - where a system explains most labels and the shop's order shows where the others belong, they are
 *   placed between their neighbours and named in `unread`;
 * - a system that would explain all of them too is named in `alternatives`;
 * - a brand's own table comes first: its measurements give the positions, and labels outside it are
 *   named in `outsideChart`.
 *
 * @param labels in the shop's order; texts stand for labels whose order is not known
 */
export function sizeRun(
  labels: readonly (string | LabelledSize)[],
  context: RunContext = {},
): ReadRun {
  const { categoryPath = [], gender } = context;
  const garment = garmentKind(categoryPath, gender);
  const reads = readAll(labels);
  const choice = chooseSystem(reads, garment, context.system);
  const chart = context.chart && chartPlaces(context.chart, categoryPath, gender);
  const charted = chart && chartRun(reads, chart, choice);
  if (charted !== undefined) return charted;
  const run = systemRun(reads, garment, choice);
  return context.chart ? { ...run, outsideChart: reads.map(({ label }) => label) } : run;
}

/** By the system that explains the labels, or the order of the shop. */
function systemRun(
  reads: readonly ReadLabel[],
  garment: GarmentKind,
  choice: Choice | undefined,
): ReadRun {
  if (choice === undefined) return orderedRun(reads, garment.leaf);
  const { best, isUnclear, alternatives } = choice;
  if (isUnclear) {
    return {
      ...orderedRun(reads, garment.leaf),
      alternatives: [best.system.id, ...alternatives],
    };
  }
  const readings = complete(best.readings) ?? placeUnread(reads, best.readings);
  if (readings === undefined) return orderedRun(reads, garment.leaf);
  return {
    ...assembled(reads, separateHeights(reads, readings, best.system)),
    scale: scaleOf(best.system, garment),
    system: best.system.id,
    alternatives,
    unread: labelsWithout(reads, best.readings),
    outsideChart: [],
  };
}

/**
 * By the brand's own table, labels outside it by their system as the table moves it, else by their
 * place in the order.
 *
 * @returns undefined where the table has none of the labels, or nothing says where the others belong
 */
function chartRun(
  reads: readonly ReadLabel[],
  chart: ChartPlaces,
  choice: Choice | undefined,
): ReadRun | undefined {
  const known = chartReadings(reads, chart);
  if (!known.some((reading) => reading !== undefined)) return undefined;
  const own = choice && !choice.isUnclear ? complete(choice.best.readings) : undefined;
  const moved = complete(known) ?? (own && movedReadings(own, known));
  const readings = moved ?? placeUnread(reads, known);
  if (readings === undefined) return undefined;
  const outsideChart = labelsWithout(reads, known);
  return {
    ...assembled(reads, readings),
    scale: chart.scale,
    system: 'chart',
    alternatives: [],
    unread: moved === undefined ? outsideChart : [],
    outsideChart,
  };
}

function labelsWithout(
  reads: readonly ReadLabel[],
  readings: readonly (Reading | undefined)[],
): readonly string[] {
  return reads.flatMap(({ label }, n) => (readings[n] === undefined ? [label] : []));
}

/** Each label once; those that differ in spelling only are one. */
function readAll(labels: readonly (string | LabelledSize)[]): ReadLabel[] {
  const orders = new Set(labels.map((given) => (typeof given === 'string' ? 0 : given.order)));
  return labels.map((given) => {
    const { label, order } = typeof given === 'string' ? { label: given, order: undefined } : given;
    const key = normaliseLabel(label);
    const shapes = key === '' ? [] : labelParts(key).map(shapesOf);
    return { label, key, order: orders.size > 1 ? order : undefined, shapes };
  });
}

function complete(readings: readonly (Reading | undefined)[]): readonly Reading[] | undefined {
  const read = readings.filter((reading) => reading !== undefined);
  return read.length === readings.length ? read : undefined;
}

/** `165/88A` and `170/88A` in one run: one girth, for shorter and taller ones. */
function separateHeights(
  reads: readonly ReadLabel[],
  readings: readonly Reading[],
  system: SizeSystem,
): readonly Reading[] {
  if (!/^cn-(?:women|men|adult)-/.test(system.id)) return readings;
  const heights = reads.map(({ shapes }) => {
    const shape = shapes.flat().find(({ form }) => form === 'heightGirth');
    return shape?.form === 'heightGirth' ? shape.height : 0;
  });
  return readings.map((reading, n) => {
    const same = heights.filter((_, other) => readings[other]?.position === reading.position);
    const height = heights[n] ?? 0;
    const [least, most] = [Math.min(...same), Math.max(...same)];
    if (least === most) return reading;
    if (new Set(same).size === 2) return height === least ? reading : { ...reading, length: 1 };
    return { ...reading, length: height === least ? -1 : height === most ? 1 : 0 };
  });
}

/** Sorted, and labels that mean the same once. */
function assembled(
  reads: readonly ReadLabel[],
  readings: readonly Reading[],
): Pick<ReadRun, 'sizes' | 'places'> {
  const order = reads
    .map(({ key, label }, n) => ({ key, label, reading: readings[n], n }))
    .sort((a, b) => compare(a.reading, b.reading) || a.n - b.n);
  const sizes: RunSize[] = [];
  const places = new Map<string, number>();
  const seen = new Map<string, number>();
  for (const { key, label, reading } of order) {
    if (reading === undefined) continue;
    const { position, length } = reading;
    const meaning = `${position} ${length} ${spelling(key)}`;
    const before = seen.get(meaning);
    if (before === undefined) {
      seen.set(meaning, sizes.length);
      sizes.push({ label, position, length });
    }
    places.set(label, before ?? sizes.length - 1);
  }
  return { sizes, places };
}

/** XXL and 2XL are one size; 165/88A and 165/88B, of one position, are two. */
function spelling(key: string): string {
  return /^[\dX]*[SML]$/.test(key) ? '' : key.replace(/[号码\s]/g, '');
}

function compare(a: Reading | undefined, b: Reading | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return a.position - b.position || a.length - b.length;
}
