import { describe, expect, it } from '@jest/globals';
import { bodyOf, fieldLimits, problemsOf } from '../../../../models/sizing/measurements.ts';

describe('a measurement out of what a body can measure', () => {
  it.each([
    ['heightCm', 17, 'expected 40 to 250, got 17: is it in decimetres?'],
    ['heightCm', 1.7, 'expected 40 to 250, got 1.7: is it in metres?'],
    ['heightCm', 1700, 'expected 40 to 250, got 1700: is it in millimetres?'],
    ['heightCm', 5.5, 'expected 40 to 250, got 5.5: is it in feet?'],
    ['heightCm', 30_000, 'expected 40 to 250, got 30000'],
    ['weightKg', 320, 'expected 2 to 300, got 320: is it in pounds?'],
    ['weightKg', 62_000, 'expected 2 to 300, got 62000: is it in grams?'],
    ['bustCm', 34, 'expected 45 to 200, got 34: is it in inches?'],
    ['waistCm', 27, 'expected 40 to 200, got 27: is it in inches?'],
    ['footCm', 245, 'expected 8 to 40, got 245: is it in millimetres?'],
  ] as const)('%s %d', (measure, value, message) => {
    expect(fieldLimits(measure).problemOf(value)).toBe(message);
  });

  it('is told in the unit of its field', () => {
    const inches = fieldLimits('heightCm', 2.54);
    expect(inches).toMatchObject({ least: 15.7, most: 98.4 });
    expect(inches.problemOf(65)).toBeUndefined();
    expect(inches.problemOf(165)).toBe('expected 15.7 to 98.4, got 165: is it in centimetres?');
    expect(inches.problemOf(5.5)).toBe('expected 15.7 to 98.4, got 5.5: is it in feet?');
  });
});

describe('the body that measurements are of', () => {
  it('is metric', () => {
    expect(bodyOf({ heightIn: 65, weightLb: 130, waistIn: 27, hipCm: 96, age: 31 })).toEqual({
      heightCm: expect.closeTo(165.1, 9),
      weightKg: expect.closeTo(58.967, 3),
      waistCm: expect.closeTo(68.58, 9),
      hipCm: 96,
      age: 31,
    });
  });

  it('has nothing that was not told', () => {
    expect(bodyOf({ heightCm: null, bodyType: '', gender: 'female' })).toEqual({
      gender: 'female',
    });
  });
});

describe('measurements together', () => {
  it.each([
    [
      { heightCm: 165, heightIn: 65 },
      'heightIn',
      'expected heightCm or heightIn, got both (165 and 65)',
    ],
    [
      { heightCm: 66, weightKg: 60 },
      'heightCm',
      'expected 10 to 70 kg per square metre of height, got 137.7 from heightCm 66 and weightKg 60: is the height in inches?',
    ],
    [
      { heightCm: 150, weightKg: 160 },
      'weightKg',
      'expected 10 to 70 kg per square metre of height, got 71.1 from heightCm 150 and weightKg 160: is the weight in pounds?',
    ],
    [
      { heightIn: 70, weightKg: 25 },
      'weightKg',
      'expected 10 to 70 kg per square metre of height, got 7.9 from heightIn 70 and weightKg 25',
    ],
    [
      { waistCm: 160, bustCm: 90 },
      'waistCm',
      'expected 0.45 to 1.5 times bustCm, got waistCm 160 and bustCm 90',
    ],
    [
      { waistIn: 62, hipCm: 95 },
      'waistIn',
      'expected 0.45 to 1.5 times hipCm, got waistIn 62 and hipCm 95',
    ],
    [
      { footCm: 37, heightCm: 160 },
      'footCm',
      'expected 0.1 to 0.2 times heightCm, got footCm 37 and heightCm 160',
    ],
  ] as const)('that cannot be of one body are named: %j', (given, path, message) => {
    expect(problemsOf(given).map(({ path, message }) => [path, message])).toEqual([
      [path, message],
    ]);
  });

  it('of real bodies are taken', () => {
    for (const given of [
      { heightCm: 50, weightKg: 3.4, age: 0 },
      { heightCm: 110, weightKg: 19, bustCm: 56, waistCm: 53, hipCm: 59, footCm: 17 },
      { heightCm: 160, weightKg: 50, bustCm: 84, waistCm: 66, hipCm: 90, footCm: 23.5 },
      { heightCm: 165, weightKg: 75, bustCm: 98, waistCm: 112, hipCm: 104 },
      { heightCm: 165, weightKg: 150, bustCm: 150, waistCm: 150, hipCm: 165 },
      { heightIn: 74, weightLb: 230, waistIn: 40, footIn: 11.5 },
      {},
    ]) {
      expect(problemsOf(given)).toEqual([]);
    }
  });
});
