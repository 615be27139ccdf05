import type { RunSize } from '../size-types.ts';
import { type GarmentKind, garmentKind } from './garment-kind.ts';
import { shapesOf } from './label-shape.ts';
import { labelParts, normaliseLabel } from './label-text.ts';
import { orderedRun } from './order-run.ts';
import { placeUnread } from './place-unread.ts';
import type { LabelledSize, ReadLabel, ReadRun } from './run-types.ts';
import type { Shape } from './shape-types.ts';
import { scaleOf, sizeSystem, sizeSystems } from './size-systems.ts';
import type { Reading, SizeSystem } from './system-types.ts';

export interface RunContext {
  /** From the root to the leaf, English or Chinese. */
  readonly categoryPath?: readonly string[] | undefined;
  /** For whom the item is, where the path does not say. */
  readonly gender?: 'female' | 'male' | 'other' | undefined;
  /** The id of the system that the shop says its labels are of. */
  readonly system?: string | undefined;
}

// One system must be this much likelier than the next one to be believed.
const clearly = 1.6;
// A part of a label says less than the whole of it.
const partWeight = 0.7;
// Systems that are less likely than this against the one taken are not worth a word.
const worthAWord = 0.2;

/** A reading, and which part of the label it is of. */
interface PartReading extends Reading {
  readonly part: number;
}

interface Candidate {
  readonly system: SizeSystem;
  readonly readings: readonly (PartReading | undefined)[];
  readonly score: number;
  readonly isWhole: boolean;
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
 * - a system that would explain all of them too is named in `alternatives`.
 *
 * @param labels in the shop's order; texts stand for labels whose order is not known
 */
export function sizeRun(
  labels: readonly (string | LabelledSize)[],
  context: RunContext = {},
): ReadRun {
  const garment = garmentKind(context.categoryPath ?? [], context.gender);
  const reads = readAll(labels);
  const candidates = candidatesFor(reads, garment, context.system);
  const whole = candidates.filter(({ isWhole }) => isWhole);
  const [best] = whole.length > 0 ? whole : candidates;
  if (best === undefined || reads.length === 0) return orderedRun(reads, garment.leaf);
  const others = (best.isWhole ? whole : candidates).filter((other) => differs(best, other));
  const rival = others[0];
  if (rival !== undefined && best.score < clearly * rival.score) {
    const alternatives = [best, ...others].map(({ system }) => system.id);
    return { ...orderedRun(reads, garment.leaf), alternatives };
  }
  const readings = complete(best.readings) ?? placeUnread(reads, best.readings);
  if (readings === undefined) return orderedRun(reads, garment.leaf);
  return {
    ...assembled(reads, separateHeights(reads, readings, best.system)),
    scale: scaleOf(best.system, garment),
    system: best.system.id,
    alternatives: others
      .filter(({ score }) => score >= worthAWord * best.score)
      .map(({ system }) => system.id),
    unread: reads.flatMap(({ label }, n) => (best.readings[n] === undefined ? [label] : [])),
  };
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

function candidatesFor(
  reads: readonly ReadLabel[],
  garment: GarmentKind,
  named: string | undefined,
): Candidate[] {
  const only = named === undefined ? undefined : sizeSystem(named);
  const systems = only === undefined ? sizeSystems : [only];
  return systems
    .flatMap((system) => {
      const suits = only === undefined ? system.suits(garment) : 1;
      const found = suits > 0 ? candidate(system, suits, reads, garment) : undefined;
      return found ?? [];
    })
    .sort((a, b) => b.score - a.score);
}

/** Undefined where less than half of the labels can be read. */
function candidate(
  system: SizeSystem,
  suits: number,
  reads: readonly ReadLabel[],
  garment: GarmentKind,
): Candidate | undefined {
  const readings = reads.map(({ shapes }) => firstReading(system, shapes, garment));
  const read = readings.filter((reading) => reading !== undefined);
  if (read.length === 0 || 2 * read.length < reads.length) return undefined;
  const logs = read.reduce((sum, { weight }) => sum + Math.log(weight), 0);
  const share = read.length / reads.length;
  const score = suits * Math.exp(logs / read.length) * share * share;
  return { system, readings, score, isWhole: read.length === reads.length };
}

function firstReading(
  system: SizeSystem,
  shapes: readonly (readonly Shape[])[],
  garment: GarmentKind,
): PartReading | undefined {
  for (const [part, alternatives] of shapes.entries()) {
    for (const shape of alternatives) {
      const reading = system.read(shape, garment);
      if (reading === undefined) continue;
      // Of two parts that are both sizes the first one is.
      const weight = part === 0 ? reading.weight : reading.weight * partWeight * 0.99 ** part;
      return { ...reading, part, weight };
    }
  }
  return undefined;
}

/**
 * Whether the two take the same text for different sizes. What stands in different parts of a label
 * (`US 8/EU 38`) says the same twice.
 */
function differs(a: Candidate, b: Candidate): boolean {
  if (a === b) return false;
  return a.readings.some((reading, n) => {
    const other = b.readings[n];
    if (reading === undefined || other === undefined || reading.part !== other.part) return false;
    const isOtherBody = a.system.line !== b.system.line;
    return isOtherBody || Math.abs(reading.position - other.position) > 0.5;
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
