import { describe, expect, it } from '@jest/globals';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import {
  type BlendCut,
  chooseBlend,
  popularityShiftOf,
} from '../../../../models/evaluation/choose-blend.ts';
import { testSetOf } from '../../../../models/evaluation/test-set.ts';

const users = 400;
const simple = [1, 1];

/** A cut where everybody has this NDCG by the share that the first weight has. */
function cut(ndcg: (share: number, user: number) => number, kind: BlendCut['kind'] = 'random') {
  return {
    kind,
    popularityShift: 1,
    ndcg: ([first = 0, second = 0]: readonly number[]) =>
      Float64Array.from({ length: users }, (_, user) => ndcg(first / (first + second), user)),
  };
}

describe('chooseBlend', () => {
  it('takes searched weights when the gain is clear', () => {
    const choice = chooseBlend({ cuts: [cut((share) => 0.4 + 0.2 * share)], simple, seed: 1 });
    // .6 by the first alone, .5 by the simple rule.
    expect(choice).toMatchObject({ reason: 'searched', weights: [1, 0], searched: [1, 0] });
    expect(choice.gain.mean).toBeCloseTo(0.2, 12);
    expect(choice.cuts).toEqual([
      {
        ...{ kind: 'random', users, popularityShift: 1 },
        ...{ simpleNdcg: expect.closeTo(0.5), searchedNdcg: expect.closeTo(0.6) },
      },
    ]);
  });

  it('finds weights between the ends', () => {
    // Highest where the first has 3/5 of the weight: 1.5 to 1.
    const hill = cut((share) => 0.5 - (share - 0.6) ** 2);
    const { searched } = chooseBlend({ cuts: [hill], simple, seed: 1 });
    expect((searched[0] ?? 0) / (searched[1] ?? 0)).toBeCloseTo(1.5, 12);
  });

  it('looks for weights that do well on every cut, each counting the same', () => {
    const likesFirst = cut((share) => 0.5 + 0.1 * share);
    // NDCG is lower here, and a step weighs the more.
    const likesSecond = cut((share) => 0.1 - 0.05 * share, 'blocks');
    const { searched, cuts } = chooseBlend({ cuts: [likesFirst, likesSecond], simple, seed: 1 });
    expect(searched).toEqual([0, 1]);
    expect(cuts.map(({ kind }) => kind)).toEqual(['random', 'blocks']);
  });

  it('keeps the simple rule when the gain is under half a percent', () => {
    const choice = chooseBlend({ cuts: [cut((share) => 0.5 + 0.004 * share)], simple, seed: 1 });
    expect(choice).toMatchObject({ reason: 'gain-not-clear', weights: simple, searched: [1, 0] });
  });

  it('keeps the simple rule when a few lucky users make the gain', () => {
    const lucky = cut((share, user) => (user === 0 ? 100 * share : 0.5));
    const choice = chooseBlend({ cuts: [lucky], simple, seed: 3 });
    expect(choice).toMatchObject({ reason: 'gain-not-clear', weights: simple });
  });

  it('keeps the simple rule where nothing is better', () => {
    const choice = chooseBlend({ cuts: [cut(() => 0.5)], simple, seed: 3 });
    expect(choice).toMatchObject({ reason: 'gain-not-clear', weights: simple, searched: simple });
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
