import { bodyLines } from './body-lines.ts';
import type { GarmentKind } from './garment-kind.ts';
import { every } from './number-system.ts';
import { type Knots, lineAt, lineInverse } from './piecewise.ts';
import type { Reading, SizeSystem } from './system-types.ts';

/** The height that GB/T 1335 makers pair with a position: 165 with M for women, 170 for men. */
export const pairedHeights = { women: 165, men: 170, adult: 170 } as const;
const heightStep = 5;

const girths = {
  women: { top: bodyLines.women.bustCm as Knots, bottom: bodyLines.women.waistCm as Knots },
  men: { top: bodyLines.men.bustCm as Knots, bottom: bodyLines.men.waistCm as Knots },
  adult: { top: bodyLines.adult.bustCm as Knots, bottom: bodyLines.adult.waistCm as Knots },
};

type Part = 'top' | 'bottom';

/**
 * `165/88A`: height and bust, of bottoms height and waist (GB/T 1335). Of the four builds, Y (slim)
 * to C, only A is paired with a letter; the girth decides in all of them.
 */
function heightGirth(audience: 'women' | 'men' | 'adult', part: Part): SizeSystem {
  const knots = girths[audience][part];
  const isPart = ({ kind }: GarmentKind) =>
    kind === 'any' || (part === 'bottom') === (kind === 'bottom');
  return {
    id: `cn-${audience}-${part}`,
    name: '',
    line: audience,
    suits: (garment) => {
      const isBody = ['top', 'dress', 'bottom', 'any'].includes(garment.kind);
      return isBody && isPart(garment) && garment.audience === audience ? 1 : 0;
    },
    read: (shape, { kind }) => {
      if (shape.form !== 'heightGirth' || shape.height < 140) return undefined;
      // Where it is not said what the piece is, 76 may be a bust or a waist.
      const isUnclear = kind === 'any' && (part === 'bottom' ? shape.girth > 74 : shape.girth < 80);
      const weight = isUnclear ? 0.05 : 1;
      return { position: lineInverse(knots, shape.girth), length: 0, weight };
    },
    table: every(1, -4, 8).map((position) => {
      const height = pairedHeights[audience] + heightStep * Math.min(4, Math.max(-3, position));
      const girth = Math.round(lineAt(knots, position));
      return { label: `${height}/${girth}A`, position: lineInverse(knots, girth) };
    }),
  };
}

/** `155` … `190`: only the height of `165/88A`. */
function height(audience: 'women' | 'men'): SizeSystem {
  const positionOf = (value: number) => (value - pairedHeights[audience]) / heightStep;
  return {
    id: `cn-height-${audience}`,
    name: '',
    line: audience,
    suits: ({ audience: whom, kind }) => {
      if (!['top', 'dress', 'bottom', 'any'].includes(kind)) return 0;
      return whom === audience ? 0.8 : 0;
    },
    read: (shape): Reading | undefined => {
      if (shape.form !== 'number') return undefined;
      if (shape.region !== undefined && shape.region !== 'CN') return undefined;
      const [low = 0, high = low] = shape.values;
      const isHeight = (value: number) => value >= 145 && value <= 200 && value % heightStep === 0;
      const isUnit = /^(?:CM|厘米|号|码)$/.test(shape.unit ?? 'CM');
      if (!isUnit || !isHeight(low) || !isHeight(high) || high < low) return undefined;
      return { position: positionOf((low + high) / 2), length: shape.length, weight: 1 };
    },
    table: every(5, 150, 200).map((value) => ({
      label: String(value),
      position: positionOf(value),
    })),
  };
}

export const heightSystems: readonly SizeSystem[] = [
  heightGirth('women', 'top'),
  heightGirth('women', 'bottom'),
  heightGirth('men', 'top'),
  heightGirth('men', 'bottom'),
  heightGirth('adult', 'top'),
  heightGirth('adult', 'bottom'),
  height('women'),
  height('men'),
];
