import { type BodyLine, bodyLines } from './body-lines.ts';
import type { GarmentKind } from './garment-kind.ts';
import { lettersOf } from './letters.ts';
import { type Knots, lineAt, lineInverse } from './piecewise.ts';
import type { SizeSystem } from './system-types.ts';

const steps = Array.from({ length: 14 }, (_, n) => n - 4);

// Letters of children's clothes: M is what eight- and nine-year-olds of 130 cm wear.
const kidsLetters: Knots = [
  [-4, 9.2],
  [-3, 9.8],
  [-2, 11],
  [-1, 12],
  [0, 13],
  [4, 17],
];

const isBody = (garment: GarmentKind) => garment.kind !== 'shoes' && garment.kind !== 'bra';

function adults(garment: GarmentKind): number {
  if (garment.audience === 'kids') return 0;
  return isBody(garment) ? 1 : 0.4;
}

function only(line: BodyLine, suits = adults) {
  return (garment: GarmentKind) => (garment.audience === line ? suits(garment) : 0);
}

function letters(line: 'women' | 'men' | 'adult'): SizeSystem {
  return {
    id: `letters-${line}`,
    name: '',
    line,
    suits: only(line),
    read: (shape) => {
      if (shape.form !== 'letters') return undefined;
      const weight = Math.abs(shape.step) <= 4 ? 1 : 0.7;
      return { position: shape.step, length: shape.length, weight };
    },
    table: steps.map((step) => ({ label: lettersOf(step), position: step })),
  };
}

/** 小, 中, 大, 加大: letters in words. With 均码 in a run it stands for M. */
function words(line: 'women' | 'men' | 'adult'): SizeSystem {
  return {
    id: `words-${line}`,
    name: '',
    line,
    suits: only(line),
    read: (shape) => {
      if (shape.form !== 'words') return undefined;
      // 均码 alone is no size among others.
      return { position: shape.step, length: 0, weight: shape.isForAll ? 0.1 : 1 };
    },
    table: ['小码', '中码', '大码', '加大码'].map((label, n) => ({ label, position: n - 1 })),
  };
}

/** What the wearer weighs, in 斤 (half a kilogram) or kilograms: `80-100斤`. */
function weights(line: 'women' | 'men' | 'adult'): SizeSystem {
  const knots = bodyLines[line].weightKg as Knots;
  return {
    id: `weight-${line}`,
    name: '',
    line,
    suits: only(line, (garment) => 0.5 * adults(garment)),
    read: (shape) => {
      if (shape.form !== 'weight') return undefined;
      return { position: lineInverse(knots, shape.kilograms), length: 0, weight: 1 };
    },
    table: steps.map((step) => {
      const [from, to] = [step - 0.5, step + 0.5].map((at) => Math.round(2 * lineAt(knots, at)));
      const middle = ((from ?? 0) + (to ?? 0)) / 4;
      return { label: `${from}-${to}斤`, position: lineInverse(knots, middle) };
    }),
  };
}

const kids: SizeSystem = {
  id: 'letters-kids',
  name: '',
  line: 'kids',
  suits: only('kids', () => 1),
  read: (shape) => {
    if (shape.form === 'words') {
      return { position: lineAt(kidsLetters, shape.step), length: 0, weight: 0.8 };
    }
    if (shape.form !== 'letters') return undefined;
    return { position: lineAt(kidsLetters, shape.step), length: shape.length, weight: 1 };
  },
  table: steps
    .filter((step) => step <= 4)
    .map((step) => ({ label: lettersOf(step), position: lineAt(kidsLetters, step) })),
};

const lines = ['women', 'men', 'adult'] as const;

export const letterSystems: readonly SizeSystem[] = [
  ...lines.map(letters),
  ...lines.map(words),
  ...lines.map(weights),
  kids,
];
