import { seededRandom } from '../dataset/seeded-random.ts';
import { countByColumn, rowOf } from '../dataset/sparse-matrix.ts';
import type { AlsModel } from '../recommenders/als-model.ts';
import type { ContentDataset } from './content-dataset.ts';
import { historySignals } from './content-encoder.ts';
import { addBag, type FeatureBags } from './feature-bags.ts';
import type { FeatureDraw, SparseTable } from './sparse-table.ts';
import type { TowersConfig } from './towers-config.ts';
import type { TowersBatch, TowersUnits } from './towers-graph.ts';

export interface TowersTables {
  readonly items: SparseTable;
  readonly users: SparseTable;
}

/** What a sampler draws from. */
export interface SamplerSource {
  readonly data: ContentDataset;
  readonly als: AlsModel;
  /** items × dimensions: what the ridge regression makes of each item's content. */
  readonly ridge: Float32Array;
  /** 1: neither target nor negative nor history of any example. */
  readonly heldOut: Uint8Array;
  readonly units: TowersUnits;
}

/** A batch with what its sums were made of, for the way back. */
export interface DrawnBatch {
  readonly batch: TowersBatch;
  /** One a column; empty for an item that is met as its factor. */
  readonly items: readonly FeatureDraw[];
  /** One a row. */
  readonly profiles: readonly FeatureDraw[];
}

const noFeatures: FeatureDraw = { buckets: new Uint32Array(0), weights: new Float32Array(0) };
/** exp(−1e9) is 0. */
const ruledOut = -1e9;
/** Steps after which the recent items' embeddings are made anew. */
const refreshEvery = 50;

/**
 * Draws the examples of the towers: pairs of the interactions in an order of their own each epoch,
 * with the others of the batch and evenly drawn items as negatives. log q is the logarithm of how
 * often an item is met in a batch, in either way (Yi et al. 2019; mixed negatives as Yang et al.
 * 2020), so that an item is not pushed down for being popular.
 */
export class TowersSampler {
  readonly #source: SamplerSource;
  readonly #config: TowersConfig;
  readonly #tables: TowersTables;
  readonly #random: () => number;
  /** Positions in the interactions, and the user of each. */
  readonly #pairs: Uint32Array;
  readonly #users: Uint32Array;
  readonly #items: Uint32Array;
  readonly #logFrequency: Float32Array;
  readonly #own: Uint8Array;
  readonly #embeddings: Float32Array;
  #from = 0;
  #batches = 0;

  constructor(source: SamplerSource, config: TowersConfig, tables: TowersTables, seed: number) {
    this.#source = source;
    this.#config = config;
    this.#tables = tables;
    this.#random = seededRandom(seed);
    const { interactions } = source.data;
    const pairs: number[] = [];
    const users: number[] = [];
    for (let user = 0; user < interactions.rows; user++) {
      for (let at = interactions.indptr[user]!; at < interactions.indptr[user + 1]!; at++) {
        if (source.heldOut[interactions.indices[at]!] === 1) continue;
        pairs.push(at);
        users.push(user);
      }
    }
    this.#pairs = Uint32Array.from(pairs);
    this.#users = Uint32Array.from(users);
    const counts = countByColumn(interactions);
    this.#items = Uint32Array.from(counts.keys()).filter(
      (item) => counts[item]! > 0 && source.heldOut[item] === 0,
    );
    const even = config.evenNegatives / Math.max(1, this.#items.length);
    this.#logFrequency = Float32Array.from(counts, (count) =>
      Math.log((config.batch * count) / this.#pairs.length + even + 1e-12),
    );
    this.#own = new Uint8Array(interactions.columns);
    this.#embeddings = new Float32Array(interactions.columns * config.embedding);
  }

