import { describe, expect, it } from '@jest/globals';
import type { Dataset } from '../../models/dataset/dataset.ts';
import { IdMap } from '../../models/dataset/id-map.ts';
import { buildInteractions } from '../../models/dataset/interactions-builder.ts';
import { rowOf, type SparseMatrix } from '../../models/dataset/sparse-matrix.ts';
import type { History, Model, Tensor, Trainer } from '../../models/recommenders/model.ts';
import { HistoryScores, scoreMany } from '../../models/recommenders/score-many.ts';

/**
 * Two blocks of taste: users 0–5 take of items 0–5 all but one each (user u lacks item u), users
 * 6–11 the same of items 6–11. What a user of a block lacks is what they should be shown first.
 */
export function twoBlocks(): Dataset {
  const triples: [number, number][] = [];
  for (let user = 0; user < 12; user++) {
    const block = user < 6 ? 0 : 6;
    for (let item = block; item < block + 6; item++) if (item !== user) triples.push([user, item]);
  }
  const ids = (prefix: string) => new IdMap(Array.from({ length: 12 }, (_, n) => `${prefix}${n}`));
  return {
    users: ids('u'),
    items: ids('i'),
    interactions: buildInteractions(triples, 12, 12),
  };
}

export interface RecommenderSuite {
  readonly trainer: () => Trainer;
  readonly fromTensors: (tensors: Record<string, Tensor>) => Model;
  /** False for a model that gives everybody the same list. */
  readonly personal: boolean;
  /**
   * What the score of an item is made of besides the contributions, the same for all items or
   * not: a model whose contributions add up to the score leaves it out.
   */
  readonly offset?: (model: Model, history: History) => Float32Array;
}

