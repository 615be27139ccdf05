import { describe, expect, it } from '@jest/globals';
import { dayLength } from '../../../../scripts/simulation/calendar.ts';
import { makeItems, type SimulatedItem } from '../../../../scripts/simulation/catalogue.ts';
import { Experience } from '../../../../scripts/simulation/experience.ts';
import type { Wearer } from '../../../../scripts/simulation/households.ts';
import { randomOf } from '../../../../scripts/simulation/random.ts';
import {
  blockOf,
  blocks,
  drawRun,
  neighbourOf,
  placeOn,
  sizesApart,
} from '../../../../scripts/simulation/size-runs.ts';
import {
  bestSize,
  excessOf,
  fittingPlace,
  learnFrom,
  orderedSize,
  returnReason,
  takesAdvice,
} from '../../../../scripts/simulation/sizes.ts';

const period = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 3, 1) };
const items = makeItems(1, 3000, period);
const body = { heightCm: 161, weightKg: 55, bustCm: 84, waistCm: 68, hipCm: 92, footCm: 24 };
const wearer: Wearer = {
  ...{ who: 'self', at: 0, wears: 'female', body, likesLoose: 0, share: 1 },
  misjudged: blocks.map(() => 0),
};
const found = (test: (item: SimulatedItem) => boolean) => {
  const item = items.find(test);
  if (item === undefined) throw new Error('no such item');
  return { ...item, truth: { ...item.truth, runsSmall: 0 } };
};
const dress = found(({ sizes, category }) => {
  return category.block === 'women-dresses' && sizes.system === 'alpha' && sizes.labels.length < 9;
});
const labelOf = ({ sizes }: SimulatedItem, size: number) => sizes.labels[size];
const running = (item: SimulatedItem, runsSmall: number) => ({
  ...item,
  truth: { ...item.truth, runsSmall },
});
const cased = (label: string) => dress.sizes.labels.indexOf(label);

describe('runs of sizes', () => {
  it('ascend, whatever the system', () => {
    for (const { sizes } of items) {
      const { places, girths, lengths, labels } = sizes;
      expect(new Set(labels).size).toBe(labels.length);
      labels.forEach((_, size) => {
        if (size === 0) return;
        const step = (girths[size] ?? 0) - (girths[size - 1] ?? 0);
        expect(step === 1 ? (places[size] ?? 0) > (places[size - 1] ?? 0) : step === 0).toBe(true);
        if (step === 0) expect(lengths[size]).toBeGreaterThan(lengths[size - 1] ?? 0);
      });
    }
  });

  it('are written in one way by a brand, and in several by brands', () => {
    const ways = new Map<string, Set<string>>();
    const systems = new Map<string, Set<string>>();
    for (const { brand, category, sizes } of items) {
      const key = `${brand} ${category.block}`;
      ways.set(key, (ways.get(key) ?? new Set()).add(sizes.labels.join()));
      const known = systems.get(category.block) ?? new Set();
      systems.set(category.block, known.add(sizes.system));
    }
    for (const labels of ways.values()) expect(labels.size).toBe(1);
    expect([...(systems.get('women-tops') ?? [])].sort()).toEqual([
      'alpha',
      'cn',
      'eu',
      'jp',
      'us',
    ]);
    expect(items.some(({ sizes }) => sizes.labels.includes('M Petite'))).toBe(true);
  });

  it('give labels the places of the standard', () => {
    const inches = drawRun(() => 0, blockOf('women-bottoms'), false);
    // 27 inches are 68.58 cm: 0.58 above the block's 68, at 3 cm a step.
    expect(inches.places[inches.labels.indexOf('27')]).toBeCloseTo(0.58 / 3, 9);
    const tops = drawRun(() => 0.99, blockOf('women-tops'), false);
    expect([tops.system, tops.places[0]]).toEqual(['jp', (77 - 84) / 4]);
  });

  it('know neighbours of the same length, and how far sizes are apart', () => {
    const run = drawRun(() => 0, blockOf('women-dresses'), true);
    const at = (label: string) => run.labels.indexOf(label);
    expect(neighbourOf(run, at('M Petite'), 1)).toBe(at('L Petite'));
    expect(neighbourOf(run, at('3XL'), 1)).toBeUndefined();
    expect(sizesApart(run, at('M Petite'), at('L'))).toBe(2);
    expect(sizesApart(run, at('M'), at('M Tall'))).toBe(1);
  });
});

