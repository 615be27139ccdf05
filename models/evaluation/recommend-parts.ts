import { setImmediate } from 'node:timers/promises';
import type { SparseMatrix } from '../dataset/sparse-matrix.ts';
import type { HybridModel } from '../recommenders/hybrid-model.ts';
import type { HybridQuery } from '../recommenders/hybrid-query.ts';
import type { History, Model, ModelKind } from '../recommenders/model.ts';
import { HistoryScores, mostHistories } from '../recommenders/score-many.ts';
import { TopItems } from '../recommenders/top-items.ts';
import type { Recommendations } from './ranking-metrics.ts';
import { historyOf, type RankingOptions } from './recommend-all.ts';

/** What components recommend by themselves. */
export type PartLists = ReadonlyMap<ModelKind, Recommendations>;

export interface HybridLists {
  readonly whole: Recommendations;
  readonly components: PartLists;
}

/** Blended scores that are kept at a time: 32 MB. */
const mostScores = 8 * 1024 * 1024;

/**
 * The lists of a hybrid and of each of its weighted components, as `recommendAll` gives them one
 * after the other, for little more than the hybrid's alone: a component's scores are made once.
 *
 * @throws the signal's reason when it is aborted
 */
export async function recommendParts(
  model: HybridModel,
  train: SparseMatrix,
  users: Uint32Array,
  { limit, onProgress, signal }: RankingOptions,
): Promise<HybridLists> {
  const ranker = new PartRanker(model, limit);
  const lists = emptyLists(model, users, limit);
  const size = Math.max(1, Math.min(mostHistories, Math.floor(mostScores / model.itemCount)));
  for (let from = 0; from < users.length; from += size) {
    onProgress?.({ done: from, total: users.length });
    await setImmediate();
    signal?.throwIfAborted();
    const block = Array.from(users.subarray(from, from + size), (user) => historyOf(train, user));
    const places = lists.map((items) => items.subarray(from * limit));
    ranker.rank(block, places);
  }
  onProgress?.({ done: users.length, total: users.length });
  return namedLists(model, lists, limit);
}

/** Room for the lists of `recommendParts`: the hybrid's first, then those of its components. */
export function emptyLists(model: HybridModel, users: Uint32Array, limit: number): Uint32Array[] {
  const count = 1 + weightedOf(model).length;
  return Array.from({ length: count }, () => new Uint32Array(users.length * limit));
}

export function namedLists(
  model: HybridModel,
  [whole = new Uint32Array(), ...lists]: readonly Uint32Array[],
  limit: number,
): HybridLists {
  const components = weightedOf(model).map(
    ({ kind }, at) => [kind, { limit, items: lists[at]! }] as const,
  );
  return { whole: { limit, items: whole }, components: new Map(components) };
}

function weightedOf({ components }: HybridModel): Model[] {
  return components.filter(({ weight }) => weight > 0).map(({ model }) => model);
}

class PartRanker {
  readonly #model: HybridModel;
  readonly #parts: readonly { readonly model: Model; readonly scored: HistoryScores }[];
  readonly #limit: number;
  readonly #top: TopItems;
  #blended = new Float32Array();

  constructor(model: HybridModel, limit: number) {
    this.#model = model;
    this.#parts = weightedOf(model).map((part) => {
      return { model: part, scored: new HistoryScores(part) };
    });
    this.#limit = limit;
    this.#top = new TopItems(limit);
  }

  /** @param lists where the lists of each part begin */
  rank(histories: readonly History[], lists: readonly Uint32Array[]): void {
    const blends = histories.map((history) => this.#model.query(history));
    const rows = this.#rowsOf(blends);
    this.#parts.forEach(({ model, scored }, part) => {
      const terms = blends.map((blend) => blend.terms.find(({ kind }) => kind === model.kind));
      // A component that says the same of all items is no term, and has a list all the same.
      const queries = terms.map((term, n) => term?.query ?? model.query(histories[n]!));
      scored.forEachQuery(queries, (scores, _query, n) => {
        for (const item of histories[n]!.items) scores[item] = Number.NEGATIVE_INFINITY;
        this.#select(scores, lists[part + 1]!, n);
        const factor = terms[n]?.factor;
        if (factor !== undefined) addScores(factor, scores, rows[n]!);
      });
    });
    rows.forEach((row, n) => {
      this.#addFallback(blends[n]!, row);
      for (const item of histories[n]!.items) row[item] = Number.NEGATIVE_INFINITY;
      this.#select(row, lists[0]!, n);
    });
  }

  /** Room for the blended scores, filled with what they begin with. */
  #rowsOf(blends: readonly HybridQuery[]): Float32Array[] {
    const { itemCount } = this.#model;
    if (this.#blended.length < blends.length * itemCount) {
      this.#blended = new Float32Array(blends.length * itemCount);
    }
    return blends.map(({ base }, n) => {
      return this.#blended.subarray(n * itemCount, (n + 1) * itemCount).fill(base);
    });
  }

  /** Popularity without a weight, which answers where nothing else does. */
  #addFallback(blend: HybridQuery, row: Float32Array): void {
    for (const { kind, query, factor } of blend.terms) {
      if (!this.#parts.some(({ model }) => model.kind === kind)) query.addScores(factor, row);
    }
  }

  #select(scores: Float32Array, lists: Uint32Array, n: number): void {
    this.#top.select(scores, lists.subarray(n * this.#limit, (n + 1) * this.#limit));
  }
}

function addScores(factor: number, scores: Float32Array, out: Float32Array): void {
  for (let item = 0; item < out.length; item++) out[item]! += factor * scores[item]!;
}
