import type * as TensorFlow from '@tensorflow/tfjs';
import { countByColumn, rowOf } from '../dataset/sparse-matrix.ts';
import { meanNdcg } from '../evaluation/evaluate-model.ts';
import { sampleUsers } from '../evaluation/sample-users.ts';
import type { AlsModel } from '../recommenders/als-model.ts';
import type { FitContext } from '../recommenders/model.ts';
import type { ContentDataset } from './content-dataset.ts';
import { ContentEncoder, type EncoderParameters } from './content-encoder.ts';
import { type FoldedUsers, foldedUsers, type HiddenPart, rankHidden } from './content-ranking.ts';
import { applyLinear, fitRidge, type LinearMap, type RidgeOptions } from './ridge.ts';
import type { TowersConfig } from './towers-config.ts';
import { type TrainedTowers, trainTowers } from './train-towers.ts';

/** What is chosen on hidden items of the training part. */
export interface ContentChoice {
  /** λ of the ridge regressions. */
  readonly itemRegularisation: number;
  readonly userRegularisation: number;
  /** Epochs of the towers; 0: they do not beat the ridge regression, and there are none. */
  readonly epochs: number;
}

export interface ContentSettings {
  /** Hash buckets that the bags were made with. */
  readonly buckets: number;
  readonly towers: TowersConfig;
}

/** TensorFlow.js with its backend chosen; left out: no towers. */
export type TowersBackend = typeof TensorFlow | undefined;

const regularisations = [1, 10, 100, 1000, 10_000];
/** What an item or a user counts for in a ridge regression, at most: so many interactions. */
const mostWeight = 200;
const ridgeSize = { mostFeatures: 600, fewestRows: 3 };
/** Users that settings are compared on. */
const validationUsers = 3000;
const limit = 20;

export interface ChosenContent {
  readonly choice: ContentChoice;
  /** Validation NDCG@20 of the ridge regression at its best λ. */
  readonly ridge: number;
  readonly towers?: Pick<TrainedTowers, 'scores' | 'losses'>;
}

/** Chooses by NDCG@20 of the part's hidden items among themselves. */
export async function chooseContent(
  part: HiddenPart,
  als: AlsModel,
  settings: ContentSettings,
  tf: TowersBackend,
  context: FitContext,
): Promise<ChosenContent> {
  const sampled = { ...part, test: sampleUsers(part.test, validationUsers, context.seed) };
  const folded = foldedUsers(als, sampled);
  const ndcg = (encoder: ContentEncoder) =>
    ndcgOf(encoder, sampled, folded, settings, context.seed);
  const ridges = new Ridges(part.train, als, settings.buckets);
  // Of the user's λ, what it does for those without a history; where all have one, any will do.
  const itemRegularisation = best(regularisations, (lambda) =>
    ndcg(ridges.encoder(lambda, lambda)),
  );
  const nobody: FoldedUsers = () => new Float32Array(als.dimensions);
  const strangers = { ...sampled, train: withoutHistories(sampled.train) };
  const userRegularisation = best(regularisations, (lambda) =>
    ndcgOf(ridges.encoder(itemRegularisation, lambda), strangers, nobody, settings, context.seed),
  );
  const encoder = ridges.encoder(itemRegularisation, userRegularisation);
  const choice = { itemRegularisation, userRegularisation, epochs: 0 };
  const ridge = ndcg(encoder);
  if (!tf) return { choice, ridge };
  const heldOut = new Uint8Array(part.train.items.size);
  for (const item of part.hidden) heldOut[item] = 1;
  const task = {
    ...taskOf(part.train, als, encoder, settings),
    heldOut,
    validate: (towers: NonNullable<EncoderParameters['towers']>) =>
      ndcg(new ContentEncoder({ ...encoder.parameters, towers })),
  };
  const { scores, losses } = await trainTowers(tf, settings.towers, task, context);
  const [, ...trained] = scores;
  const highest = Math.max(...trained);
  const epochs = highest > ridge ? trained.indexOf(highest) + 1 : 0;
  return { choice: { ...choice, epochs }, ridge, towers: { scores, losses } };
}

