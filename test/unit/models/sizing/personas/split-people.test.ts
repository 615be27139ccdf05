import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../../models/dataset/seeded-random.ts';
import {
  personChance,
  type SizeObservation,
  splitPeople,
} from '../../../../../models/sizing/personas/split-people.ts';

const prior = { mean: 0, variance: 4, drift: 0.1 };
const at = (value: number, years = 0): SizeObservation => ({ at: years, value, variance: 0.64 });
const members = (values: readonly SizeObservation[]) =>
  splitPeople(values, prior).map((person) =>
    Array.from(person.members, (one) => Number(one.toFixed(3))),
  );

describe('whom purchases are of', () => {
  it('is two people by the odds worked out by hand', () => {
    // Together N(4; 0, 4·0.64/4.64 + 0.64) = N(4; 0, 1.1917) = 0.000444; apart N(4; 0, 4.64) = 0.03303;
    // beforehand 0.15 · 0! 0! / 1!. Odds 0.15 · 74.4 = 11.16, chance 0.918.
    const [low, high] = splitPeople([at(0), at(4)], prior);
    expect(high?.certainty).toBeCloseTo(0.918, 3);
    expect(Array.from(low?.members ?? [])).toEqual([1, 0]);
    expect(Array.from(high?.members ?? [])).toEqual([0, 1]);
  });

  it('is one body that changed when years lie between, by the odds worked out by hand', () => {
    // Ten years add 10 · 0.1 to the variance: N(4; 0, 2.1917) = 0.0070, odds 0.15 · 4.716 = 0.707,
    // chance 0.414: one person, whose the second (or the first) is but for 0.414.
    const people = splitPeople([at(0, 0), at(4, 10)], prior);
    expect(people).toHaveLength(1);
    expect(people[0]?.certainty).toBe(1);
    // Of a cut into one and one the lower side counts as the smaller.
    expect(people[0]?.members[0]).toBeCloseTo(1 - 0.414, 3);
  });

  it('is one person where sizes differ as makers do', () => {
    expect(members([at(0), at(1), at(-0.5), at(0.5)])).toHaveLength(1);
    expect(members([at(0), at(0), at(0)])).toEqual([[1, 1, 1]]);
  });

  it('is two where S and XXL alternate, and one where the one follows the other over years', () => {
    const alternate = [-1, 3, -1, 3, -1, 3].map((value, n) => at(value, n / 4));
    expect(members(alternate)).toEqual([
      [1, 0, 1, 0, 1, 0],
      [0, 1, 0, 1, 0, 1],
    ]);
    const changing = [-1, -1, 0, 0, 1, 2, 2, 3, 3].map((value, n) => at(value, n * 0.75));
    expect(members(changing)).toHaveLength(1);
  });

  it('is three where there are three', () => {
    const values = [-4, 0, 4, -4, 0, 4, -4, 0, 4, -4, 0, 4].map((value, n) => at(value, n / 10));
    expect(splitPeople(values, prior)).toHaveLength(3);
  });

  it('is nobody for certain where it may be one or the other', () => {
    // Between the two: theirs in part, of both together at most one.
    const people = splitPeople(
      [-2, -2, -2, 2, 2, 2, 0].map((value) => at(value)),
      prior,
    );
    expect(people).toHaveLength(2);
    const shares = people.map((person) => person.members[6] ?? 0);
    expect(Math.min(...shares)).toBeGreaterThan(0.2);
    // The rest is that it was for a third, of whom it is not likely that there is one.
    expect((shares[0] ?? 0) + (shares[1] ?? 0)).toBeGreaterThan(0.85);
  });

  it('has chances that sum to one at most, whatever the purchases', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 300; round++) {
      const count = 1 + Math.floor(random() * 40);
      let years = 0;
      const values = Array.from({ length: count }, () => {
        years += random();
        return at(Math.round(random() * 12 - 6) / 2, years);
      });
      const people = splitPeople(values, prior);
      for (const n of values.keys()) {
        const sum = people.reduce((total, person) => total + (person.members[n] ?? 0), 0);
        expect(sum).toBeLessThanOrEqual(1 + 1e-9);
        expect(sum).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('is refused for more purchases than it has tables for', () => {
    expect(() =>
      splitPeople(
        Array.from({ length: 65 }, () => at(0)),
        prior,
      ),
    ).toThrow('got 65');
  });
});

describe('that purchases are of one who buys again', () => {
  it('is as likely as a present for one purchase', () => {
    expect(personChance([at(3)], prior)).toBeCloseTo(0.5, 12);
  });

  it('is by the odds worked out by hand for two', () => {
    // 1! N(0; 0, 1.1917) / (0.15 N(0; 0, 4.64)) = √(4.64 / 1.1917) / 0.15 = 13.15.
    expect(personChance([at(0), at(0)], prior)).toBeCloseTo(13.1547 / 14.1547, 4);
    expect(personChance([at(-3), at(3)], prior)).toBeLessThan(0.1);
  });
});
