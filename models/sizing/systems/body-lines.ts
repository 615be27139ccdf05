import { type Knots, lineAt } from './piecewise.ts';

/**
 * What positions are counted on. Everything that is made for the same bodies lies on one line, so
 * that sizes of different systems can be compared: a women's top and a women's skirt, not a women's
 * shoe.
 */
export type BodyLine = 'women' | 'men' | 'adult' | 'kids' | 'shoes' | 'bra';

/** A measurement of a body that charts are made of. */
export type Measure = 'heightCm' | 'weightKg' | 'bustCm' | 'waistCm' | 'hipCm' | 'footCm' | 'age';

/**
 * The middle of the bodies that a position is made for, by measurement. Letters count from M = 0.
 *
 * Women: bust 88 is M, 165/88A and EU 38, and 4 cm a step up to 104 and 6 beyond, as GB/T 1335.2 and
 * the German women's table (DOB) have it; waist and hip between the two. Men: a chest of 88 is M and
 * 170/88A (GB/T 1335.1) and EU 44 (EN 13402-3: half the chest); European makers call 48 M, which is
 * the letter's difference and not the body's. Kids: ten centimetres of height a step from 0, the
 * girths of ISO 8559 and EN 13402-3 tables. Shoes: the EU size; for adults a size is 5 mm of foot, as
 * Chinese shops print it (235 is 37), for children a Paris point. Bra: bands of 5 cm from 75.
 */
export const bodyLines: Readonly<Record<BodyLine, Readonly<Partial<Record<Measure, Knots>>>>> = {
  women: {
    bustCm: [
      [-4, 72],
      [4, 104],
      [8, 128],
    ],
    waistCm: [
      [-4, 54],
      [2, 78],
      [4, 88],
      [8, 113],
    ],
    hipCm: [
      [-4, 81],
      [2, 102],
      [4, 109],
      [8, 129],
    ],
    // At 162 cm; heavier with height.
    weightKg: [
      [-4, 36],
      [-1, 50],
      [2, 65],
      [8, 107],
    ],
  },
  men: {
    bustCm: [
      [-4, 72],
      [8, 120],
    ],
    waistCm: [
      [-4, 60],
      [8, 108],
    ],
    hipCm: [
      [-4, 76],
      [8, 120],
    ],
    // At 172 cm.
    weightKg: [
      [-4, 36],
      [-1, 52],
      [4, 88],
      [8, 120],
    ],
  },
  adult: {
    bustCm: [
      [-4, 72],
      [4, 104],
      [8, 124],
    ],
    waistCm: [
      [-4, 57],
      [4, 90],
      [8, 111],
    ],
    hipCm: [
      [-4, 78],
      [8, 124],
    ],
    // At 167 cm.
    weightKg: [
      [-4, 36],
      [-1, 51],
      [4, 83],
      [8, 113],
    ],
  },
  kids: {
    heightCm: [
      [5, 50],
      [18, 180],
    ],
    bustCm: [
      [5, 40],
      [8, 48],
      [11, 56],
      [14, 68],
      [17, 84],
    ],
    waistCm: [
      [5, 38],
      [8, 47],
      [11, 53],
      [14, 60],
      [17, 70],
    ],
    hipCm: [
      [5, 40],
      [8, 49],
      [11, 59],
      [14, 73],
      [17, 90],
    ],
    age: [
      [5, 0],
      [8, 1],
      [9.2, 2],
      [11.6, 6],
      [17, 15],
    ],
  },
  shoes: {
    footCm: [
      [16, 9.5],
      [35, 22.5],
      [48, 29],
    ],
  },
  bra: {
    bustCm: [
      [-3, 72.5],
      [8, 127.5],
    ],
  },
};

/** Of whom the weights of a line are. */
export const referenceHeights: Readonly<Partial<Record<BodyLine, number>>> = {
  women: 162,
  men: 172,
  adult: 167,
};

/** The middle of a measurement at a position; undefined where the line does not have it. */
export function middleOf(line: BodyLine, measure: Measure, position: number): number | undefined {
  const knots = bodyLines[line][measure];
  return knots === undefined ? undefined : lineAt(knots, position);
}