/** Fits an encoder on all of a dataset with what was chosen. */
export async function fitContent(
  train: ContentDataset,
  als: AlsModel,
  choice: ContentChoice,
  settings: ContentSettings,
  tf: TowersBackend,
  context: FitContext,
): Promise<ContentEncoder> {
  const { itemRegularisation, userRegularisation, epochs } = choice;
  const ridges = new Ridges(train, als, settings.buckets);
  const encoder = ridges.encoder(itemRegularisation, userRegularisation);
  if (epochs === 0 || !tf) return encoder;
  let passed = 0;
  const task = {
    ...taskOf(train, als, encoder, settings),
    heldOut: new Uint8Array(train.items.size),
    // How many epochs are good is known: the last one is the best.
    validate: () => passed++,
  };
  const config = { ...settings.towers, epochs, patience: epochs };
  const { towers } = await trainTowers(tf, config, task, context);
  return towers ? new ContentEncoder({ ...encoder.parameters, towers }) : encoder;
}

function taskOf(
  train: ContentDataset,
  als: AlsModel,
  encoder: ContentEncoder,
  { buckets }: ContentSettings,
) {
  const ridge = new Float32Array(train.items.size * als.dimensions);
  for (let item = 0; item < train.items.size; item++) {
    ridge.set(applyLinear(encoder.parameters.itemMap, train.itemBags, item), item * als.dimensions);
  }
  return { data: train, als, buckets, ridge };
}

function ndcgOf(
  encoder: ContentEncoder,
  part: HiddenPart,
  folded: FoldedUsers,
  { towers: { recent } }: ContentSettings,
  seed: number,
): number {
  return meanNdcg(rankHidden(encoder, part, folded, { limit, seed, recent }), part.test);
}

/** Ridge regressions of content to ALS factors, each fitted once. */
class Ridges {
  readonly #train: ContentDataset;
  readonly #als: AlsModel;
  readonly #buckets: number;
  readonly #fitted = new Map<string, LinearMap>();
  #userTargets: Float32Array | undefined;

  constructor(train: ContentDataset, als: AlsModel, buckets: number) {
    this.#train = train;
    this.#als = als;
    this.#buckets = buckets;
  }

  encoder(ofItems: number, ofUsers: number): ContentEncoder {
    return new ContentEncoder({
      buckets: this.#buckets,
      dimensions: this.#als.dimensions,
      itemMap: this.#once(`items ${ofItems}`, () => this.#items(ofItems)),
      userMap: this.#once(`users ${ofUsers}`, () => this.#users(ofUsers)),
    });
  }

  #once(name: string, fit: () => LinearMap): LinearMap {
    const map = this.#fitted.get(name) ?? fit();
    this.#fitted.set(name, map);
    return map;
  }

  #items(regularisation: number): LinearMap {
    const counts = countByColumn(this.#train.interactions);
    const weights = Float32Array.from(counts, (count) => Math.min(count, mostWeight));
    const options: RidgeOptions = { regularisation, ...ridgeSize };
    return fitRidge(this.#train.itemBags, this.#als.parameters.itemFactors, weights, options);
  }

  /** Of the users with a history and a profile. */
  #users(regularisation: number): LinearMap {
    const { interactions, userBags } = this.#train;
    const { dimensions } = this.#als;
    this.#userTargets ??= foldAll(this.#als, this.#train);
    const weights = Float32Array.from({ length: interactions.rows }, (_, user) => {
      const has = (indptr: Uint32Array) => indptr[user + 1]! > indptr[user]!;
      return has(interactions.indptr) && has(userBags.indptr) ? 1 : 0;
    });
    if (weights.every((weight) => weight === 0)) return constantMap(dimensions);
    const options: RidgeOptions = { regularisation, ...ridgeSize };
    return fitRidge(userBags, this.#userTargets, weights, options);
  }
}

function constantMap(dimensions: number): LinearMap {
  const bias = new Float32Array(dimensions);
  return { buckets: new Uint32Array(0), rows: new Float32Array(0), bias };
}

function foldAll(als: AlsModel, { interactions }: ContentDataset): Float32Array {
  const out = new Float32Array(interactions.rows * als.dimensions);
  for (let user = 0; user < interactions.rows; user++) {
    const { indices, values } = rowOf(interactions, user);
    if (indices.length === 0) continue;
    out.set(als.foldIn({ items: indices, weights: values }), user * als.dimensions);
  }
  return out;
}

function withoutHistories(train: ContentDataset): ContentDataset {
  const { rows, columns } = train.interactions;
  const interactions = {
    rows,
    columns,
    indptr: new Uint32Array(rows + 1),
    indices: new Uint32Array(0),
    values: new Float32Array(0),
  };
  return { ...train, interactions };
}

function best(values: readonly number[], score: (value: number) => number): number {
  const scores = values.map(score);
  return values[scores.indexOf(Math.max(...scores))]!;
}
