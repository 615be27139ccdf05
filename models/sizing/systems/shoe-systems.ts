import { bodyLines } from './body-lines.ts';
import type { GarmentKind } from './garment-kind.ts';
import { every, numberSystem } from './number-system.ts';
import { type Knots, lineInverse } from './piecewise.ts';
import type { SizeSystem } from './system-types.ts';

const foot = bodyLines.shoes.footCm as Knots;
const halves = (from: number, to: number) => every(0.5, from, to);

function shoes(audience: 'women' | 'men' | 'kids' | 'all', much = 1) {
  return (garment: GarmentKind): number => {
    if (garment.kind !== 'shoes' && garment.kind !== 'socks') return 0;
    if (audience === 'all' || garment.audience === audience) return much;
    return garment.audience === 'adult' && audience !== 'kids' ? 0.5 * much : 0;
  };
}

// EU less the American or British number. Makers differ by half a size.
const differences = { women: { us: 31, uk: 33 }, men: { us: 33, uk: 34 } };

function numbered(audience: 'women' | 'men', region: 'us' | 'uk', from: number, to: number) {
  const difference = differences[audience][region];
  return numberSystem({
    id: `${region}-${audience}-shoes`,
    name: region.toUpperCase(),
    line: 'shoes',
    region: region === 'us' ? 'US' : 'UK',
    suits: shoes(audience, region === 'us' ? 1 : 0.4),
    sizes: halves(from, to).map((size) => [size, size + difference] as const),
    usual: [from + 1, to - 2],
  });
}

const everyEuropean = numberSystem({
  id: 'eu-shoes',
  name: 'EU',
  line: 'shoes',
  region: 'EU',
  suits: shoes('all'),
  // Thirds are some makers' halves.
  sizes: every(1, 15, 52)
    .flatMap((size) => [0, 1 / 3, 0.5, 2 / 3].map((part) => size + part))
    .map((size) => [Math.round(size * 100) / 100, size] as const),
  usual: [15, 47],
});

const european: SizeSystem = {
  ...everyEuropean,
  read: (shape, garment) => {
    const reading = everyEuropean.read(shape, garment);
    // 24 on shoes for adults is a foot of 24 cm.
    const isChild = reading !== undefined && reading.position < 33;
    return isChild && garment.audience !== 'kids' ? { ...reading, weight: 0.1 } : reading;
  },
  table: halves(15, 52).map((size) => ({ label: String(size), position: size })),
};

/** The foot in mm, as Chinese shops print it, or in cm, as Japanese ones do: 235 and 23.5. */
function length(id: string, name: string, unit: RegExp, perCm: number, step: number): SizeSystem {
  const positionOf = (value: number) => lineInverse(foot, value / perCm);
  const sizes = every(step, 10 * perCm, 31 * perCm);
  return {
    id,
    name,
    line: 'shoes',
    suits: shoes('all', 0.9),
    read: (shape, garment) => {
      if (shape.form !== 'number') return undefined;
      if (shape.region !== undefined && !['CN', 'JP', 'KR'].includes(shape.region))
        return undefined;
      if (shape.unit !== undefined && !unit.test(shape.unit)) return undefined;
      const [low = 0, high = low] = shape.values;
      const least = garment.audience === 'kids' || /M/.test(shape.unit ?? '') ? 9 : 20;
      if (low < least * perCm || high > 33 * perCm || high < low) return undefined;
      // A child's 22 without a unit is rather the size of Europe.
      const weight =
        garment.audience === 'kids' && shape.unit === undefined && low >= 18 * perCm ? 0.4 : 1;
      return { position: positionOf((low + high) / 2), length: shape.length, weight };
    },
    table: sizes.map((value) => ({ label: String(value), position: positionOf(value) })),
  };
}

const american = numberSystem({
  id: 'us-kids-shoes',
  name: 'US',
  line: 'shoes',
  region: 'US',
  suits: shoes('kids'),
  sizes: halves(1, 13.5).map((size) => [size, 15.1 + 1.22 * size] as const),
  usual: [3, 13.5],
  units: /^C$/,
  write: (value) => `${value}C`,
});

const youth = numberSystem({
  id: 'us-youth-shoes',
  name: 'US',
  line: 'shoes',
  region: 'US',
  suits: shoes('kids', 0.8),
  sizes: halves(1, 7).map((size) => [size, 30.8 + 1.2 * size] as const),
  usual: [1, 6],
  units: /^Y$/,
  write: (value) => `${value}Y`,
});

export const shoeSystems: readonly SizeSystem[] = [
  european,
  numbered('women', 'us', 3, 14),
  numbered('men', 'us', 5, 17),
  numbered('women', 'uk', 1, 12),
  numbered('men', 'uk', 4, 15),
  length('cn-shoes', '', /^(?:MM|毫米|号|码)$/, 10, 5),
  length('jp-shoes', '', /^(?:CM|厘米|号|码)$/, 1, 0.5),
  american,
  youth,
];
