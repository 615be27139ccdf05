import { describe, expect, it } from '@jest/globals';
import { makeItems, type SimulatedItem } from '../../../../scripts/simulation/catalogue.ts';
import { makePerson, type Person } from '../../../../scripts/simulation/people.ts';
import { randomOf } from '../../../../scripts/simulation/random.ts';
import { Stock } from '../../../../scripts/simulation/stock.ts';
import { coldnessAt, wantOf } from '../../../../scripts/simulation/taste.ts';

const period = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 3, 1) };
const items = makeItems(1, 50, period);
const people = Array.from({ length: 50 }, (_, at) => makePerson(1, at, 50, 2026));
const person = people.find(({ gender }) => gender === 'female') as Person;
const item = items.find(
  ({ category }) => category.gender === 'female' && category.season === 0,
) as SimulatedItem;
const visit = { occasion: 0, day: 0, coldness: 0, owned: 0, wears: 'female' as const };

describe('wantOf', () => {
  const withLook = (look: readonly [number, number]): SimulatedItem => ({
    ...item,
    truth: { ...item.truth, look },
  });
  const ideal = person.truth.looks[0] as readonly [number, number];

  it('is between 0 and 1', () => {
    for (const someone of people) {
      for (const thing of items) {
        const want = wantOf(someone, thing, visit);
        expect(want).toBeGreaterThan(0);
        expect(want).toBeLessThanOrEqual(1);
      }
    }
  });

  it('falls to both sides of the look that is wanted, which no dot product does', () => {
    const at = (off: number) => wantOf(person, withLook([ideal[0] + off, ideal[1]]), visit);
    expect(at(0)).toBeGreaterThan(at(0.5));
    expect(at(0)).toBeGreaterThan(at(-0.5));
    expect(at(0.5)).toBeCloseTo(at(-0.5), 12);
  });

  it('is less for the second piece of a kind, for a dear one, and out of season', () => {
    const want = wantOf(person, item, visit);
    expect(wantOf(person, item, { ...visit, owned: 1 })).toBeLessThan(want);
    expect(wantOf(person, item, { ...visit, wears: 'male' })).toBe(0.02);
    expect(wantOf(person, { ...item, price: item.price * 3 }, visit)).toBeLessThan(want);
    const coat = { ...item, category: { ...item.category, season: 1 as const } };
    const [summer, winter] = [Date.UTC(2026, 6, 15), Date.UTC(2026, 0, 15)].map((time) =>
      wantOf(person, coat, { ...visit, coldness: coldnessAt(time) }),
    );
    expect(summer).toBeLessThan((winter ?? 0) / 2);
  });
});

describe('Stock', () => {
  it('gives out every piece once and then none until a delivery', () => {
    const stock = new Stock(items, 1, 3);
    const random = randomOf(9);
    const [thing] = items;
    const colours = thing?.colours.length ?? 0;
    const pieces = Array.from({ length: colours }, (_, colour) => stock.of(0, 1, colour));
    const total = pieces.reduce((sum, count) => sum + count, 0);
    for (let n = 0; n < total; n++) expect(stock.take(random, 0, 1)).toBeDefined();
    expect(stock.take(random, 0, 1)).toBeUndefined();
    for (let day = 1; day < 60; day++) stock.nextDay(day);
    expect(stock.take(random, 0, 1)).toBeDefined();
  });
});
