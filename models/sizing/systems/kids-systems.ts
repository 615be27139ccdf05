import type { GarmentKind } from './garment-kind.ts';
import { every, numberSystem } from './number-system.ts';
import { type Knots, lineAt } from './piecewise.ts';
import type { Shape } from './shape-types.ts';
import type { Reading, SizeSystem } from './system-types.ts';

/** Heights in cm that makers pair with the month a size is made up to: 6 cm a year from three on. */
const heightAtMonth: Knots = [
  [1, 50],
  [3, 62],
  [6, 68],
  [9, 74],
  [12, 80],
  [18, 86],
  [24, 92],
  [36, 98],
  [48, 104],
  [168, 164],
  [216, 176],
];

const forKids = (much: number) => (garment: GarmentKind) =>
  garment.audience === 'kids' && garment.kind !== 'shoes' && garment.kind !== 'bra' ? much : 0;

const positionAtMonth = (months: number) => lineAt(heightAtMonth, months) / 10;

/** `6-7`: years that nobody calls so. */
function bareYears({
  values,
  unit,
  region,
}: Extract<Shape, { form: 'number' }>): Reading | undefined {
  const [from = 0, to = 0] = values;
  const isRange = values.length === 2 && (to === from + 1 || to === from + 2) && to <= 16;
  if (!isRange || unit !== undefined || region !== undefined) return undefined;
  return { position: positionAtMonth(12 * to), length: 0, weight: 1 };
}

const age: SizeSystem = {
  id: 'age',
  name: '',
  line: 'kids',
  // Whose labels are ages is a child, whatever the category says.
  suits: ({ audience, kind }) => {
    if (kind === 'shoes' || kind === 'bra') return 0;
    return audience === 'kids' ? 1 : 0.3;
  },
  read: (shape, garment) => {
    if (shape.form === 'number') return garment.audience === 'kids' ? bareYears(shape) : undefined;
    if (shape.form !== 'age' || (shape.isToddler && garment.audience !== 'kids')) return undefined;
    return { position: positionAtMonth(shape.months), length: 0, weight: 1 };
  },
  table: [
    ...[3, 6, 9, 12, 18, 24].map((months) => ({
      label: `${months}M`,
      position: positionAtMonth(months),
    })),
    ...every(1, 3, 16).map((years) => ({
      label: `${years}Y`,
      position: positionAtMonth(12 * years),
    })),
  ],
};

/** `110`, `120cm`, `98-104`, and `110/56` with the chest (GB/T 1335.3). */
const height: SizeSystem = {
  id: 'height-kids',
  name: '',
  line: 'kids',
  suits: forKids(1),
  read: (shape) => {
    if (shape.form === 'heightGirth') {
      return shape.height <= 180 && shape.girth < 0.8 * shape.height
        ? { position: shape.height / 10, length: 0, weight: 1 }
        : undefined;
    }
    if (shape.form !== 'number' || !/^(?:CM|厘米|号|码)$/.test(shape.unit ?? 'CM'))
      return undefined;
    const [low = 0, high = low] = shape.values;
    if (low < 44 || high > 188 || high < low || high - low > 30) return undefined;
    return { position: (low + high) / 20, length: shape.length, weight: 1 };
  },
  table: [50, 56, 59, 62, 66, 68, 73, 74, ...every(1, 80, 180)].map((value) => ({
    label: String(value),
    position: value / 10,
  })),
};

const american = numberSystem({
  id: 'us-kids',
  name: 'US',
  line: 'kids',
  region: 'US',
  suits: forKids(1),
  // 4 to 20: ages. 6X lies between 6 and 7 and is read as 6.
  sizes: [4, 5, 6, 7, 8, 10, 12, 14, 16, 18, 20].map(
    (years) => [years, positionAtMonth(12 * Math.min(years, 18))] as const,
  ),
  usual: [4, 16],
  units: /^X$/,
});

const toddlers: SizeSystem = {
  ...american,
  id: 'us-toddlers',
  read: (shape, garment) => {
    if (shape.form === 'age' && shape.isToddler) {
      return { position: positionAtMonth(shape.months), length: 0, weight: 1 };
    }
    return american.read(shape, garment);
  },
  table: [2, 3, 4, 5].map((years) => ({
    label: `${years}T`,
    position: positionAtMonth(12 * years),
  })),
};

const korean = numberSystem({
  id: 'kr-kids',
  name: 'KR',
  line: 'kids',
  region: 'KR',
  // Odd numbers only, which ages are as often as not: it wins where all of them are odd.
  suits: forKids(0.9),
  sizes: every(2, 1, 19).map((size) => [size, 7.5 + size / 2] as const),
  usual: [1, 15],
});

export const kidsSystems: readonly SizeSystem[] = [age, height, american, toddlers, korean];
