import type { BodyLine } from './body-lines.ts';
import type { GarmentKind } from './garment-kind.ts';
import type { Region, Shape } from './shape-types.ts';
import type { Reading, SizeSystem } from './system-types.ts';

export interface NumberSystem {
  readonly id: string;
  readonly name: string;
  readonly line: BodyLine;
  readonly region?: Region;
  readonly suits: (garment: GarmentKind) => number;
  /** All its numbers and where they lie, ascending. */
  readonly sizes: readonly (readonly [value: number, position: number])[];
  /** From where to where its numbers are usual. */
  readonly usual: readonly [from: number, to: number];
  /** Letters behind the number that belong to it, such as `W` of plus sizes. */
  readonly units?: RegExp;
  /** How a number is written where that is not the number itself. */
  readonly write?: (value: number) => string;
}

const rare = 0.3;

/** A system whose sizes are single numbers out of a list, or two of them joined. */
export function numberSystem(of: NumberSystem): SizeSystem {
  const positions = new Map(of.sizes);
  const write = of.write ?? String;
  const weigh = (value: number) => (value >= of.usual[0] && value <= of.usual[1] ? 1 : rare);
  const read = (shape: Shape): Reading | undefined => {
    if (shape.form !== 'number') return undefined;
    if (shape.region !== undefined && shape.region !== of.region) return undefined;
    if (!isUnit(shape.unit, of.units)) return undefined;
    const [from = 0, to = from] = shape.values;
    const [low, high] = [positions.get(from), positions.get(to)];
    if (low === undefined || high === undefined || low > high) return undefined;
    const weight = (weigh(from) + weigh(to)) / 2;
    return { position: (low + high) / 2, length: shape.length, weight };
  };
  return {
    ...of,
    read,
    table: of.sizes.map(([value, position]) => ({ label: write(value), position })),
  };
}

function isUnit(unit: string | undefined, own: RegExp | undefined): boolean {
  return unit === undefined || /^[号码]$/.test(unit) || own?.test(unit) === true;
}

/** Numbers from one to another in even steps. */
export function every(step: number, from: number, to: number): number[] {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, n) => from + n * step);
}
