import { type GarmentKind, garmentKind } from './garment-kind.ts';
import { shapesOf } from './label-shape.ts';
import { normaliseLabel } from './label-text.ts';
import { sizeSystem } from './size-systems.ts';
import type { SizeSystem, SystemSize } from './system-types.ts';

/** A size of one system told in another. */
export interface SizeConversion {
  /** In the other system. */
  readonly label: string;
  /** Steps between the two, which have been rounded away; above 0: the label told is the larger one. */
  readonly off: number;
  /** `EU 38 ≈ US 8`: that it is a conversion is in it. */
  readonly text: string;
}

// Beyond its ends a system has no size.
const farthest = 0.75;

/**
 * Tells a size in another system for the same bodies, as the nearest label there.
 *
 * @param from the id of the label's system, such as `eu-women`
 * @returns undefined where the label is not of the system, the two are for different bodies, or the
 *   other one has no size near it
 * @throws RangeError for a system that is not known
 */
export function convertSize(
  label: string,
  from: string,
  to: string,
  garment: GarmentKind = garmentKind([]),
): SizeConversion | undefined {
  const [source, target] = [known(from), known(to)];
  const isSameBody = source.line === target.line;
  const position = isSameBody ? positionIn(source, label, garment) : undefined;
  const nearest = position === undefined ? undefined : nearestSize(target, position);
  if (position === undefined || nearest === undefined) return undefined;
  const off = nearest.position - position;
  if (Math.abs(off) > farthest) return undefined;
  const text = `${shown(source, label)} ≈ ${shown(target, nearest.label)}`;
  return { label: nearest.label, off, text };
}

/** Where a label of a system lies; undefined: it is none of it. */
export function positionIn(
  system: SizeSystem,
  label: string,
  garment: GarmentKind = garmentKind([]),
): number | undefined {
  for (const shape of shapesOf(normaliseLabel(label))) {
    const reading = system.read(shape, garment);
    if (reading !== undefined) return reading.position;
  }
  return undefined;
}

function nearestSize(system: SizeSystem, position: number): SystemSize | undefined {
  let nearest: SystemSize | undefined;
  for (const size of system.table) {
    const distance = Math.abs(size.position - position);
    if (nearest === undefined || distance < Math.abs(nearest.position - position)) nearest = size;
  }
  return nearest;
}

function known(id: string): SizeSystem {
  const system = sizeSystem(id);
  if (system === undefined) throw new RangeError(`there is no size system ${JSON.stringify(id)}`);
  return system;
}

function shown(system: SizeSystem, label: string): string {
  const bare = label.trim();
  const isNamed = system.name === '' || /^\D/.test(bare);
  return isNamed ? bare : `${system.name} ${bare}`;
}
