import type { Body } from './size-types.ts';

/** Measurements of a body as they are asked for: metric, or in inches and pounds. */
export interface Measurements {
  readonly heightCm?: number | null | undefined;
  readonly heightIn?: number | null | undefined;
  readonly weightKg?: number | null | undefined;
  readonly weightLb?: number | null | undefined;
  readonly bustCm?: number | null | undefined;
  readonly bustIn?: number | null | undefined;
  readonly waistCm?: number | null | undefined;
  readonly waistIn?: number | null | undefined;
  readonly hipCm?: number | null | undefined;
  readonly hipIn?: number | null | undefined;
  readonly footCm?: number | null | undefined;
  readonly footIn?: number | null | undefined;
  readonly age?: number | null | undefined;
  readonly gender?: 'female' | 'male' | 'other' | null | undefined;
  readonly bodyType?: string | null | undefined;
}

/** What a body has in a metric unit. */
export type MetricMeasure = 'heightCm' | 'weightKg' | 'bustCm' | 'waistCm' | 'hipCm' | 'footCm';
/** The same in the other unit. */
export type ImperialMeasure = 'heightIn' | 'weightLb' | 'bustIn' | 'waistIn' | 'hipIn' | 'footIn';

/** Something that is wrong with measurements: where, and in words what was expected and what came. */
export interface MeasurementProblem {
  readonly path: keyof Measurements;
  readonly code: 'both_units' | 'contradictory';
  readonly message: string;
}

interface Unit {
  readonly name: string;
  /** How many centimetres or kilograms one of it is. */
  readonly factor: number;
}

const lengths: readonly Unit[] = [
  { name: 'centimetres', factor: 1 },
  { name: 'metres', factor: 100 },
  { name: 'inches', factor: 2.54 },
  { name: 'millimetres', factor: 0.1 },
  { name: 'decimetres', factor: 10 },
  { name: 'feet', factor: 30.48 },
];
const weights: readonly Unit[] = [
  { name: 'kilograms', factor: 1 },
  { name: 'pounds', factor: 0.453_592_37 },
  { name: '斤 (500 g)', factor: 0.5 },
  { name: 'grams', factor: 0.001 },
];

interface Limits {
  readonly least: number;
  readonly most: number;
  /** Of those who buy: a unit that explains a value by these is likelier than one by the limits. */
  readonly usual: readonly [from: number, to: number];
  readonly units: readonly Unit[];
}

/**
 * What a body can measure, cm and kg. A bust or hip below 45 and a waist below 40 are those of babies,
 * and more often inches.
 */
export const measurementLimits: Readonly<Record<MetricMeasure, Limits>> = {
  heightCm: { least: 40, most: 250, usual: [140, 205], units: lengths },
  weightKg: { least: 2, most: 300, usual: [35, 150], units: weights },
  bustCm: { least: 45, most: 200, usual: [70, 140], units: lengths },
  waistCm: { least: 40, most: 200, usual: [50, 140], units: lengths },
  hipCm: { least: 45, most: 220, usual: [75, 150], units: lengths },
  footCm: { least: 8, most: 40, usual: [20, 32], units: lengths },
};

export const metricMeasures = Object.keys(measurementLimits) as MetricMeasure[];

const cmPerInch = 2.54;
const kgPerPound = 0.453_592_37;

/** The field for the same in inches or pounds, and how many of the metric unit one of those is. */
export const imperial: Readonly<
  Record<MetricMeasure, { readonly name: ImperialMeasure; readonly factor: number }>
> = {
  heightCm: { name: 'heightIn', factor: cmPerInch },
  weightKg: { name: 'weightLb', factor: kgPerPound },
  bustCm: { name: 'bustIn', factor: cmPerInch },
  waistCm: { name: 'waistIn', factor: cmPerInch },
  hipCm: { name: 'hipIn', factor: cmPerInch },
  footCm: { name: 'footIn', factor: cmPerInch },
};

/** Limits in the field's own unit, and what a value out of them is told. */
export interface FieldLimits {
  readonly least: number;
  readonly most: number;
  /** What was expected, what came, and the unit that would explain it. */
  readonly problemOf: (value: number) => string | undefined;
}

/** @param factor how many cm or kg one of the field's unit is */
export function fieldLimits(measure: MetricMeasure, factor = 1): FieldLimits {
  const limits = measurementLimits[measure];
  const [least, most] = [limits.least / factor, limits.most / factor].map(tenth) as [
    number,
    number,
  ];
  const problemOf = (value: number): string | undefined => {
    if (value >= least && value <= most) return undefined;
    const explains = (from: number, to: number) =>
      limits.units.find(({ factor: other }) => {
        return other !== factor && value * other >= from && value * other <= to;
      });
    const unit = explains(...limits.usual) ?? explains(limits.least, limits.most);
    const question = unit ? `: is it in ${unit.name}?` : '';
    return `expected ${least} to ${most}, got ${value}${question}`;
  };
  return { least, most, problemOf };
}

/**
 * The body that was told. Each measurement is taken from whichever unit it came in; `problemsOf` says
 * when it came in both.
 */
