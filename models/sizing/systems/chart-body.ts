import type { Body } from '../size-types.ts';
import {
  type BodyLine,
  bodyLines,
  type Measure,
  middleOf,
  referenceHeights,
} from './body-lines.ts';
import { type Knots, lineInverse } from './piecewise.ts';

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The bodies a size is made for, by the size chart alone. */
export type ChartBody = Readonly<Partial<Record<Measure, Range>>>;

/** Where the size chart alone puts a body. */
export interface ChartPosition {
  /** With fractions. */
  readonly position: number;
  /** Measurements that it is from. */
  readonly used: readonly Measure[];
  /** Those that would make it surer, the most telling first. */
  readonly missing: readonly Measure[];
}

interface Recipe {
  /** What decides, and how much each counts where several are known. */
  readonly girths: readonly (readonly [Measure, number])[];
}

const recipes: Readonly<Record<string, Recipe>> = {
  top: {
    girths: [
      ['bustCm', 1],
      ['waistCm', 0.2],
    ],
  },
  dress: {
    girths: [
      ['bustCm', 1],
      ['waistCm', 0.7],
      ['hipCm', 0.3],
    ],
  },
  bottom: {
    girths: [
      ['waistCm', 1],
      ['hipCm', 0.7],
    ],
  },
  any: {
    girths: [
      ['bustCm', 1],
      ['waistCm', 0.7],
      ['hipCm', 0.5],
    ],
  },
  shoes: { girths: [['footCm', 1]] },
  kids: { girths: [['heightCm', 1]] },
  bra: { girths: [['bustCm', 1]] },
};

const lines: readonly BodyLine[] = ['women', 'men', 'adult'];

/** The body line and the measurements of a scale; undefined: the scale says nothing of bodies. */
function scaleParts(scale: string): { line: BodyLine; recipe: Recipe } | undefined {
  if (scale === 'shoes' || scale === 'kids-shoes') return part('shoes', 'shoes');
  if (scale === 'kids' || scale === 'bra') return part(scale, scale);
  const [audience, kind] = scale.split('-');
  const line = lines.find((name) => name === audience);
  return line && kind ? part(line, kind) : undefined;
}

function part(line: BodyLine, kind: string): { line: BodyLine; recipe: Recipe } | undefined {
  const recipe = recipes[kind];
  return recipe && { line, recipe };
}

/**
 * The bodies that a position of a scale is made for: half a step to either side.
 *
 * @returns undefined where the scale says nothing of bodies (`order:…`, `one-size`)
 */
export function chartBody(scale: string, position: number): ChartBody | undefined {
  const parts = scaleParts(scale);
  if (parts === undefined) return undefined;
  const body: Partial<Record<Measure, Range>> = {};
  for (const measure of Object.keys(bodyLines[parts.line]) as Measure[]) {
    const from = middleOf(parts.line, measure, position - 0.5);
    const to = middleOf(parts.line, measure, position + 0.5);
    if (from !== undefined && to !== undefined) body[measure] = { from, to };
  }
  return body;
}

/**
 * Where the size chart alone would put a body, as the weighted mean of what its measurements say;
 * without any of the girths that decide, weight says it, taken to the chart's height with the square
 * of a girth going with weight over height; children without a height by their age.
 *
 * @returns the position undefined where nothing that the chart has is known of the body; undefined
 *   altogether where the scale says nothing of bodies
 */
export function chartPosition(
  scale: string,
  body: Body,
):
  | ChartPosition
  | { readonly position: undefined; readonly missing: readonly Measure[] }
  | undefined {
  const parts = scaleParts(scale);
  if (parts === undefined) return undefined;
  const { line, recipe } = parts;
  const measures = recipe.girths.map(([measure]) => measure);
  const missing = measures.filter((measure) => body[measure] === undefined);
  const girths = fromGirths(line, recipe, body);
  if (girths !== undefined) return { ...girths, missing };
  return fromRest(line, body, missing) ?? { position: undefined, missing };
}

function fromGirths(line: BodyLine, { girths }: Recipe, body: Body) {
  let sum = 0;
  let total = 0;
  const used: Measure[] = [];
  for (const [measure, weight] of girths) {
    const [value, knots] = [body[measure], bodyLines[line][measure]];
    if (value === undefined || knots === undefined) continue;
    sum += weight * lineInverse(knots, value);
    total += weight;
    used.push(measure);
  }
  return total > 0 ? { position: sum / total, used } : undefined;
}

function fromRest(line: BodyLine, body: Body, missing: readonly Measure[]) {
  const { weightKg, ageKnots } = {
    weightKg: bodyLines[line].weightKg,
    ageKnots: bodyLines[line].age,
  };
  if (weightKg !== undefined && body.weightKg !== undefined)
    return fromWeight(line, weightKg, body, missing);
  if (ageKnots !== undefined && body.age !== undefined) {
    const position = lineInverse(ageKnots, Math.min(18, body.age));
    return { position, used: ['age' as const], missing };
  }
  return undefined;
}

function fromWeight(line: BodyLine, knots: Knots, body: Body, missing: readonly Measure[]) {
  const reference = referenceHeights[line] ?? 1;
  const height = body.heightCm ?? reference;
  const weight = ((body.weightKg ?? 0) * reference) / height;
  const used: Measure[] = body.heightCm === undefined ? ['weightKg'] : ['weightKg', 'heightCm'];
  const more: Measure[] = body.heightCm === undefined ? [...missing, 'heightCm'] : [...missing];
  return { position: lineInverse(knots, weight), used, missing: more };
}
