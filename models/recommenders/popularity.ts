import { z } from 'zod';
import type { Dataset } from '../dataset/dataset.ts';
import { countByColumn, sumByColumn } from '../dataset/sparse-matrix.ts';
import { checkHistory, checkItem, checkScores } from './check-indices.ts';
import type { FitContext, History, Model, ScoredItem, Tensor, Trainer } from './model.ts';
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

  score(history: History, out: Float32Array): void {
    checkHistory(history, this.itemCount);
    checkScores(out, this.itemCount);
    out.set(this.#popularity);
  }

  contributions(history: History, item: number): Float32Array {
    checkHistory(history, this.itemCount);
    checkItem(item, this.itemCount);
    return new Float32Array(history.items.length);
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
