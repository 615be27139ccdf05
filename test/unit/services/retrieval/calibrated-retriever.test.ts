import { describe, expect, it } from '@jest/globals';
import { AlsModel } from '../../../../models/recommenders/als-model.ts';
import { normalFactors } from '../../../../models/recommenders/als-start.ts';
import { CandidateRetriever } from '../../../../models/retrieval/candidate-retriever.ts';
import { ExactRetriever } from '../../../../models/retrieval/exact-retriever.ts';
import {
  CalibratedRetriever,
  type Decision,
} from '../../../../services/retrieval/calibrated-retriever.ts';
import { historyFrom } from '../../../helpers/recommender-suite.ts';

const items = 5_000;
const model = new AlsModel({
  dimensions: 4,
  itemFactors: normalFactors(items, 4, 1, 9),
  eigenvalues: new Float32Array(4).fill(items / 4),
  unobservedWeight: 0.02,
  regularisation: 0.01,
  exponent: 1,
});
const exact = new ExactRetriever(model);

/** With an index that misses the 20 best items until it is asked for `enough`. */
function calibrated(enough: number, indexMs = 1) {
  const decisions: Decision[] = [];
  const asked: number[] = [];
  let calls = 0;
  const retriever = new CalibratedRetriever({
    exact,
    at: (breadth) => {
      const nearest = (vector: Float32Array, count: number) => {
        // Around the items of the history it finds nothing.
        if (count < breadth) return [];
        asked.push(count);
        const top = exact.top(model.queryOf(vector), count, []).map(({ item }) => item);
        return breadth < enough ? top.slice(20) : top;
      };
      return new CandidateRetriever(model.rows, nearest, breadth, exact);
    },
    clock: () => [0, 5, 5 + indexMs][calls++ % 3] as number,
    onDecided: (decision) => decisions.push(decision),
  });
  const ask = (count: number) => {
    for (let n = 0; n < count; n++) {
      const query = model.query(historyFrom([n]));
      expect(retriever.top(query, 100, [n])).toEqual(exact.top(query, 100, [n]));
    }
  };
  return { ask, retriever, decisions, asked };
}

describe('CalibratedRetriever', () => {
  it('asks for twice as much until 98 of 100 are found, and answers exactly meanwhile', () => {
    const { ask, decisions, asked } = calibrated(800);
    ask(3 * 64 - 1);
    expect(decisions).toEqual([]);
    ask(1);
    expect(decisions).toEqual([{ breadth: 800, recall: 1, indexMs: 1, exactMs: 5 }]);
    ask(5);
    expect(asked.slice(-5)).toEqual([800, 800, 800, 800, 800]);
    expect(asked).toHaveLength(3 * 64 + 5);
  });

  it('leaves an index that finds too little however much it is asked for', () => {
    const { ask, decisions, asked } = calibrated(10_000);
    ask(5 * 64);
    // Of the 100 best without the item itself, which is one of the 20 that are missed.
    expect(decisions).toEqual([
      { breadth: undefined, recall: expect.closeTo(0.81, 1), indexMs: 1, exactMs: 5 },
    ]);
    ask(3);
    expect(asked).toHaveLength(5 * 64);
  });

  it('leaves an index that is no faster than the scan', () => {
    const { ask, decisions, asked } = calibrated(200, 5);
    ask(64);
    expect(decisions).toEqual([{ breadth: undefined, recall: 1, indexMs: 5, exactMs: 5 }]);
    ask(1);
    expect(asked).toHaveLength(64);
  });
});
