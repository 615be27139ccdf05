import { describe, expect, it } from '@jest/globals';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { chooseBlend, popularityShiftOf } from '../../../../models/evaluation/choose-blend.ts';
import { testSetOf } from '../../../../models/evaluation/test-set.ts';

const users = 400;
/** Everybody's NDCG is .5, and `gain` more for users of even number by the first weight. */
const ndcgWith = (gain: number) => (weights: readonly number[]) =>
  Float64Array.from({ length: users }, (_, user) => {
    return 0.5 + (user % 2 === 0 ? gain * (weights[0] ?? 0) : 0);
  });
const simple = [0.5, 0.5];

describe('chooseBlend', () => {
  it('takes searched weights when the gain is clear', () => {
    const choice = chooseBlend({ ndcg: ndcgWith(0.2), simple, popularityShift: 1.05, seed: 1 });
    expect(choice).toMatchObject({ reason: 'searched', weights: [1, 0], searched: [1, 0] });
    // Half of the users gain .2 · (1 − .5).
    expect(choice.gain.mean).toBeCloseTo(0.05, 1);
    expect(choice.gain.low).toBeGreaterThan(0);
  });

  it('keeps the simple rule when the gain is under 1 %', () => {
    const choice = chooseBlend({ ndcg: ndcgWith(0.01), simple, popularityShift: 1, seed: 1 });
    expect(choice).toMatchObject({ reason: 'gain-not-clear', weights: simple, searched: [1, 0] });
  });

  it('keeps the simple rule when the confirming users do not agree', () => {
    const lucky = new Set<number>();
    const first = chooseBlend({ ndcg: ndcgWith(0), simple, popularityShift: 1, seed: 3 });
    expect(first.searched).toEqual(simple);
    // One user alone gains a great deal: whichever half they are in, the interval reaches 0.
    lucky.add(0);
    const ndcg = (weights: readonly number[]) =>
      Float64Array.from({ length: users }, (_, user) =>
        lucky.has(user) ? (weights[0] ?? 0) : 0.5,
      );
    const choice = chooseBlend({ ndcg, simple, popularityShift: 1, seed: 3 });
    expect(choice).toMatchObject({ reason: 'gain-not-clear', weights: simple });
  });

  it.each([0.89, 1.2, Number.NaN])('keeps it when popularity shifts by %d', (popularityShift) => {
    const choice = chooseBlend({ ndcg: ndcgWith(0.2), simple, popularityShift, seed: 1 });
    expect(choice).toMatchObject({ reason: 'popularity-shift', weights: simple });
  });
});

describe('popularityShiftOf', () => {
  it('compares the mean popularity of held-out and training interactions, by hand', () => {
    const train = buildInteractions([
      [0, 0],
      [1, 0],
      [2, 0],
      [2, 1],
    ]);
    const test = testSetOf(
      buildInteractions([
        [0, 1],
        [1, 1],
        [1, 2],
      ]),
    );
    // Training: (3 + 3 + 3 + 1) / 4; held out: (1 + 1 + 0) / 3.
    expect(popularityShiftOf(train, test)).toBeCloseTo(2 / 3 / 2.5, 12);
  });
});
