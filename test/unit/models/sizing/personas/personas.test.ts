import { describe, expect, it } from '@jest/globals';
import { personaShares } from '../../../../../models/sizing/personas/persona-shares.ts';
import type { Persona } from '../../../../../models/sizing/personas/persona-types.ts';
import { outcomesOf, personasOf } from '../../../../../models/sizing/personas/personas.ts';
import type { Body, WearerOutcome } from '../../../../../models/sizing/size-types.ts';

const year = 31_557_600;
const now = 50 * year;
const took = (
  scale: string,
  position: number,
  yearsAgo: number,
  more: Partial<WearerOutcome> = {},
): WearerOutcome => ({
  ...{ scale, position, length: 0, fit: 'fit', at: now - yearsAgo * year },
  ...{ itemId: 'i', category: null, brand: null },
  ...more,
});
const mother: Body = { gender: 'female', heightCm: 164, weightKg: 55 };
const groups = (personas: readonly Persona[]) => personas.map(({ group }) => group).sort();
const members = (persona: Persona | undefined) =>
  Array.from(persona?.members ?? [], (one) => Math.round(one * 10) / 10);
const garment = (scale: string, positions: readonly number[], category: string | null = null) => ({
  run: {
    scale,
    sizes: positions.map((position) => ({ label: String(position), position, length: 0 as const })),
  },
  category,
});

describe('who is behind an account', () => {
  it('is nobody where nothing is known, and the owner where only a body is', () => {
    expect(personasOf([], {}, now)).toEqual([]);
    const [owner, ...others] = personasOf([], { gender: 'female' }, now);
    expect(others).toEqual([]);
    expect(owner).toMatchObject({ group: 'women', owner: 1, certainty: 1 });
    expect(owner?.places.size).toBe(0);
    // As likely as somebody new.
    expect(owner?.share).toBe(0.5);
  });

  it('is a mother and her child, never the mean of the two', () => {
    const outcomes = [
      took('women-top', 0, 1),
      took('kids', 10, 1),
      took('women-dress', 0, 0.5),
      took('kids', 10.5, 0.5),
    ];
    const personas = personasOf(outcomes, mother, now);
    expect(groups(personas)).toEqual(['kids', 'women']);
    const woman = personas.find(({ group }) => group === 'women');
    const child = personas.find(({ group }) => group === 'kids');
    expect([members(woman), members(child)]).toEqual([
      [1, 0, 1, 0],
      [0, 1, 0, 1],
    ]);
    expect(woman?.owner).toBeGreaterThan(0.8);
    expect(child?.owner).toBe(0);
    expect(woman?.places.get('women-top')?.position).toBeCloseTo(0, 1);
    expect(woman?.places.has('kids')).toBe(false);
    expect(child?.places.has('women-top')).toBe(false);
  });

  it('is a child that grows, and is a size larger a year after the last purchase', () => {
    const sizes = [9.2, 9.8, 10.4, 11, 11.6];
    const outcomes = sizes.map((position, n) => took('kids', position, 5 - n));
    const personas = personasOf(outcomes, mother, now);
    const children = personas.filter(({ group }) => group === 'kids');
    expect(children).toHaveLength(1);
    // Two to six years old on these dates, so seven now: 116 cm and 0.62 of 10 cm.
    expect(children[0]?.places.get('kids')?.position).toBeCloseTo(12.2, 1);
    // Her own body is of somebody who has bought nothing yet.
    expect(personas.find(({ owner }) => owner > 0.5)?.group).toBe('women');
  });

  it('is two children where sizes of two ages come at the same time', () => {
    const outcomes = [13.5, 10.5, 14, 11, 14, 11].map((position, n) =>
      took('kids', position, 2.5 - n * 0.5),
    );
    const children = personasOf(outcomes, mother, now).filter(({ group }) => group === 'kids');
    expect(children.map(members).sort()).toEqual([
      [0, 1, 0, 1, 0, 1],
      [1, 0, 1, 0, 1, 0],
    ]);
  });

  it('is a couple; what both may wear is whom it fits', () => {
    const outcomes = [
      ...[0, 0, 0.3].map((position, n) => took('women-top', position, n)),
      ...[3, 3, 2.7].map((position, n) => took('men-top', position, n)),
      took('adult-top', 3, 0.1),
      took('shoes', 37, 0.2),
      took('shoes', 43, 0.3),
      took('one-size', 0, 0.3),
    ];
    const personas = personasOf(outcomes, { gender: 'male' }, now);
    expect(groups(personas)).toEqual(['men', 'women']);
    const man = personas.find(({ group }) => group === 'men');
    expect(man?.owner).toBeGreaterThan(0.8);
    // What says nothing of a size goes by how much each buys: 5 of 9.
    expect(members(man).slice(6)).toEqual([1, 0, 1, 0.6]);
    expect(man?.places.get('shoes')?.position).toBeCloseTo(43, 0);
    expect(man?.places.get('adult-top')?.position).toBeCloseTo(3, 0);
  });

  it('is no second person for certain after one present', () => {
    const outcomes = [
      ...Array.from({ length: 8 }, (_, n) => took('women-top', 0, n / 4)),
      took('women-top', 5, 0),
    ];
    const personas = personasOf(outcomes, {}, now);
    const [own, other] = personas;
    expect(own?.certainty).toBe(1);
    expect(other?.certainty).toBeLessThanOrEqual(0.5);
    expect(other?.share).toBeLessThan(0.1);
    // And it does not pull at the one whose account it is.
    expect(own?.places.get('women-top')?.position).toBeCloseTo(0, 1);
    const shirt = personasOf([...outcomes.slice(0, 8), took('men-top', 1, 0)], mother, now);
    expect(shirt.find(({ group }) => group === 'men')?.certainty).toBeCloseTo(0.5, 9);
  });

  it('is one woman whose trousers are larger than her tops', () => {
    const outcomes = Array.from({ length: 8 }, (_, n) =>
      n % 2 === 0 ? took('women-top', -1, n / 4) : took('women-bottom', 1, n / 4),
    );
    const [only, ...others] = personasOf(outcomes, {}, now);
    expect(others).toEqual([]);
    const place = (scale: string) => only?.places.get(scale)?.position ?? 0;
    expect(place('women-bottom') - place('women-top')).toBeGreaterThan(1.2);
  });

  it('gives the body to the one it fits', () => {
    const outcomes = [-2, 3, -2, 3, -2, 3].map((position, n) => took('women-top', position, n / 5));
    const personas = personasOf(outcomes, { gender: 'female', bustCm: 100 }, now);
    const [large, small] = [...personas].sort((a, b) => b.owner - a.owner);
    expect(large?.owner).toBeGreaterThan(0.9);
    expect(large?.places.get('women-top')?.position).toBeCloseTo(3, 0);
    expect(small?.owner).toBeLessThan(0.1);
  });

  it('does not depend on the order in which outcomes are given, and knows the latest 50', () => {
    const outcomes = Array.from({ length: 60 }, (_, n) =>
      took(n % 3 === 0 ? 'kids' : 'women-top', n % 3 === 0 ? 11 : 0, n / 20),
    );
    const forwards = personasOf(outcomes, mother, now);
    const backwards = personasOf([...outcomes].reverse(), mother, now);
    expect(backwards.map(({ share }) => share)).toEqual(forwards.map(({ share }) => share));
    for (const persona of forwards)
      expect(Array.from(persona.members.slice(50))).toEqual(Array(10).fill(0));
  });
});

