import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { DecidedPiece } from '../../../../models/sizing/decided-piece.ts';
import { measureOnSplit } from '../../../../models/sizing/measure-on-split.ts';
import { measureSizes } from '../../../../models/sizing/measure-sizes.ts';
import type {
  ItemEvidence,
  SizePredictor,
  WearerEvidence,
} from '../../../../models/sizing/size-predictor.ts';
import type {
  FitOutcome,
  ItemOutcome,
  SizeChances,
  WearerOutcome,
} from '../../../../models/sizing/size-types.ts';
import { lastTest, testPieces, trainingPieces } from '../../../../models/sizing/split-pieces.ts';

const day = 86_400;
const sizes = ['S', 'M', 'L'].map((label, position) => ({ label, position, length: 0 as const }));

function piece(
  wearer: string,
  itemId: string,
  position: number,
  fit: FitOutcome,
  at: number,
  knownAt = at,
): DecidedPiece {
  const run = { scale: 'women-top', sizes };
  const garment = { itemId, category: 'tops', brand: null, run };
  return { wearer, garment, position, length: 0, fit, body: {}, at, knownAt };
}

/** Says the same of every size, and remembers what it was told. */
class Fixed implements Pick<SizePredictor, 'itemEvidence' | 'wearerEvidence' | 'predict'> {
  readonly items: number[][] = [];
  readonly wearers: string[][] = [];
  readonly #answers: readonly SizeChances[];

  constructor(answers: readonly SizeChances[]) {
    this.#answers = answers;
  }

  itemEvidence(_garment: unknown, outcomes: readonly ItemOutcome[]): ItemEvidence {
    this.items.push(outcomes.map(({ at }) => at));
    return {};
  }

  wearerEvidence(_body: unknown, outcomes: readonly WearerOutcome[]): WearerEvidence {
    this.wearers.push(outcomes.map(({ itemId }) => itemId));
    return {};
  }

  predict(): SizeChances[] {
    return [...this.#answers];
  }
}

const answers: SizeChances[] = [
  { chosen: 0.2, small: 0.5, fit: 0.4, large: 0.1 },
  { chosen: 0.5, small: 0.2, fit: 0.6, large: 0.2 },
  { chosen: 0.3, small: 0.1, fit: 0.4, large: 0.5 },
];

describe('measuring a model of sizes', () => {
  it('tells it what was known when each piece was bought, and nothing else', () => {
    const model = new Fixed(answers);
    const pieces = [
      piece('u1', 'i1', 1, 'fit', 1 * day, 15 * day),
      piece('u1', 'i2', 0, 'small', 2 * day, 4 * day),
      piece('u2', 'i1', 1, 'large', 3 * day, 20 * day),
      // Said at once: not known before itself.
      piece('u1', 'i1', 1, 'fit', 16 * day),
      piece('u2', 'i1', 1, 'fit', 17 * day),
    ];
    measureSizes(model as unknown as SizePredictor, pieces, [1, 3, 4]);
    expect(model.items).toEqual([[], [1 * day], [1 * day, 16 * day]]);
    expect(model.wearers).toEqual([[], ['i2', 'i1'], []]);
  });

  it('measures fit in the size that was taken, and the choice on what was kept', () => {
    const pieces = [
      piece('u1', 'i1', 1, 'fit', 1),
      piece('u2', 'i1', 0, 'small', 2),
      piece('u3', 'i1', 2, 'fit', 3),
      piece('u4', 'i1', 2, 'large', 4),
    ];
    const model = new Fixed(answers) as unknown as SizePredictor;
    const { fit, choice, labels } = measureSizes(model, pieces, [0, 1, 2, 3]);
    expect([...labels]).toEqual([1, 0, 1, 2]);
    const losses = [0.6, 0.5, 0.4, 0.5].map((chance) => -Math.log(chance));
    expect(fit.logLoss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss) / 4, 12);
    // Small: .5 above .2, .1, .1. Fit: .6 and .4 against .4 and .4. Large: .5 against .2, .1, .5.
    expect(fit.auc).toBeCloseTo((1 + 3 / 4 + 5 / 6) / 3, 12);
    expect(choice).toEqual({
      pieces: 2,
      logLoss: expect.closeTo((-Math.log(0.5) - Math.log(0.3)) / 2, 12),
      exact: 0.5,
      withinOne: 1,
    });
  });

  it('has no area where an outcome is missing from the test', () => {
    const model = new Fixed(answers) as unknown as SizePredictor;
    const { fit, choice } = measureSizes(model, [piece('u1', 'i1', 0, 'small', 1)], [0]);
    expect(fit.auc).toBeNull();
    expect(choice).toMatchObject({ pieces: 0, exact: 0 });
  });

  it('refuses to measure nothing, and a size that the item does not come in', () => {
    const model = new Fixed(answers) as unknown as SizePredictor;
    expect(() => measureSizes(model, [], [])).toThrow('no piece to measure on');
    expect(() => measureSizes(model, [piece('u1', 'i1', 9, 'fit', 1)], [0])).toThrow('i1 does not');
  });
});

describe('a split of pieces in time', () => {
  const pieces = [1, 5, 6, 9, 10, 12, 13].map((at) => piece('u1', 'i1', 1, 'fit', at * day));

  it('trains on what was decided at the cutoff', () => {
    const test = lastTest(12 * day + 0.9, 3);
    expect(test).toEqual({ cutoff: 9 * day, testDays: 3 });
    expect(trainingPieces(pieces, test, 4 * day)).toEqual([0, 1]);
    expect(testPieces(pieces, test)).toEqual([3, 4, 5]);
  });

  it('trains on everything without a test', () => {
    const test = lastTest(12 * day, 0);
    expect(trainingPieces(pieces, test, 4 * day)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(testPieces(pieces, test)).toEqual([]);
  });
});

describe('measuring on a split', () => {
  const model = new Fixed(answers) as unknown as SizePredictor;
  const pieces = Array.from({ length: 30_000 }, (_, n) => piece(`u${n}`, `i${n}`, 1, 'fit', n));
  const test = { cutoff: 0, testDays: 1 };

  it('is of one lot of many pieces, which the fingerprint names', () => {
    const found = measureOnSplit(model, pieces, test);
    expect(found?.pieces).toBe(30_000);
    expect(found?.metrics.split).toMatchObject({
      kind: 'time',
      cutoff: '1970-01-01T00:00:00.000Z',
      users: 20_000,
      interactions: 20_000,
    });
    const again = measureOnSplit(model, pieces, test);
    expect(again?.metrics).toEqual(found?.metrics);
  });

  it('has another fingerprint when another outcome came in', () => {
    const few = pieces.slice(0, 5);
    const changed = [...few.slice(0, 4), piece('u4', 'i4', 1, 'small', 4)];
    const fingerprints = [few, changed].map(
      (of) => measureOnSplit(model, of, test)?.metrics.split.fingerprint,
    );
    // sha256 of five lines like "u0 i0 1 0 fit 0", tabs between.
    const lines = few.map(({ wearer, garment, at }) =>
      [wearer, garment.itemId, 1, 0, 'fit', at].join('\t'),
    );
    const expected = createHash('sha256')
      .update(`${lines.join('\n')}\n`)
      .digest('hex');
    expect(fingerprints[0]).toBe(expected);
    expect(fingerprints[1]).not.toBe(expected);
  });

  it('is undefined without a piece', () => {
    expect(measureOnSplit(model, pieces, { cutoff: 9 * day, testDays: 1 })).toBeUndefined();
  });
});
