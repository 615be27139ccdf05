import { menSystems, womenSystems } from './clothing-systems.ts';
import type { GarmentKind } from './garment-kind.ts';
import { heightSystems } from './height-systems.ts';
import { kidsSystems } from './kids-systems.ts';
import { letterSystems } from './letter-systems.ts';
import { otherSystems } from './other-systems.ts';
import { shoeSystems } from './shoe-systems.ts';
import type { SizeSystem } from './system-types.ts';
import { waistSystems } from './waist-systems.ts';

/** Every way of writing sizes that is known. */
export const sizeSystems: readonly SizeSystem[] = [
  ...letterSystems,
  ...womenSystems,
  ...menSystems,
  ...waistSystems,
  ...heightSystems,
  ...kidsSystems,
  ...shoeSystems,
  ...otherSystems,
];

const byId = new Map(sizeSystems.map((system) => [system.id, system]));

/** The system of that name, such as `eu-women`; undefined: there is none. */
export function sizeSystem(id: string): SizeSystem | undefined {
  return byId.get(id);
}

/**
 * What positions of a system on such a piece are compared within. Pieces that cover another part of
 * the body are kept apart: who wears M above need not wear M below.
 */
export function scaleOf(system: SizeSystem, { kind, audience, leaf }: GarmentKind): string {
  if (system.id === 'one-size') return 'one-size';
  switch (system.line) {
    case 'bra':
      return 'bra';
    case 'shoes':
      return audience === 'kids' ? 'kids-shoes' : 'shoes';
    case 'kids':
      return 'kids';
    default:
      return ['top', 'dress', 'bottom', 'any'].includes(kind)
        ? `${system.line}-${kind}`
        : `letters:${leaf}`;
  }
}
