import { z } from 'zod';
import type { Dataset } from '../dataset/dataset.ts';
import { countByColumn, sumByColumn } from '../dataset/sparse-matrix.ts';
import { checkHistory, checkItem, checkItems, checkScores } from './check-indices.ts';
import type { FitContext, History, Model, Query, ScoredItem, Tensor, Trainer } from './model.ts';
import { type Moments, momentsWithout } from './standard-scores.ts';
import { TensorReader } from './tensor-reader.ts';
import { TopItems } from './top-items.ts';

export const popularityConfigSchema = z.strictObject({
  /** What makes an item popular: how many users took it, or the sum of their weights. */
  count: z.enum(['users', 'weight']).default('users'),
});
export type PopularityConfig = z.infer<typeof popularityConfigSchema>;

/** @throws ZodError for an unknown key or value */
export function createPopularityTrainer(
  config: z.input<typeof popularityConfigSchema> = {},
): Trainer {
  const { count } = popularityConfigSchema.parse(config);
  return {
    kind: 'popularity',
    async fit({ interactions }: Dataset, { onProgress, signal }: FitContext): Promise<Model> {
      signal?.throwIfAborted();
      const counts = count === 'users' ? countByColumn(interactions) : sumByColumn(interactions);
      onProgress?.({ done: 1, total: 1 });
      return new PopularityModel(Float32Array.from(counts));
    },
  };
}

/** The same score for everybody: how often each item was taken. */
export class PopularityModel implements Model {
  readonly kind = 'popularity';
  readonly #popularity: Float32Array;

  /** @param popularity one number ≥ 0 an item */
  constructor(popularity: Float32Array) {
    this.#popularity = popularity;
  }

  static fromTensors(tensors: Readonly<Record<string, Tensor>>): PopularityModel {
    return new PopularityModel(new TensorReader(tensors).float32('popularity', [-1]));
  }

  get itemCount(): number {
    return this.#popularity.length;
  }

  query(history: History): Query {
    checkHistory(history, this.itemCount);
    return new PopularityQuery(this.#popularity, history);
  }

  /** Popularity knows no likeness: the most popular others. */
  similar(item: number, limit: number): ScoredItem[] {
    checkItem(item, this.itemCount);
    const scores = this.#popularity.slice();
    scores[item] = Number.NEGATIVE_INFINITY;
    return new TopItems(limit).list(scores);
  }

  toTensors(): Record<string, Tensor> {
    return { popularity: { shape: [this.itemCount], data: this.#popularity } };
  }
}

/** The scores are the model's own array, whoever asks. */
export class PopularityQuery implements Query {
  readonly #popularity: Float32Array;
  readonly #history: History;

  constructor(popularity: Float32Array, history: History) {
    this.#popularity = popularity;
    this.#history = history;
  }

  /** One score an item; not to be written to. */
  get popularity(): Float32Array {
    return this.#popularity;
  }

  score(out: Float32Array): void {
    checkScores(out, this.#popularity.length);
    out.set(this.#popularity);
  }

  addScores(factor: number, out: Float32Array): void {
    checkScores(out, this.#popularity.length);
    for (let item = 0; item < out.length; item++) out[item]! += factor * this.#popularity[item]!;
  }

  scoreItems(items: Uint32Array, out: Float32Array): void {
    checkItems(items, out, this.#popularity.length);
    for (let n = 0; n < items.length; n++) out[n] = this.#popularity[items[n]!]!;
  }

  moments(): Moments {
    let sum = 0;
    let squares = 0;
    for (const count of this.#popularity) {
      sum += count;
      squares += count * count;
    }
    const known = Float32Array.from(this.#history.items, (item) => this.#popularity[item]!);
    return momentsWithout(sum, squares, this.#popularity.length, known);
  }

  contributions(item: number): Float32Array {
    checkItem(item, this.#popularity.length);
    return new Float32Array(this.#history.items.length);
  }
}
