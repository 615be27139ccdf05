import type { Body } from '../size-types.ts';

/** What is asked of a body, in this order; the lengths and the weight come first. */
export const measures = [
  'heightCm',
  'weightKg',
  'bustCm',
  'waistCm',
  'hipCm',
  'footCm',
  'age',
  'bodyType',
  'gender',
] as const;

export type Measure = (typeof measures)[number];

/** A longer or heavier body is never told a smaller size: the first six. */
export const growing = 6;

/**
 * A body as numbers in the order of `measures`, NaN where nothing is known.
 *
 * @param bodyTypes the body types that have a number; others are as good as unknown
 */
export function measured(body: Body, bodyTypes: ReadonlyMap<string, number>): Float32Array {
  const row = new Float32Array(measures.length);
  row[0] = body.heightCm ?? NaN;
  row[1] = body.weightKg ?? NaN;
  row[2] = body.bustCm ?? NaN;
  row[3] = body.waistCm ?? NaN;
  row[4] = body.hipCm ?? NaN;
  row[5] = body.footCm ?? NaN;
  row[6] = body.age ?? NaN;
  row[7] = (body.bodyType !== undefined ? bodyTypes.get(body.bodyType) : undefined) ?? NaN;
  row[8] = body.gender === undefined ? NaN : genders.indexOf(body.gender);
  return row;
}

const genders: readonly Body['gender'][] = ['female', 'other', 'male'];

/** Bit m of the result is set where measure m is known. */
export function knownMeasures(row: Float32Array): number {
  let known = 0;
  for (let measure = 0; measure < row.length; measure++) {
    if (!Number.isNaN(row[measure]!)) known |= 1 << measure;
  }
  return known;
}