describe('fit', () => {
  it('follows from the body, the taste and how the item runs', () => {
    expect(placeOn(blockOf('women-dresses'), body)).toBe(0);
    // 4 cm more of bust count 0.45 of a size.
    expect(placeOn(blockOf('women-dresses'), { ...body, bustCm: 88 })).toBeCloseTo(0.45, 12);
    expect(labelOf(dress, bestSize(wearer, dress))).toBe('M');
    expect(labelOf(dress, bestSize(wearer, running(dress, 1)))).toBe('L');
    expect(labelOf(dress, bestSize({ ...wearer, likesLoose: 1 }, dress))).toBe('L');
    expect(fittingPlace({ ...wearer, likesLoose: 0.25 }, running(dress, 1))).toBe(1.25);
    expect(excessOf(wearer, dress, cased('L')).girth).toBe(1);
  });

  it('needs the length of the body where a brand makes lengths', () => {
    const sizes = drawRun(() => 0, blockOf('women-dresses'), true);
    const of = (heightCm: number) => {
      const item = { ...dress, sizes };
      return labelOf(item, bestSize({ ...wearer, body: { ...body, heightCm } }, item));
    };
    expect([of(150), of(161), of(176)]).toEqual(['M Petite', 'M', 'M Tall']);
  });

  it('decides what is sent back', () => {
    const share = (reason: string, size: number) => {
      const random = randomOf(5);
      const draws = Array.from({ length: 2000 }, () => returnReason(random, wearer, dress, size));
      return draws.filter((given) => given === reason).length / draws.length;
    };
    expect(share('too_small', cased('XS'))).toBeGreaterThan(0.8);
    expect(share('too_large', cased('XL'))).toBeGreaterThan(0.8);
    expect(share('too_small', cased('M'))).toBeLessThan(0.01);
    expect(share('too_large', cased('XS'))).toBe(0);
  });
});

describe('what people order by themselves', () => {
  const ordering = (experience: Experience, time = 0) => ({ user: 3, wearer, time, experience });
  const mean = (experience: Experience, item: SimulatedItem, time = 0) => {
    const random = randomOf(7);
    const sizes = Array.from({ length: 400 }, () =>
      orderedSize(random, item, ordering(experience, time)),
    );
    return sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  };

  it('goes by their body and not by how an item runs, until they have learnt it', () => {
    const experience = new Experience();
    const small = running(dress, 1);
    expect(mean(experience, small)).toBeCloseTo(cased('M'), 1);
    learnFrom({ ...ordering(experience), time: 5.5 * dayLength }, small, {
      size: cased('M'),
      isReturned: true,
    });
    expect(mean(experience, small, 5.9 * dayLength)).toBeCloseTo(cased('M'), 1);
    // 0.15 of the size that was missing is put down to oneself, 0.3 to the brand.
    expect(mean(experience, small, 6 * dayLength)).toBeGreaterThan(cased('M') + 0.3);
    const otherBrand = { ...small, brandIndex: small.brandIndex + 1 };
    expect(mean(experience, otherBrand, 6 * dayLength)).toBeLessThan(cased('M') + 0.1);
  });

  it('is given up for advice by some, when it is at most one off', () => {
    const random = randomOf(3);
    const share = (advice: number | undefined, own: number) =>
      Array.from({ length: 1000 }, () => takesAdvice(random, dress, { own, advice })).filter(
        (takes) => takes,
      ).length / 1000;
    expect(share(cased('L'), cased('M'))).toBeCloseTo(0.6, 1);
    expect(share(cased('XL'), cased('M'))).toBe(0);
    expect(share(undefined, cased('M'))).toBe(0);
  });

  it('is learnt for one body and one kind of garment', () => {
    const experience = new Experience();
    const subject = { user: 3, wearer: 0, block: 2 };
    experience.learn(subject, 0.5, 9 * dayLength);
    experience.learn(subject, 0.25, 19.9 * dayLength);
    const others = [
      { ...subject, wearer: 1 },
      { ...subject, block: 3 },
      { ...subject, brand: 0 },
    ];
    expect([9, 10, 20].map((day) => experience.shiftOf(subject, day * dayLength))).toEqual([
      0, 0.5, 0.75,
    ]);
    expect(others.map((other) => experience.shiftOf(other, 20 * dayLength))).toEqual([0, 0, 0]);
  });
});