/** What every recommender must hold; call it in the test file of each. */
export function recommenderSuite(
  name: string,
  { trainer, fromTensors, personal, offset }: RecommenderSuite,
): void {
  const dataset = twoBlocks();
  const fitted = (seed = 1) => trainer().fit(dataset, { seed });

  describe(`${name}, as every recommender`, () => {
    it('says its kind and how many items it knows', async () => {
      const model = await fitted();
      expect(model.kind).toBe(trainer().kind);
      expect(model.itemCount).toBe(12);
    });

    if (personal) {
      it('ranks the missing item of the user’s own block first', async () => {
        const model = await fitted();
        for (let user = 0; user < 12; user++) {
          expect(best(model, historyOf(dataset.interactions, user))).toBe(user);
        }
      });

      it('serves a history that no training user had', async () => {
        const history = historyFrom([7, 9]);
        expect(best(await fitted(), history)).toBeGreaterThanOrEqual(6);
      });

      it('follows the heavier weight in a mixed history', async () => {
        const model = await fitted();
        expect(best(model, historyFrom([1, 7], [5, 1]))).toBeLessThan(6);
        expect(best(model, historyFrom([1, 7], [1, 5]))).toBeGreaterThanOrEqual(6);
      });

      it('finds the items of the same block similar', async () => {
        const near = (await fitted()).similar(2, 5).map(({ item }) => item);
        expect(near.sort()).toEqual([0, 1, 3, 4, 5]);
      });
    }

    it('gives the same bytes for the same data, configuration and seed', async () => {
      expect((await fitted(7)).toTensors()).toEqual((await fitted(7)).toTensors());
    });

    it('scores every item, finite, for an empty history too', async () => {
      const model = await fitted();
      for (const history of [historyFrom([]), historyOf(dataset.interactions, 3)]) {
        expect(scoresOf(model, history).every(Number.isFinite)).toBe(true);
      }
    });

    it('overwrites what stood in the score buffer', async () => {
      const model = await fitted();
      const history = historyOf(dataset.interactions, 3);
      const used = new Float32Array(12).fill(99);
      model.query(history).score(used);
      expect(used).toEqual(scoresOf(model, history));
    });

    it('scores a few items as it scores all, also beside other queries', async () => {
      const model = await fitted();
      const histories = [historyFrom([]), historyFrom([1, 8], [2, 1]), historyFrom([5])];
      const queries = histories.map((history) => model.query(history));
      const items = Uint32Array.of(11, 0, 5, 0);
      for (const [n, query] of queries.entries()) {
        const all = scoresOf(model, histories[n] ?? historyFrom([]));
        const few = new Float32Array(4);
        query.scoreItems(items, few);
        expect([...few]).toEqual([...items].map((item) => all[item]));
      }
    });

    it('scores many histories to the bit as it scores one', async () => {
      const model = await fitted();
      const histories = Array.from({ length: 67 }, (_, n) => {
        return n < 12 ? historyOf(dataset.interactions, n) : historyFrom(n % 2 ? [n % 12] : []);
      });
      const together = new Float32Array(67 * 12);
      scoreMany(
        histories.map((history) => model.query(history)),
        together,
      );
      const scored: Float32Array[] = [];
      new HistoryScores(model).forEach(histories, (scores, _query, n) => {
        scored[n] = scores.slice();
      });
      for (const [n, history] of histories.entries()) {
        const scores = scoresOf(model, history);
        expect(together.slice(n * 12, (n + 1) * 12)).toEqual(scores);
        expect(scored[n]).toEqual(scores);
      }
    });

    it('adds its scores with a factor', async () => {
      const model = await fitted();
      const history = historyFrom([2, 3]);
      const out = new Float32Array(12).fill(1);
      model.query(history).addScores(-2, out);
      const expected = [...scoresOf(model, history)].map((score) =>
        expect.closeTo(1 - 2 * score, 4),
      );
      expect([...out]).toEqual(expected);
    });

    it('knows mean and spread of the scores of what is not in the history', async () => {
      const model = await fitted();
      for (const history of [historyFrom([1, 4], [1, 2]), historyFrom([9])]) {
        const { mean, scale } = model.query(history).moments();
        const [expected, deviation] = meanAndDeviation(scoresOf(model, history), history);
        expect(mean).toBeCloseTo(expected, 4);
        expect(deviation * scale).toBeCloseTo(deviation > 1e-6 ? 1 : 0, 3);
      }
    });

    it('scores the same after a round trip through its tensors', async () => {
      const model = await fitted();
      const again = fromTensors(copyOf(model.toTensors()));
      for (const history of [historyFrom([]), historyOf(dataset.interactions, 8)]) {
        expect(scoresOf(again, history)).toEqual(scoresOf(model, history));
      }
      expect(again.similar(4, 3)).toEqual(model.similar(4, 3));
      expect(again.toTensors()).toEqual(model.toTensors());
    });

    it('names a tensor that is missing', async () => {
      const tensors = (await fitted()).toTensors();
      for (const missing of Object.keys(tensors)) {
        const { [missing]: _, ...rest } = tensors;
        expect(() => fromTensors(rest)).toThrow(missing.split('/').at(-1));
      }
    });

    it('explains scores by its contributions, one for each item of the history', async () => {
      const model = await fitted();
      const history = historyFrom([1, 4, 7], [1, 3, 2]);
      const query = model.query(history);
      const scores = scoresOf(model, history);
      const rest = personal
        ? (offset?.(model, history) ?? new Float32Array(12))
        : scoresOf(model, history);
      for (let item = 0; item < 12; item++) {
        const parts = query.contributions(item);
        expect(parts.length).toBe(3);
        const sum = parts.reduce((total, part) => total + part, rest[item] ?? 0);
        expect(sum).toBeCloseTo(scores[item] ?? Number.NaN, 4);
      }
    });

    it('lists similar items best first, without the item itself, at most as many as asked', async () => {
      const model = await fitted();
      for (const limit of [1, 4, 50]) {
        const similar = model.similar(6, limit);
        expect(similar.length).toBeLessThanOrEqual(Math.min(limit, 11));
        expect(similar.map(({ item }) => item)).not.toContain(6);
        const scores = similar.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
      }
    });

    it('refuses items out of range and buffers of a wrong length', async () => {
      const model = await fitted();
      const out = new Float32Array(12);
      expect(() => model.query(historyFrom([12]))).toThrow('item 12 is outside 0 … 11');
      const query = model.query(historyFrom([1]));
      expect(() => query.contributions(12)).toThrow('item 12 is outside');
      expect(() => query.scoreItems(Uint32Array.of(12), new Float32Array(1))).toThrow(
        '12 is outside',
      );
      expect(() => query.scoreItems(Uint32Array.of(1), out)).toThrow('1 items and room for 12');
      expect(() => model.similar(-1, 3)).toThrow('item -1 is outside');
      expect(() => query.score(new Float32Array(11))).toThrow('length 11');
      expect(() => model.query(historyFrom([1, 2], [1]))).toThrow('2 items and 1 weights');
    });

    it('reports progress up to its end and stops with the reason of its signal', async () => {
      const steps: { done: number; total: number }[] = [];
      await trainer().fit(dataset, { seed: 1, onProgress: (step) => steps.push(step) });
      expect(steps.at(-1)).toMatchObject({ done: steps.at(-1)?.total });
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(trainer().fit(dataset, { seed: 1, signal })).rejects.toThrow('enough');
    });
  });
}

/** A history of these items, each with weight 1 unless told. */
export function historyFrom(items: number[], weights = items.map(() => 1)): History {
  return { items: Uint32Array.from(items), weights: Float32Array.from(weights) };
}

export function historyOf(interactions: SparseMatrix, user: number): History {
  const { indices, values } = rowOf(interactions, user);
  return { items: indices, weights: values };
}

export function scoresOf(model: Model, history: History): Float32Array {
  const scores = new Float32Array(model.itemCount);
  model.query(history).score(scores);
  return scores;
}

/** Mean and standard deviation over the items that are not in the history, in two passes. */
export function meanAndDeviation(scores: Float32Array, { items }: History): [number, number] {
  const candidates = [...scores].filter((_, item) => !items.includes(item));
  const mean = candidates.reduce((sum, score) => sum + score, 0) / candidates.length;
  const squares = candidates.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / candidates.length)];
}

function copyOf(tensors: Record<string, Tensor>): Record<string, Tensor> {
  const copies = Object.entries(tensors).map(([name, { shape, data }]) => {
    return [name, { shape: [...shape], data: data.slice() }] as const;
  });
  return Object.fromEntries(copies);
}

/** The item with the highest score that is not in the history. */
function best(model: Model, history: History): number {
  const scores = scoresOf(model, history);
  for (const item of history.items) scores[item] = Number.NEGATIVE_INFINITY;
  return scores.indexOf(Math.max(...scores));
}