describe('what is known of a persona', () => {
  it('is its own outcomes, those of a child as of today', () => {
    const outcomes = [took('women-top', 0, 1), took('kids', 11, 2), took('kids', 11.6, 1)];
    const child = personasOf(outcomes, mother, now).find(
      ({ group }) => group === 'kids',
    ) as Persona;
    const own = outcomesOf(child, outcomes, now);
    // 110 cm is five years and the next year's 116 six: both seven now, 11.6 + 0.6.
    expect(own.map(({ position }) => position.toFixed(1))).toEqual(['12.2', '12.2']);
  });
});

describe('for whom a garment is', () => {
  const outcomes = [
    ...[0, 0, 0, 0].map((position, n) =>
      took('women-top', position, n / 2, { category: 'shirts' }),
    ),
    ...[10, 10.3, 10.6].map((position, n) =>
      took('kids', position, 1.5 - n / 2, { category: 'coats' }),
    ),
  ];
  const personas = personasOf(outcomes, mother, now);
  const woman = personas.findIndex(({ group }) => group === 'women');
  const child = personas.findIndex(({ group }) => group === 'kids');

  it('is never somebody it is not made for', () => {
    const shares = personaShares(personas, garment('women-top', [-1, 0, 1]));
    expect(shares).toHaveLength(personas.length + 1);
    expect(shares[child]).toBe(0);
    expect(shares[woman]).toBeGreaterThan(0.8);
    expect(personaShares(personas, garment('kids', [9, 10, 11, 12]))[woman]).toBe(0);
    // A man's shirt is for nobody who is known.
    const shirt = personaShares(personas, garment('men-top', [0, 1]));
    expect(shirt[personas.length]).toBe(1);
  });

  it('is less those whose size it does not come in', () => {
    const usual = personaShares(personas, garment('women-top', [-1, 0, 1]))[woman] ?? 0;
    const large = personaShares(personas, garment('women-top', [5, 6, 7]))[woman] ?? 0;
    expect(large).toBeLessThan(usual / 2);
  });

  it('is more those who buy the category', () => {
    const shoes = (category: string) => personaShares(personas, garment('one-size', [0], category));
    expect(shoes('shirts')[woman]).toBeGreaterThan(shoes('coats')[woman] ?? 1);
  });

  it('sums to one', () => {
    for (const scale of ['women-top', 'kids', 'shoes', 'one-size', 'order:x', 'adult-top', 'bra']) {
      const shares = personaShares(personas, garment(scale, [0, 1]));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    }
    expect(Array.from(personaShares([], garment('women-top', [0])))).toEqual([1]);
  });
});
