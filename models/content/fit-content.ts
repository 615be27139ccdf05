import type * as TensorFlow from '@tensorflow/tfjs';
import { countByColumn, rowOf } from '../dataset/sparse-matrix.ts';
import { meanNdcg } from '../evaluation/evaluate-model.ts';
import { sampleUsers } from '../evaluation/sample-users.ts';
import type { AlsModel } from '../recommenders/als-model.ts';
import type { FitContext } from '../recommenders/model.ts';
import type { ContentDataset } from './content-dataset.ts';
import { type AppealWeights, ContentEncoder, type Towers } from './content-encoder.ts';
import { type FoldedUsers, foldedUsers, type HiddenPart, rankHidden } from './content-ranking.ts';
import { applyLinear, type LinearMap, RidgeProblem } from './ridge.ts';
import type { TowersConfig } from './towers-config.ts';
import { type TrainedTowers, trainTowers } from './train-towers.ts';

/** What is chosen on hidden items of the training part. */
export interface ContentChoice {
  /** λ of the ridge regressions. */
  readonly itemRegularisation: number;
  readonly userRegularisation: number;
  readonly appealRegularisation: number;
  readonly appeal: AppealWeights;
  /** See EncoderParameters; 0 until it has been chosen on users without a history. */
  readonly profileWeight: number;
  /** Epochs of the towers; 0: they do not beat the ridge regression, and there are none. */
  readonly epochs: number;
  /** What their corrections are multiplied by. */
  readonly strength: number;
}

export interface ContentSettings {
  /** Hash buckets that the bags were made with. */
  readonly buckets: number;
  readonly towers: TowersConfig;
}

/** TensorFlow.js with its backend chosen; left out: no towers. */
export type TowersBackend = typeof TensorFlow | undefined;

const regularisations = [1, 10, 100, 1000, 10_000];
/** From no say at all to nothing but the appeal; a score of ALS is mostly between 0 and 1. */
const appealWeights = [0, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 10];
/** The towers' corrections are noise for the most part; less of them may be more. */
const strengths = [0.1, 0.25, 0.5, 1];
const noAppeal: AppealWeights = { known: 0, new: 0 };
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
  /** What the towers came to, whether they were better or not. */
  readonly towers?: Pick<TrainedTowers, 'scores' | 'losses'> &
    Pick<ContentChoice, 'strength'> & { readonly epoch: number };
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
  const choice = chooseRidge(ridges, sampled, folded, (encoder, of, foldedOf) =>
    ndcgOf(encoder, of, foldedOf, settings, context.seed),
  );
  const encoder = ridges.encoder(choice);
  const ridge = ndcg(encoder);
  if (!tf) return { choice, ridge };
  const heldOut = new Uint8Array(part.train.items.size);
  const found: number[][] = [];
  for (const item of part.hidden) heldOut[item] = 1;
  const task = {
    ...taskOf(part.train, als, choice, settings),
    heldOut,
    validate: (towers: Towers) => {
      const scored = strengths.map((strength) =>
        ndcg(new ContentEncoder({ ...encoder.parameters, towers: { ...towers, strength } })),
      );
      found.push(scored);
      return Math.max(...scored);
    },
  };
  const { scores, losses } = await trainTowers(tf, settings.towers, task, context);
  const [, ...trained] = scores;
  const highest = Math.max(...trained);
  const epoch = trained.indexOf(highest) + 1;
  const strength = strengths[found[epoch]!.indexOf(highest)]!;
  const epochs = highest > ridge ? epoch : 0;
  const towers = { scores, losses, epoch, strength };
  return { choice: { ...choice, epochs, strength }, ridge, towers };
}

type Judge = (encoder: ContentEncoder, part: HiddenPart, folded: FoldedUsers) => number;

/**
 * One setting after the other: the items' λ by those who have a history, the users' λ as if nobody
 * had one, the appeal for both.
 */
function chooseRidge(
  ridges: Ridges,
  part: HiddenPart,
  folded: FoldedUsers,
  judge: Judge,
): ContentChoice {
  const strangers = { ...part, train: withoutHistories(part.train) };
  const nobody: FoldedUsers = () => new Float32Array(ridges.dimensions);
  let choice: ContentChoice = {
    itemRegularisation: 100,
    userRegularisation: 100,
    appealRegularisation: 10,
    appeal: noAppeal,
    profileWeight: 0,
    epochs: 0,
    strength: 1,
  };
  const ofKnown = (changed: Partial<ContentChoice>) =>
    judge(ridges.encoder({ ...choice, ...changed }), part, folded);
  const ofNew = (changed: Partial<ContentChoice>) =>
    judge(ridges.encoder({ ...choice, ...changed }), strangers, nobody);
  const itemRegularisation = best(regularisations, (value) =>
    ofKnown({ itemRegularisation: value }),
  );
  choice = { ...choice, itemRegularisation };
  const userRegularisation = best(regularisations, (value) => ofNew({ userRegularisation: value }));
  choice = { ...choice, userRegularisation };
  const onlyAppeal = { known: 10, new: 10 };
  const appealRegularisation = best(regularisations.slice(0, 3), (value) =>
    ofNew({ appealRegularisation: value, appeal: onlyAppeal }),
  );
  choice = { ...choice, appealRegularisation };
  const known = best(appealWeights, (value) => ofKnown({ appeal: { known: value, new: value } }));
  const ofStranger = best(appealWeights, (value) => ofNew({ appeal: { known, new: value } }));
  return { ...choice, appeal: { known, new: ofStranger } };
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
  const { epochs } = choice;
  const encoder = new Ridges(train, als, settings.buckets).encoder(choice);
  if (epochs === 0 || !tf) return encoder;
  let passed = 0;
  const task = {
    ...taskOf(train, als, choice, settings),
    heldOut: new Uint8Array(train.items.size),
    // How many epochs are good is known: the last one is the best.
    validate: () => passed++,
  };
  const config = { ...settings.towers, epochs, patience: epochs };
  const { towers } = await trainTowers(tf, config, task, context);
  if (!towers) return encoder;
  const weaker = { ...towers, strength: Math.fround(choice.strength) };
  return new ContentEncoder({ ...encoder.parameters, towers: weaker });
}

