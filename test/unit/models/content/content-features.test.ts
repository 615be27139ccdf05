import { describe, expect, it } from '@jest/globals';
import type { ItemContent } from '../../../../models/content/content.ts';
import { itemFeatures, userFeatures } from '../../../../models/content/content-features.ts';
import { FeatureSet, hashOf } from '../../../../models/content/feature-set.ts';

const spec = { buckets: 2 ** 20 };
const nothing: ItemContent = { categoryPath: [], title: '', colours: [], attributes: {} };

/** The weight of a feature that was hashed. */
function weightOf(features: FeatureSet, name: string): number {
  const bucket = hashOf(name) & (spec.buckets - 1);
  return features.entries().find(([other]) => other === bucket)?.[1] ?? 0;
}

function shared(a: FeatureSet, b: FeatureSet): number {
  const buckets = new Set(a.entries().map(([bucket]) => bucket));
  return b.entries().filter(([bucket]) => buckets.has(bucket)).length;
}

describe('the features of an item', () => {
  it('are none where nothing is known', () => {
    expect(itemFeatures(nothing, spec).size).toBe(0);
  });

  it('have every level of the category with those above it, and the leaf on its own', () => {
    const features = itemFeatures({ ...nothing, categoryPath: ['Women', 'Dresses'] }, spec);
    expect(weightOf(features, 'category:women')).toBeCloseTo(Math.SQRT1_2, 6);
    expect(weightOf(features, 'category:women>dresses')).toBeCloseTo(Math.SQRT1_2, 6);
    expect(weightOf(features, 'leaf:dresses')).toBe(1);
    expect(features.size).toBe(3);
  });

  it('put a price between the two half octaves around it', () => {
    const features = itemFeatures({ ...nothing, price: 2 ** 6.125 }, spec);
    expect(weightOf(features, 'price~12')).toBeCloseTo(0.75, 6);
    expect(weightOf(features, 'price~13')).toBeCloseTo(0.25, 6);
  });

  it('take a Chinese title as its pairs and triples of characters, without a segmenter', () => {
    const dress = itemFeatures({ ...nothing, title: '连衣裙' }, spec);
    // Marked at its ends it has four pairs and three triples.
    expect(dress.size).toBe(7);
    expect(weightOf(dress, 'title#连衣')).toBeCloseTo(1 / Math.sqrt(7), 6);
    const longer = itemFeatures({ ...nothing, title: '夏季连衣裙' }, spec);
    expect(shared(dress, longer)).toBeGreaterThanOrEqual(5);
    expect(shared(dress, itemFeatures({ ...nothing, title: '牛仔裤' }, spec))).toBe(0);
  });

  it('do not tell full-width letters, case and blanks apart', () => {
    const one = itemFeatures({ ...nothing, brand: 'ＡＢＣ', title: 'Silk  Dress' }, spec);
    const other = itemFeatures({ ...nothing, brand: 'abc', title: 'silk dress' }, spec);
    expect(one.entries()).toEqual(other.entries());
  });

  it('take the parts of a list together as one feature of length 1', () => {
    const content = { ...nothing, attributes: { genres: ['Action', 'Drama', 'War', 'Action'] } };
    const features = itemFeatures(content, spec);
    expect(features.size).toBe(3);
    expect(weightOf(features, 'genres=war')).toBeCloseTo(1 / Math.sqrt(3), 6);
  });

  it('give near numbers something in common, and nested attributes a name of their own', () => {
    const year = (releaseYear: number) =>
      itemFeatures({ ...nothing, attributes: { releaseYear } }, spec);
    expect(shared(year(1995), year(1997))).toBe(2);
    expect(shared(year(1995), year(1987))).toBe(1);
    expect(shared(year(1995), year(2003))).toBe(0);
    const nested = itemFeatures({ ...nothing, attributes: { fabric: { silk: true } } }, spec);
    expect(weightOf(nested, 'fabric.silk=true')).toBe(1);
  });

  it('do not follow attributes without end, nor take text without end', () => {
    let deep: Record<string, unknown> = { value: 1 };
    for (let n = 0; n < 50; n++) deep = { in: deep };
    const attributes = deep as ItemContent['attributes'];
    expect(itemFeatures({ ...nothing, attributes }, spec).size).toBe(0);
    const title = Array.from({ length: 500 }, (_, n) => String.fromCodePoint(0x4e00 + n)).join('');
    expect(itemFeatures({ ...nothing, title }, spec).size).toBeLessThan(410);
  });
});

describe('the features of a user', () => {
  it('are the profile, and the build that height and weight make', () => {
    const features = userFeatures({ heightCm: 172, weightKg: 60, attributes: {} }, spec);
    expect(weightOf(features, 'heightCm~34')).toBeCloseTo(0.6, 6);
    expect(weightOf(features, 'heightCm~35')).toBeCloseTo(0.4, 6);
    expect(weightOf(features, 'weightKg~10')).toBe(1);
    // 60 / 1.72² = 20.28
    expect(weightOf(features, 'bmi~10')).toBeCloseTo(0.8594, 4);
  });

  it('have any key that the shop keeps', () => {
    const features = userFeatures({ gender: 'female', attributes: { occupation: 'Nurse' } }, spec);
    expect(weightOf(features, 'gender:female')).toBe(1);
    expect(weightOf(features, 'occupation=nurse')).toBe(1);
    expect(features.size).toBe(2);
  });
});

describe('FeatureSet', () => {
  it('refuses a number of buckets that is no power of two', () => {
    for (const buckets of [0, 1, 3, 1000, Number.NaN]) {
      expect(() => new FeatureSet(buckets)).toThrow(/power of two/);
    }
  });

  it('adds up what falls into one bucket', () => {
    const features = new FeatureSet(2);
    for (const name of ['a', 'b', 'c', 'd']) features.add(name);
    expect(features.entries().reduce((sum, [, weight]) => sum + weight, 0)).toBe(4);
  });
});
