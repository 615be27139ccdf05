import type { GarmentKind } from './garment-kind.ts';
import { every } from './number-system.ts';
import type { SizeSystem } from './system-types.ts';

// A cup is a fifth of a band: bands come before cups in the order, and no cup reaches the next band.
const cupStep = 0.08;
const cupB = 2;

/** Bands by the ribs under the bust in cm (75), or by US and UK inches (34 is 75). */
function bra(
  id: string,
  bands: readonly number[],
  positionOf: (band: number) => number,
): SizeSystem {
  const place = (band: number, cup: number) => positionOf(band) + cupStep * (cup - cupB);
  return {
    id,
    name: '',
    line: 'bra',
    // No other label looks like it, so that pieces that only say underwear are known by it.
    suits: ({ kind, audience }: GarmentKind) => {
      if (kind === 'shoes' || kind === 'accessory' || audience === 'men') return 0;
      return kind === 'bra' ? 1 : 0.6;
    },
    read: (shape) => {
      if (shape.form !== 'bra' || !bands.includes(shape.band)) return undefined;
      return { position: place(shape.band, shape.cup), length: 0, weight: 1 };
    },
    table: bands.flatMap((band) =>
      ['AA', 'A', 'B', 'C', 'D', 'E', 'F', 'G'].map((cup, n) => {
        return { label: `${band}${cup}`, position: place(band, n) };
      }),
    ),
  };
}

const oneSize: SizeSystem = {
  id: 'one-size',
  name: '',
  line: 'adult',
  suits: () => 0.9,
  read: (shape) => (shape.form === 'one' ? { position: 0, length: 0, weight: 1 } : undefined),
  table: [{ label: '均码', position: 0 }],
};

// The codes of the public data set of that name, worked out from the bodies of those whom they fit:
// weight grows by 2.4 lb a code from 4 to 57, the alpha runs are 8, 14, 20, 26 for S to XL, and the
// codes just beside a regular one are its petite (−1) and its long (+1).
const rentalRegular = new Set([1, 4, 8, 12, 14, 16, 20, 24, 26, 28, 32, 35, 39, 45, 51, 57]);
const rentalPosition = (code: number) => (code - 14) / 6;

/** Codes of a data set: read only where an item says that its labels are of this system. */
const rentTheRunway: SizeSystem = {
  id: 'rent-the-runway',
  name: '',
  line: 'women',
  suits: () => 0,
  read: (shape) => {
    if (shape.form !== 'number' || shape.values.length !== 1) return undefined;
    const code = shape.values[0] ?? -1;
    if (code > 58 || !Number.isInteger(code)) return undefined;
    if (rentalRegular.has(code)) return { position: rentalPosition(code), length: 0, weight: 1 };
    if (rentalRegular.has(code - 1) && code !== 15 && code !== 27) {
      return { position: rentalPosition(code - 1), length: 1, weight: 1 };
    }
    if (rentalRegular.has(code + 1)) {
      return { position: rentalPosition(code + 1), length: -1, weight: 1 };
    }
    return { position: rentalPosition(code), length: 0, weight: 1 };
  },
  table: [...rentalRegular].map((code) => ({
    label: String(code),
    position: rentalPosition(code),
  })),
};

export const otherSystems: readonly SizeSystem[] = [
  bra('bra-cm', every(5, 60, 120), (band) => (band - 75) / 5),
  bra('bra-in', every(2, 28, 52), (band) => (band - 34) / 2),
  oneSize,
  rentTheRunway,
];