function taskOf(
  train: ContentDataset,
  als: AlsModel,
  { itemRegularisation }: ContentChoice,
  { buckets }: ContentSettings,
) {
  return { data: train, als, buckets, ridge: outOfFold(train, als, itemRegularisation) };
}

/** Parts of the items, each predicted from the others. */
const folds = 5;

/**
 * What the ridge regression makes of each item when it is fitted without it (items × dimensions):
 * what the towers correct in training has to be as wrong as what they will correct later.
 */
function outOfFold(train: ContentDataset, als: AlsModel, regularisation: number): Float32Array {
  const { itemFactors } = als.parameters;
  const out = new Float32Array(itemFactors.length);
  const all = itemWeights(train);
  for (let fold = 0; fold < folds; fold++) {
    const weights = all.map((weight, item) => (item % folds === fold ? 0 : weight));
    if (weights.every((weight) => weight === 0)) continue;
    const problem = new RidgeProblem(train.itemBags, itemFactors, weights, ridgeSize);
    const map = problem.solve(regularisation);
    for (let item = fold; item < train.items.size; item += folds) {
      out.set(applyLinear(map, train.itemBags, item), item * als.dimensions);
    }
  }
  return out;
}

function itemWeights({ interactions }: ContentDataset): Float32Array {
  return Float32Array.from(countByColumn(interactions), (count) => Math.min(count, mostWeight));
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

/** Ridge regressions of content to ALS factors, the sums and each solution made once. */
class Ridges {
  readonly #als: AlsModel;
  readonly #buckets: number;
  readonly #problems: Readonly<Record<'items' | 'users' | 'appeal', RidgeProblem | undefined>>;
  readonly #solved = new Map<string, LinearMap>();

  constructor(train: ContentDataset, als: AlsModel, buckets: number) {
    this.#als = als;
    this.#buckets = buckets;
    const counts = countByColumn(train.interactions);
    const met = Float32Array.from(counts, (count) => Math.min(count, 1));
    const { itemBags } = train;
    this.#problems = {
      items: new RidgeProblem(itemBags, als.parameters.itemFactors, itemWeights(train), ridgeSize),
      users: userProblem(train, als),
      // Every item counts the same.
      appeal: new RidgeProblem(itemBags, standardised(counts), met, ridgeSize),
    };
  }

  get dimensions(): number {
    return this.#als.dimensions;
  }

  encoder(choice: Omit<ContentChoice, 'epochs'>): ContentEncoder {
    const { appeal, profileWeight } = choice;
    const { dimensions } = this.#als;
    return new ContentEncoder({
      buckets: this.#buckets,
      dimensions,
      itemMap: this.#solve('items', choice.itemRegularisation, dimensions),
      userMap: this.#solve('users', choice.userRegularisation, dimensions),
      appealMap: this.#solve('appeal', choice.appealRegularisation, 1),
      appeal,
      profileWeight,
    });
  }

  #solve(name: 'items' | 'users' | 'appeal', value: number, outputs: number): LinearMap {
    const key = `${name} ${value}`;
    const known = this.#solved.get(key);
    const map = known ?? this.#problems[name]?.solve(value) ?? constantMap(outputs);
    this.#solved.set(key, map);
    return map;
  }
}

/** Of the users with a history and a profile; undefined where there are none. */
function userProblem(
  { interactions, userBags }: ContentDataset,
  als: AlsModel,
): RidgeProblem | undefined {
  const targets = new Float32Array(interactions.rows * als.dimensions);
  const weights = new Float32Array(interactions.rows);
  for (let user = 0; user < interactions.rows; user++) {
    const { indices, values } = rowOf(interactions, user);
    if (indices.length === 0 || userBags.indptr[user + 1]! === userBags.indptr[user]!) continue;
    weights[user] = 1;
    targets.set(als.foldIn({ items: indices, weights: values }), user * als.dimensions);
  }
  if (weights.every((weight) => weight === 0)) return undefined;
  return new RidgeProblem(userBags, targets, weights, ridgeSize);
}

/** Of those above 0. */
function standardised(counts: Uint32Array): Float32Array {
  const met = counts.filter((count) => count > 0);
  const mean = met.reduce((sum, count) => sum + count, 0) / Math.max(1, met.length);
  const squares = met.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, met.length)) || 1;
  return Float32Array.from(counts, (count) => (count - mean) / deviation);
}

function constantMap(dimensions: number): LinearMap {
  const bias = new Float32Array(dimensions);
  return { buckets: new Uint32Array(0), rows: new Float32Array(0), bias };
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
