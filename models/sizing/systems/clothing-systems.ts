import { bodyLines } from './body-lines.ts';
import type { Audience, GarmentKind, Kind } from './garment-kind.ts';
import { every, numberSystem } from './number-system.ts';
import { type Knots, lineInverse } from './piecewise.ts';
import type { SizeSystem } from './system-types.ts';

const inch = 2.54;

/** For pieces of an audience and, less, for those that do not say for whom they are. */
export function madeFor(audience: Audience, kinds: readonly Kind[], much = 1) {
  return (garment: GarmentKind): number => {
    if (!kinds.includes(garment.kind)) return 0;
    if (garment.audience === audience) return much;
    return garment.audience === 'adult' ? 0.5 * much : 0;
  };
}

export const bodyKinds: readonly Kind[] = ['top', 'dress', 'bottom'];

const womenBust = bodyLines.women.bustCm as Knots;
const byBust = (rows: readonly (readonly [number, number])[]) =>
  rows.map(([value, bust]) => [value, lineInverse(womenBust, bust)] as const);

// Busts in inches: ASTM D5585-95 for 2 to 20, and what makers go on with on either side.
const americanBusts: readonly (readonly [number, number])[] = [
  [-4, 29],
  [-2, 30],
  [0, 31],
  [2, 32],
  [4, 33],
  [6, 34],
  [8, 35],
  [10, 36],
  [12, 37.5],
  [14, 39],
  [16, 40.5],
  [18, 42],
  [20, 44],
  [22, 46],
  [24, 48],
  [26, 50],
  [28, 52],
];
const american = byBust(americanBusts.map(([size, bust]) => [size, bust * inch] as const));
const zeros: Readonly<Record<number, string>> = { [-2]: '00', [-4]: '000' };

// EU 38 is M; a size is a step up to 46, where the table of busts goes on by 6 cm and so does the line.
const european = every(2, 30, 54).map((size) => [size, (size - 38) / 2] as const);
const moved = (by: number) => european.map(([size, position]) => [size + by, position] as const);

// JIS L 4005: a size is 3 cm of bust up to 15, and 4 from there.
const japanese = byBust([
  [3, 74],
  [5, 77],
  [7, 80],
  [9, 83],
  [11, 86],
  [13, 89],
  [15, 92],
  [17, 96],
  [19, 100],
  [21, 104],
]);

export const womenSystems: readonly SizeSystem[] = [
  numberSystem({
    id: 'eu-women',
    name: 'EU',
    line: 'women',
    region: 'EU',
    suits: madeFor('women', bodyKinds),
    sizes: european,
    usual: [34, 46],
  }),
  numberSystem({
    id: 'us-women',
    name: 'US',
    line: 'women',
    region: 'US',
    suits: madeFor('women', bodyKinds),
    sizes: american,
    usual: [0, 16],
    units: /^W$/,
    write: (value) => zeros[value] ?? String(value),
  }),
  numberSystem({
    id: 'uk-women',
    name: 'UK',
    line: 'women',
    region: 'UK',
    suits: madeFor('women', bodyKinds, 0.4),
    sizes: american.flatMap(([size, at]) => (size >= 0 ? [[size + 4, at] as const] : [])),
    usual: [6, 18],
  }),
  numberSystem({
    id: 'fr-women',
    name: 'FR',
    line: 'women',
    region: 'FR',
    suits: madeFor('women', bodyKinds, 0.1),
    sizes: moved(2),
    usual: [34, 46],
  }),
  numberSystem({
    id: 'it-women',
    name: 'IT',
    line: 'women',
    region: 'IT',
    suits: madeFor('women', bodyKinds, 0.1),
    sizes: moved(6),
    usual: [38, 50],
  }),
  numberSystem({
    id: 'jp-women',
    name: 'JP',
    line: 'women',
    region: 'JP',
    suits: madeFor('women', bodyKinds, 0.8),
    sizes: japanese,
    usual: [5, 17],
    write: (value) => `${value}号`,
  }),
];

// EU: half the chest in cm; US and UK: the chest in inches; shirts: the neck, of which 39 cm go with 170/88A.
const isShirt = ({ leaf }: GarmentKind) => /(?<!t-|t |sweat|t)shirt|衬/.test(leaf);
// Shirts are sold by the collar, jackets by the chest.
const byCollar = (garment: GarmentKind) =>
  madeFor('men', ['top'])(garment) * (isShirt(garment) ? 1 : 0.2);
const byChest = (garment: GarmentKind) =>
  madeFor('men', ['top', 'dress'])(garment) * (isShirt(garment) ? 0.3 : 0.8);
const menChest = bodyLines.men.bustCm as Knots;
const chests = every(1, 32, 56).map((size) => [size, lineInverse(menChest, size * inch)] as const);

export const menSystems: readonly SizeSystem[] = [
  numberSystem({
    id: 'eu-men',
    name: 'EU',
    line: 'men',
    region: 'EU',
    suits: madeFor('men', bodyKinds),
    sizes: every(2, 40, 66).map((size) => [size, lineInverse(menChest, 2 * size)] as const),
    usual: [46, 56],
  }),
  numberSystem({
    id: 'us-men',
    name: 'US',
    line: 'men',
    region: 'US',
    suits: byChest,
    sizes: chests,
    usual: [36, 46],
  }),
  numberSystem({
    id: 'uk-men',
    name: 'UK',
    line: 'men',
    region: 'UK',
    suits: (garment) => 0.1 * byChest(garment),
    sizes: chests,
    usual: [36, 46],
  }),
  numberSystem({
    id: 'collar-cm',
    name: '领围',
    line: 'men',
    region: 'CN',
    suits: byCollar,
    sizes: every(1, 35, 50).map((size) => [size, size - 39] as const),
    usual: [37, 45],
  }),
  numberSystem({
    id: 'collar-in',
    name: 'collar',
    line: 'men',
    region: 'US',
    suits: byCollar,
    sizes: every(0.5, 13.5, 20).map((size) => [size, size * inch - 39] as const),
    usual: [14, 18],
    units: /^IN(?:CH|CHES)?$/,
  }),
];
