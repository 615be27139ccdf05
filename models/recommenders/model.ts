import type { Dataset } from '../dataset/dataset.ts';
import type { IdMap } from '../dataset/id-map.ts';
import type { Moments } from './standard-scores.ts';

/** The recommenders that can be trained, evaluated and published. */
export type ModelKind =
  | 'popularity'
  | 'item-neighbours'
  | 'slim'
  | 'als'
  | 'spectral'
  | 'user-neighbours'
  | 'hybrid';

/** What one user did: dense item indices without repeats, each with a positive weight. */
export interface History {
  readonly items: Uint32Array;
  /** Same length as `items`. */
  readonly weights: Float32Array;
}

export interface ScoredItem {
  readonly item: number;
  readonly score: number;
}

/** A dense array with its shape, as it is kept in an artifact; row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint32Array | Uint8Array;
}

/**
 * A fitted recommender. It is immutable, knows items only by their dense index, and scores any
 * history: a user who was in the training data and one who was not go the same way, so that what
 * is evaluated offline is what answers online.
 */
export interface Model {
  readonly kind: ModelKind;
  readonly itemCount: number;
  /**
   * Prepares a history, once for everything that is asked about it (an ALS fold-in, a sum over the
   * rows of a graph). An empty history is allowed.
   *
   * @throws RangeError for an item out of range, or weights of another number than items
   */
  query(history: History): Query;
  /** The `limit` items nearest to `item`, best first, without `item` itself. */
  similar(item: number, limit: number): ScoredItem[];
  /** Everything that is needed to make this model again with its kind's `fromTensors`. */
  toTensors(): Record<string, Tensor>;
}

/**
 * What a model says about one history. Several may be open at a time; each is used on the thread
 * of its model. Higher scores are better. Items of the history are scored too; leaving them out is
 * the caller's choice.
 */
export interface Query {
  /** Writes the score of every item into `out` (length `itemCount`). */
  score(out: Float32Array): void;
  /** Adds `factor` · score of every item to `out` (length `itemCount`). */
  addScores(factor: number, out: Float32Array): void;
  /** Writes the scores of a few items: out[n] is, to the bit, what `score` gives items[n]. */
  scoreItems(items: Uint32Array, out: Float32Array): void;
  /** How the scores of the items that are not in the history lie. */
  moments(): Moments;
  /**
   * How much each item of the history adds to the score of `item`, in the order of
   * `history.items`: what a reason ("because you viewed …") is made from. All zero where the model
   * does not look at the history.
   */
  contributions(item: number): Float32Array;
}

export interface FitProgress {
  /** Steps done of `total`; a step is what the trainer counts (an ALS epoch, say). */
  readonly done: number;
  readonly total: number;
  /** The trainer's training loss where it has one. */
  readonly loss?: number;
  /** Which part of a model of several is being fitted. */
  readonly part?: string;
}

/** A fitted model and the ids of its items, as the start of another fit. */
export interface ParentModel {
  readonly model: Model;
  readonly items: IdMap;
}

export interface FitContext {
  /** All randomness of the fit comes from it. */
  readonly seed: number;
  /**
   * What the fit starts from: what the parent has learnt of an item need not be learnt again. A
   * trainer that has no use for a parent, or for one of its kind, starts anew.
   */
  readonly parent?: ParentModel;
  readonly onProgress?: (progress: FitProgress) => void;
  /** An aborted fit rejects with the signal's reason and leaves nothing behind. */
  readonly signal?: AbortSignal;
}

/** Learns a `Model` from a dataset. Configuration is the trainer's, given when it is made. */
export interface Trainer {
  readonly kind: ModelKind;
  fit(dataset: Dataset, context: FitContext): Promise<Model>;
}
