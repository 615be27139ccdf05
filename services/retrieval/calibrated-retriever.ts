import type { Query, ScoredItem } from '../../models/recommenders/model.ts';
import type { CandidateRetriever } from '../../models/retrieval/candidate-retriever.ts';
import type { Retriever } from '../../models/retrieval/retriever.ts';

/** What became of an index. */
export interface Decision {
  /** What it is asked for; undefined: the exact scan goes on answering. */
  readonly breadth: number | undefined;
  /** Share of the exact scan's items that it found in the last sample. */
  readonly recall: number;
  /** Milliseconds a query in the last sample. */
  readonly indexMs: number;
  readonly exactMs: number;
}

export interface CalibrationOptions {
  readonly exact: Retriever;
  readonly at: (breadth: number) => CandidateRetriever;
  /** Milliseconds from any time on. */
  readonly clock: () => number;
  readonly onDecided: (decision: Decision) => void;
}

const leastRecall = 0.98;
const queriesOfSample = 64;
const firstBreadth = 200;
const largestBreadth = 3_200;

/**
 * Decides on a shop's own queries whether an index answers. How much of the best a graph misses
 * depends on the factors and on how many different things a viewer likes, and cannot be told from
 * the size: while it decides, every query is answered by the exact scan and asked of the index too.
 * Where the index finds less than 98 % it is asked for twice as much; where that does not help, or
 * it is no faster than the scan, it is left.
 */
export class CalibratedRetriever implements Retriever {
  readonly #options: CalibrationOptions;
  #breadth = firstBreadth;
  #tried: CandidateRetriever;
  #chosen: Retriever | undefined;
  #queries = 0;
  #hits = 0;
  #all = 0;
  #indexMs = 0;
  #exactMs = 0;

  constructor(options: CalibrationOptions) {
    this.#options = options;
    this.#tried = options.at(firstBreadth);
  }

  top(query: Query, count: number, exclude: Iterable<number>): ScoredItem[] {
    if (this.#chosen) return this.#chosen.top(query, count, exclude);
    const { exact, clock } = this.#options;
    if (!this.#tried.answers(query)) return exact.top(query, count, exclude);
    const left = Array.from(exclude);
    const start = clock();
    const answer = exact.top(query, count, left);
    const middle = clock();
    const near = this.#tried.top(query, count, left);
    this.#indexMs += clock() - middle;
    this.#exactMs += middle - start;
    const items = new Set(answer.map(({ item }) => item));
    this.#all += items.size;
    for (const { item } of near) if (items.has(item)) this.#hits++;
    if (++this.#queries === queriesOfSample) this.#judge();
    return answer;
  }

  #judge(): void {
    const { exact, at, onDecided } = this.#options;
    const recall = this.#all > 0 ? this.#hits / this.#all : 0;
    const isFaster = this.#indexMs < this.#exactMs;
    const decision = {
      recall,
      indexMs: this.#indexMs / this.#queries,
      exactMs: this.#exactMs / this.#queries,
    };
    if (recall < leastRecall && isFaster && this.#breadth < largestBreadth) {
      this.#breadth *= 2;
      this.#tried = at(this.#breadth);
      this.#queries = this.#hits = this.#all = this.#indexMs = this.#exactMs = 0;
      return;
    }
    const isTaken = recall >= leastRecall && isFaster;
    this.#chosen = isTaken ? this.#tried : exact;
    onDecided({ breadth: isTaken ? this.#breadth : undefined, ...decision });
  }
}
