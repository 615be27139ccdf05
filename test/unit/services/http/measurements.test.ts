import { describe, expect, it } from '@jest/globals';
import { measurementsSchema } from '../../../../services/http/measurements.ts';
import { parse } from '../../../../services/http/validation.ts';

function problems(given: unknown): unknown {
  try {
    parse(measurementsSchema, given, 'measurements');
  } catch (error) {
    return (error as { issues: unknown }).issues;
  }
  return [];
}

describe('measurements of a guest', () => {
  it('are taken in either unit', () => {
    expect(problems({ heightIn: 65, weightKg: 58, gender: 'female', bodyType: null })).toEqual([]);
  });

  it('say where, what was expected and what came', () => {
    expect(problems({ heightCm: 1.65, age: 200, shoe: 38 })).toEqual([
      {
        path: 'measurements.heightCm',
        code: 'out_of_range',
        message: 'expected 40 to 250, got 1.65: is it in metres?',
      },
      { path: 'measurements.age', code: 'too_big', message: expect.stringContaining('120') },
      { path: 'measurements.shoe', code: 'unknown_field', message: 'unknown field' },
    ]);
  });

  it('that cannot be of one body say so', () => {
    expect(problems({ bustCm: 88, bustIn: 35 })).toEqual([
      {
        path: 'measurements.bustIn',
        code: 'both_units',
        message: 'expected bustCm or bustIn, got both (88 and 35)',
      },
    ]);
  });
});
