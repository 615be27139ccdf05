import { setImmediate } from 'node:timers/promises';
import type * as TensorFlow from '@tensorflow/tfjs';
import type { FitContext } from '../recommenders/model.ts';
import type { Towers } from './content-encoder.ts';
import { SparseTable } from './sparse-table.ts';
import type { TowersConfig } from './towers-config.ts';
import { TowersGraph, type TowersUnits } from './towers-graph.ts';
import { type DrawnBatch, type SamplerSource, TowersSampler } from './towers-sampler.ts';

export interface TowersTask extends Omit<SamplerSource, 'units'> {
  /** Of each table. */
  readonly buckets: number;
  /** How good the towers are on validation: higher is better. */
  readonly validate: (towers: Towers) => number;
}

export interface TrainedTowers {
  /** Of the best epoch; undefined where none was better than the ridge regression without them. */
  readonly towers: Towers | undefined;
  /** What `validate` said before the first epoch, and after each. */
  readonly scores: readonly number[];
  readonly losses: readonly number[];
}

const stepsBetweenPauses = 8;

/**
 * Trains the two towers: a user's and an item's vector meet in a softmax over the batch (see
 * TowersSampler), an item now as its ALS factor, now as its content, so that known and new items
 * can be ranked together in the space of the factors. Ends when validation has not gained for
 * `patience` epochs, and gives the towers of its best epoch.
 *
 * A step of the progress is a batch; its loss is the mean over the epoch so far.
 *
 * @param tf with its backend chosen; one backend gives the same bytes for the same seed
 * @throws the signal's reason when it is aborted
 */
export async function trainTowers(
  tf: typeof TensorFlow,
  config: TowersConfig,
  { buckets, validate, ...task }: TowersTask,
  { seed, onProgress, signal }: FitContext,
): Promise<TrainedTowers> {
  const units = unitsOf(task);
  const tables = {
    items: new SparseTable(buckets, config.embedding),
    users: new SparseTable(buckets, config.embedding),
  };
  const sampler = new TowersSampler({ ...task, units }, config, tables, seed);
  const graph = new TowersGraph(tf, config, units, seed);
  const snapshot = (): Towers => ({
    embedding: config.embedding,
    hidden: config.hidden,
    itemTable: tables.items.values.slice(),
    userTable: tables.users.values.slice(),
    ...graph.weights(),
    itemUnit: units.itemUnit,
    userUnit: units.userUnit,
    strength: 1,
  });
  const scores = [validate(snapshot())];
  const losses: number[] = [];
  const total = config.epochs * sampler.steps;
  let best: Towers | undefined;
  let bestEpoch = 0;
  try {
    for (let epoch = 1; epoch <= config.epochs; epoch++) {
      sampler.shuffle();
      let sum = 0;
      for (let step = 0; step < sampler.steps; step++) {
        if (step % stepsBetweenPauses === 0) await setImmediate();
        signal?.throwIfAborted();
        sum += learn(graph, tables, sampler.next(), config);
        const done = (epoch - 1) * sampler.steps + step + 1;
        onProgress?.({ done, total, loss: sum / (step + 1) });
      }
      losses.push(sum / sampler.steps);
      const towers = snapshot();
      scores.push(validate(towers));
      if (scores[epoch]! > Math.max(...scores.slice(0, epoch))) {
        best = towers;
        bestEpoch = epoch;
      }
      if (epoch - bestEpoch >= config.patience) break;
    }
  } finally {
    graph.dispose();
  }
  onProgress?.({ done: total, total });
  return { towers: best, scores, losses };
}

/** One step of everything; its loss. */
function learn(
  graph: TowersGraph,
  tables: { readonly items: SparseTable; readonly users: SparseTable },
  { batch, items, profiles }: DrawnBatch,
  { embedding, tableRate, decay }: TowersConfig,
): number {
  const gradients = graph.step(batch);
  // The loss is a mean over the rows: as a sum, its gradients are of order 1.
  const factor = batch.rows;
  items.forEach((draw, column) => {
    tables.items.addGradient(gradients.items, column * embedding, draw, factor);
  });
  profiles.forEach((draw, row) => {
    tables.users.addGradient(gradients.profiles, row * embedding, draw, factor);
  });
  tables.items.step(tableRate, decay);
  tables.users.step(tableRate, decay);
  return gradients.loss;
}

/** Users' vectors that the unit is taken from. */
const unitUsers = 1000;

function unitsOf({ als, data: { interactions } }: Omit<SamplerSource, 'units'>): TowersUnits {
  const { dimensions } = als;
  const folded: number[] = [];
  const apart = Math.max(1, Math.floor(interactions.rows / unitUsers));
  for (let user = 0; user < interactions.rows; user += apart) {
    const items = interactions.indices.subarray(
      interactions.indptr[user]!,
      interactions.indptr[user + 1]!,
    );
    if (items.length === 0) continue;
    folded.push(...als.foldIn({ items, weights: new Float32Array(items.length).fill(1) }));
  }
  return {
    dimensions,
    // As they come back from an artifact.
    itemUnit: Math.fround(rootMeanSquare(als.parameters.itemFactors)),
    userUnit: Math.fround(rootMeanSquare(folded)),
  };
}

/** Of the values that are not 0; 1 where all are. */
function rootMeanSquare(values: Iterable<number>): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === 0) continue;
    sum += value * value;
    count++;
  }
  return count === 0 ? 1 : Math.sqrt(sum / count);
}
