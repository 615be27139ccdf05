import { madeFor } from './clothing-systems.ts';
import { every } from './number-system.ts';
import type { Length, Shape } from './shape-types.ts';
import type { Reading, SizeSystem } from './system-types.ts';

const inch = 2.54;

interface WaistSystem {
  readonly audience: 'women' | 'men';
  /** Inches from where to where it is usual. */
  readonly usual: readonly [from: number, to: number];
  /** Inseams that are neither short nor long. */
  readonly regular: readonly [from: number, to: number];
}

// Of the line's waist: 70 cm (GB/T 160/66A is S, 165/70A is M) and 76 (170/76A).
const middles = { women: 70, men: 76 };

function waistSystem({ audience, usual, regular }: WaistSystem): SizeSystem {
  const positionOf = (waist: number) => (waist * inch - middles[audience]) / 4;
  const reading = (waist: number, length: Length): Reading | undefined => {
    if (waist < 20 || waist > 60) return undefined;
    const weight = waist >= usual[0] && waist <= usual[1] ? 1 : 0.3;
    return { position: positionOf(waist), length, weight };
  };
  const lengthOf = (inseam: number | undefined): Length => {
    if (inseam === undefined) return 0;
    if (inseam < regular[0]) return -1;
    return inseam > regular[1] ? 1 : 0;
  };
  return {
    id: `waist-${audience}`,
    name: 'W',
    line: audience,
    suits: madeFor(audience, ['bottom']),
    read: (shape: Shape) => {
      if (shape.form === 'waist') return reading(shape.waist, lengthOf(shape.inseam));
      if (shape.form !== 'number' || shape.values.length !== 1) return undefined;
      const isWaist = shape.region === undefined || shape.region === 'US';
      const isInches = /^(?:W|IN|INCH|INCHES|号|码)$/.test(shape.unit ?? 'W');
      return isWaist && isInches ? reading(shape.values[0] ?? 0, shape.length) : undefined;
    },
    table: every(1, 22, 46).map((waist) => ({ label: String(waist), position: positionOf(waist) })),
  };
}

export const waistSystems: readonly SizeSystem[] = [
  waistSystem({ audience: 'women', usual: [23, 33], regular: [29, 32] }),
  waistSystem({ audience: 'men', usual: [27, 42], regular: [31, 33] }),
];
