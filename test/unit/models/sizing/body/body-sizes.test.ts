import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../../models/dataset/seeded-random.ts';
import { BodySizes, subsetOf } from '../../../../../models/sizing/body/body-sizes.ts';
import { growing, measures } from '../../../../../models/sizing/body/measures.ts';
import { trainBodySizes } from '../../../../../models/sizing/body/train-body-sizes.ts';
import type { Body } from '../../../../../models/sizing/size-types.ts';
import { defaultSizeConfig } from '../../../../../models/sizing/training/size-model-config.ts';

/** Weight tells most, height something, age nothing; noise of a third of a step. */
function pieces(count: number) {
  const random = seededRandom(5);
  return Array.from({ length: count }, (_, n) => {
    const heightCm = 150 + 30 * random();
    const weightKg = 45 + 40 * random();
    const age = 20 + Math.floor(50 * random());
    const position = (weightKg - 45) / 6 + (heightCm - 150) / 15 + (random() - 0.5);
    const body: Body = {
      ...(n % 7 !== 0 && { heightCm }),
      ...(n % 11 !== 0 && { weightKg }),
      ...{ age, bodyType: n % 2 ? 'apple' : 'pear' },
    };
    return { scale: 'women', position, body, fold: n % 3 };
  });
}

const { all, without } = trainBodySizes(
  pieces(3000),
  3,
  { ...defaultSizeConfig.body, minRows: 20 },
  1,
);
const expected = (body: Body) => all.expected('women', all.measured(body));

describe('body sizes', () => {
  it('expects the size that such bodies kept', () => {
    // (66 − 45) / 6 + (165 − 150) / 15 = 4.5.
    expect(expected({ heightCm: 165, weightKg: 66, age: 40 })).toBeGreaterThan(4.2);
    expect(expected({ heightCm: 165, weightKg: 66, age: 40 })).toBeLessThan(4.8);
  });

  it('answers with any subset of the measures, and with the mean without any', () => {
    const full = [165, 66, 90, 70, 95, 24, 40, 0, 0];
    for (let subset = 0; subset < 2 ** full.length; subset++) {
      const row = Float32Array.from(full, (value, m) => (subset & (1 << m) ? value : NaN));
      const size = all.expected('women', row);
      expect(size).toBeGreaterThan(0);
      expect(size).toBeLessThan(10);
    }
    expect(expected({})).toBe(all.scales.get('women')?.mean);
  });

  it('never expects a smaller size of a longer or heavier body', () => {
    const random = seededRandom(9);
    for (let trial = 0; trial < 3000; trial++) {
      const row = Float32Array.from(measures, (_, m) => {
        if (random() < 0.4) return NaN;
        return m < growing ? 20 + 180 * random() : 40 * random();
      });
      const measure = Math.floor(random() * growing);
      row[measure] = 20 + 180 * random();
      const longer = row.slice();
      longer[measure] = (row[measure] ?? NaN) + 40 * random();
      expect(all.expected('women', longer)).toBeGreaterThanOrEqual(all.expected('women', row));
    }
  });

  it('says what each missing measure costs', () => {
    const error = (body: Body) => all.error('women', all.measured(body));
    expect(error({})).toBeGreaterThan(error({ heightCm: 165 }));
    expect(error({ heightCm: 165 })).toBeGreaterThan(error({ heightCm: 165, weightKg: 60 }));
    // The noise alone has a deviation of 1 / √12 = .29.
    expect(error({ heightCm: 165, weightKg: 60 })).toBeLessThan(0.6);
    const helpful = all.wouldHelp('women', all.measured({}));
    expect(helpful.slice(0, 2).map(({ measure }) => measure)).toEqual(['weightKg', 'heightCm']);
    const [first] = helpful;
    expect(first?.gain).toBeCloseTo(error({}) - error({ weightKg: 60 }), 6);
    const named = helpful.map(({ measure }) => measure);
    for (const useless of ['bustCm', 'waistCm', 'hipCm', 'footCm']) {
      expect(named).not.toContain(useless);
    }
  });

  it('knows nothing of a scale on which nothing was kept', () => {
    const row = all.measured({ heightCm: 170 });
    expect(all.expected('shoes', row)).toBeNaN();
    expect(all.error('shoes', row)).toBeNaN();
    expect(all.wouldHelp('shoes', row)).toEqual([]);
  });

  it('expects of the wearers of a fold what the others taught', () => {
    const shifted = pieces(3000).map((piece) => ({
      ...piece,
      position: piece.position + (piece.fold === 1 ? 5 : 0),
    }));
    const trained = trainBodySizes(shifted, 3, { ...defaultSizeConfig.body, minRows: 20 }, 1);
    const row = all.measured({ heightCm: 165, weightKg: 66 });
    expect(trained.without[1]?.expected('women', row)).toBeCloseTo(4.5, 0);
    expect(trained.without[0]?.expected('women', row)).toBeGreaterThan(6);
    expect(without).toHaveLength(3);
  });
});

describe('subsetOf', () => {
  it('counts only the common measures', () => {
    // Common: measures 0, 2 and 6; known: 0, 1 and 6.
    expect(subsetOf(0b1000011, 0b1000101)).toBe(0b101);
  });

  it('asks the size chart on a scale that it has not learnt', () => {
    const none = new BodySizes(new Map(), new Map());
    const expected = (body: Body) => none.expected('women-top', none.measured(body));
    // A bust of 88 is the place 0 of the women's line, 4 cm a step.
    expect(expected({ bustCm: 88 })).toBeCloseTo(0, 6);
    expect(expected({ bustCm: 92 })).toBeCloseTo(1, 6);
    expect(expected({ weightKg: 60 })).toBeGreaterThan(expected({ weightKg: 50 }));
    expect(expected({ weightKg: 60, heightCm: 175 })).toBe(expected({ weightKg: 60 }));
    expect(expected({})).toBeNaN();
    expect(none.expected('order:hats', none.measured({ bustCm: 88 }))).toBeNaN();
  });
});