  /** Whole batches an epoch. */
  get steps(): number {
    return Math.floor(this.#pairs.length / this.#config.batch);
  }

  /** Begins an epoch: another order. */
  shuffle(): void {
    this.#from = 0;
    for (let last = this.#pairs.length - 1; last > 0; last--) {
      const other = Math.floor(this.#random() * (last + 1));
      for (const values of [this.#pairs, this.#users]) {
        const held = values[last]!;
        values[last] = values[other]!;
        values[other] = held;
      }
    }
  }

  next(): DrawnBatch {
    if (this.#batches++ % refreshEvery === 0) this.#refresh();
    const { batch: rows, evenNegatives, embedding } = this.#config;
    const { interactions } = this.#source.data;
    const { dimensions } = this.#source.units;
    const columns = rows + evenNegatives;
    const from = this.#from;
    this.#from += rows;
    const targets = Uint32Array.from({ length: columns }, (_, column) =>
      column < rows ? interactions.indices[this.#pairs[from + column]!]! : this.#evenItem(),
    );
    const batch = {
      rows,
      columns,
      items: new Float32Array(columns * embedding),
      itemBase: new Float32Array(columns * dimensions),
      asContent: new Float32Array(columns),
      profiles: new Float32Array(rows * embedding),
      histories: new Float32Array(rows * (embedding + dimensions + 2)),
      userBase: new Float32Array(rows * dimensions),
      offsets: new Float32Array(rows * columns),
    };
    const items = Array.from(targets, (item, column) => this.#drawItem(batch, column, item));
    const profiles: FeatureDraw[] = [];
    for (let row = 0; row < rows; row++) {
      const user = this.#users[from + row]!;
      profiles.push(this.#drawUser(batch, row, user));
      this.#drawHistory(batch, row, user, targets[row]!);
      this.#offset(batch.offsets, row, user, targets);
    }
    return { batch, items, profiles };
  }

  #evenItem(): number {
    return this.#items[Math.floor(this.#random() * this.#items.length)]!;
  }

  #drawItem(batch: TowersBatch, column: number, item: number): FeatureDraw {
    const { data, als, ridge, units } = this.#source;
    const { dimensions } = units;
    const isKnown = this.#random() < this.#config.knownShare;
    const vectors = isKnown ? als.parameters.itemFactors : ridge;
    const vector = vectors.subarray(item * dimensions, (item + 1) * dimensions);
    batch.itemBase.set(vector, column * dimensions);
    if (isKnown) return noFeatures;
    batch.asContent[column] = 1;
    const features = this.#drop(data.itemBags, item);
    this.#tables.items.addSum(batch.items, column * this.#config.embedding, features);
    return features;
  }

  #drawUser(batch: TowersBatch, row: number, user: number): FeatureDraw {
    const features = this.#drop(this.#source.data.userBags, user);
    this.#tables.users.addSum(batch.profiles, row * this.#config.embedding, features);
    return features;
  }

  /** What the user did without the target, or nothing, as a new user has. */
  #drawHistory(batch: TowersBatch, row: number, user: number, target: number): void {
    const { data, heldOut, units } = this.#source;
    const { embedding, newUserShare } = this.#config;
    const { dimensions, userUnit } = units;
    if (this.#random() < newUserShare) return;
    const all = rowOf(data.interactions, user).indices;
    const others = all.filter((item) => item !== target && heldOut[item] === 0);
    if (others.length === 0) return;
    const folded = this.#fold(others);
    batch.userBase.set(folded, row * dimensions);
    const start = row * (embedding + dimensions + 2);
    const recent = this.#sample(others);
    for (const item of recent) {
      for (let n = 0; n < embedding; n++) {
        batch.histories[start + n]! += this.#embeddings[item * embedding + n]! / recent.length;
      }
    }
    for (let n = 0; n < dimensions; n++) {
      batch.histories[start + embedding + n] = folded[n]! / userUnit;
    }
    batch.histories.set(historySignals(others.length), start + embedding + dimensions);
  }

  /** Without the target: with it, the towers would learn to read it out again. */
  #fold(items: Uint32Array): Float32Array {
    return this.#source.als.foldIn({ items, weights: new Float32Array(items.length).fill(1) });
  }

  /** As many as are looked at when serving, drawn evenly: a dataset has no times. */
  #sample(items: Uint32Array): Uint32Array {
    const { recent } = this.#config;
    if (items.length <= recent) return items;
    const drawn = items.slice();
    for (let n = 0; n < recent; n++) {
      const other = n + Math.floor(this.#random() * (drawn.length - n));
      const held = drawn[n]!;
      drawn[n] = drawn[other]!;
      drawn[other] = held;
    }
    return drawn.subarray(0, recent);
  }

  /** A column that the user has taken is no negative of theirs. */
  #offset(offsets: Float32Array, row: number, user: number, targets: Uint32Array): void {
    const { indices } = rowOf(this.#source.data.interactions, user);
    for (const item of indices) this.#own[item] = 1;
    const start = row * targets.length;
    for (let column = 0; column < targets.length; column++) {
      const item = targets[column]!;
      const isOther = column !== row && this.#own[item] === 1;
      offsets[start + column] = isOther ? ruledOut : -this.#logFrequency[item]!;
    }
    for (const item of indices) this.#own[item] = 0;
  }

  /** The features that this step sees. */
  #drop({ indptr, buckets, weights }: FeatureBags, row: number): FeatureDraw {
    const kept: number[] = [];
    for (let at = indptr[row] ?? 0; at < (indptr[row + 1] ?? 0); at++) {
      if (this.#random() >= this.#config.dropout) kept.push(at);
    }
    return {
      buckets: Uint32Array.from(kept, (at) => buckets[at]!),
      weights: Float32Array.from(kept, (at) => weights[at]!),
    };
  }

  #refresh(): void {
    const { embedding } = this.#config;
    const { itemBags } = this.#source.data;
    this.#embeddings.fill(0);
    for (let item = 0; item < itemBags.rows; item++) {
      const out = this.#embeddings.subarray(item * embedding, (item + 1) * embedding);
      addBag(out, this.#tables.items.values, itemBags, item);
    }
  }
}
