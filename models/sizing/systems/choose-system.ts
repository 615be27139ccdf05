import type { GarmentKind } from './garment-kind.ts';
import type { ReadLabel } from './run-types.ts';
import type { Shape } from './shape-types.ts';
import { sizeSystem, sizeSystems } from './size-systems.ts';
import type { Reading, SizeSystem } from './system-types.ts';

// One system must be this much likelier than the next one to be believed.
const clearly = 1.6;
// A part of a label says less than the whole of it.
const partWeight = 0.7;
// Systems that are less likely than this against the one taken are not worth a word.
const worthAWord = 0.2;

/** A reading, and which part of the label it is of. */
export interface PartReading extends Reading {
  readonly part: number;
}

/** A system, and how it reads the labels of an item. */
export interface Candidate {
  readonly system: SizeSystem;
  readonly readings: readonly (PartReading | undefined)[];
  readonly score: number;
  readonly isWhole: boolean;
}

/** The system that explains the labels of an item best. */
export interface Choice {
  readonly best: Candidate;
  /** Another system would place the labels differently and is about as likely. */
  readonly isUnclear: boolean;
  /** The other systems that explain as many labels differently, the likeliest first. */
  readonly alternatives: readonly string[];
}

/**
 * @param named the id of the only system to try, where the shop says it
 * @returns undefined where no system explains half of the labels
 */
export function chooseSystem(
  labels: readonly ReadLabel[],
  garment: GarmentKind,
  named: string | undefined,
): Choice | undefined {
  const candidates = candidatesFor(labels, garment, named);
  const whole = candidates.filter(({ isWhole }) => isWhole);
  const [best, ...rest] = whole.length > 0 ? whole : candidates;
  if (best === undefined) return undefined;
  const others = rest.filter((other) => differs(best, other));
  const alternatives = others
    .filter(({ score }) => score >= worthAWord * best.score)
    .map(({ system }) => system.id);
  const isUnclear = others[0] !== undefined && best.score < clearly * others[0].score;
  return { best, isUnclear, alternatives };
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