export function bodyOf(given: Measurements): Body {
  const body: { -readonly [Key in keyof Body]: Body[Key] } = {};
  for (const measure of metricMeasures) {
    const value = metric(given, measure);
    if (value !== undefined) body[measure] = value;
  }
  if (given.age != null) body.age = given.age;
  if (given.gender != null) body.gender = given.gender;
  if (given.bodyType != null && given.bodyType !== '') body.bodyType = given.bodyType;
  return body;
}

function metric(given: Measurements, measure: MetricMeasure): number | undefined {
  const { name, factor } = imperial[measure];
  const inOther = given[name];
  return given[measure] ?? (inOther == null ? undefined : inOther * factor);
}

/** Measurements that cannot be of one body, each within its own limits as it may be. */
export function problemsOf(given: Measurements): readonly MeasurementProblem[] {
  const both = metricMeasures.filter(
    (measure) => given[measure] != null && given[imperial[measure].name] != null,
  );
  if (both.length > 0) {
    return both.map((measure) => {
      const { name } = imperial[measure];
      const message = `expected ${measure} or ${name}, got both (${given[measure]} and ${given[name]})`;
      return { path: name, code: 'both_units', message };
    });
  }
  const body = bodyOf(given);
  return [massProblem(given, body), ...ratioProblems(given, body)].filter(
    (problem) => problem !== undefined,
  );
}

const bodyMass = { least: 10, most: 70 };
// What hardly anybody is outside of: within it a wrong unit explains itself.
const usualMass = { least: 13, most: 45 };

function massProblem(given: Measurements, body: Body): MeasurementProblem | undefined {
  const { heightCm, weightKg } = body;
  if (heightCm === undefined || weightKg === undefined) return undefined;
  const index = massIndex(weightKg, heightCm);
  if (index >= bodyMass.least && index <= bodyMass.most) return undefined;
  const slip =
    slipOf(given, 'heightCm', (height) => massIndex(weightKg, height)) ??
    slipOf(given, 'weightKg', (weight) => massIndex(weight, heightCm));
  const message =
    `expected ${bodyMass.least} to ${bodyMass.most} kg per square metre of height, ` +
    `got ${tenth(index)} from ${shown(given, 'heightCm')} and ${shown(given, 'weightKg')}` +
    (slip === undefined ? '' : `: is the ${slip.what} in ${slip.unit}?`);
  return { path: fieldOf(given, slip?.measure ?? 'weightKg'), code: 'contradictory', message };
}

/** The unit in which a measurement would go with the other one. */
function slipOf(
  given: Measurements,
  measure: 'heightCm' | 'weightKg',
  index: (value: number) => number,
) {
  const { units, usual } = measurementLimits[measure];
  const field = fieldOf(given, measure);
  const told = given[field] ?? 0;
  const own = field === measure ? 1 : imperial[measure].factor;
  const unit = units.find(({ factor }) => {
    const value = told * factor;
    const mass = index(value);
    const isUsual = value >= usual[0] && value <= usual[1];
    return factor !== own && isUsual && mass >= usualMass.least && mass <= usualMass.most;
  });
  const what = measure === 'heightCm' ? 'height' : 'weight';
  return unit && { measure, what, unit: unit.name };
}

function massIndex(weightKg: number, heightCm: number): number {
  return weightKg / (heightCm / 100) ** 2;
}

interface Ratio {
  readonly of: MetricMeasure;
  readonly to: MetricMeasure;
  readonly least: number;
  readonly most: number;
}

// Wide enough for every adult and child of the tables, and for advanced pregnancy.
const ratios: readonly Ratio[] = [
  { of: 'waistCm', to: 'bustCm', least: 0.45, most: 1.5 },
  { of: 'waistCm', to: 'hipCm', least: 0.45, most: 1.5 },
  { of: 'bustCm', to: 'hipCm', least: 0.5, most: 2 },
  { of: 'bustCm', to: 'heightCm', least: 0.28, most: 1.3 },
  { of: 'waistCm', to: 'heightCm', least: 0.25, most: 1.3 },
  { of: 'hipCm', to: 'heightCm', least: 0.28, most: 1.4 },
  { of: 'footCm', to: 'heightCm', least: 0.1, most: 0.2 },
];

function ratioProblems(given: Measurements, body: Body): MeasurementProblem[] {
  return ratios.flatMap(({ of, to, least, most }) => {
    const [a, b] = [body[of], body[to]];
    if (a === undefined || b === undefined) return [];
    const ratio = a / b;
    if (ratio >= least && ratio <= most) return [];
    const message =
      `expected ${least} to ${most} times ${fieldOf(given, to)}, ` +
      `got ${shown(given, of)} and ${shown(given, to)}`;
    return [{ path: fieldOf(given, of), code: 'contradictory' as const, message }];
  });
}

/** The field that a measurement came in. */
function fieldOf(given: Measurements, measure: MetricMeasure): MetricMeasure | ImperialMeasure {
  return given[measure] == null ? imperial[measure].name : measure;
}

function shown(given: Measurements, measure: MetricMeasure): string {
  const field = fieldOf(given, measure);
  return `${field} ${given[field]}`;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
