import type { SparseMatrix } from '../../models/dataset/sparse-matrix.ts';
import { type UserMetrics, userMetrics } from '../../models/evaluation/ranking-metrics.ts';
import { testSetOf } from '../../models/evaluation/test-set.ts';
import { createAlsTrainer } from '../../models/recommenders/als.ts';
import type { AlsModel } from '../../models/recommenders/als-model.ts';
import { recommendMany } from '../../models/recommenders/als-recommend.ts';
import { datasetOf, readPart } from './gowalla.ts';
import { type ImplicitSettings, implicitLists } from './implicit.ts';

const k = 20;

export interface Quality {
  readonly recall: number;
  readonly ndcg: number;
}

/** What is tuned: everything else is the default of each package. */
export interface OurSettings {
  readonly dimensions: number;
  readonly epochs: number;
  readonly unobservedWeight: number;
  readonly regularisation: number;
}

/** Fits ours to one part and measures on another, all items ranked that are not in the first. */
export async function ourQuality(
  folder: string,
  [train, test]: readonly [string, string],
  settings: OurSettings,
): Promise<Quality> {
  const interactions = readPart(folder, train);
  const trainer = createAlsTrainer({ ...settings, threads: 2 });
  const model = (await trainer.fit(datasetOf(interactions), { seed: 1 })) as AlsModel;
  return measure(await listsOf(model, interactions), readPart(folder, test));
}

export async function implicitQuality(
  python: string,
  folder: string,
  [train, test]: readonly [string, string],
  settings: ImplicitSettings,
): Promise<Quality> {
  return measure(await implicitLists(python, folder, train, settings), readPart(folder, test));
}

/** The lists of every user: users × K. */
export async function listsOf(model: AlsModel, interactions: SparseMatrix): Promise<Uint32Array> {
  const options = { limit: k, excludeHistory: true, threads: 2 };
  return (await recommendMany(model, interactions, options)).items;
}

/** @param lists users × K */
export function measure(lists: Uint32Array, heldOut: SparseMatrix): Quality {
  const { recall, ndcg } = metricsOfUsers(lists, heldOut);
  return { recall: mean(recall), ndcg: mean(ndcg) };
}

/** @param lists users × K */
export function metricsOfUsers(lists: Uint32Array, heldOut: SparseMatrix): UserMetrics {
  const test = testSetOf(heldOut);
  const items = new Uint32Array(test.users.length * k);
  for (const [at, user] of test.users.entries()) {
    items.set(lists.subarray(user * k, (user + 1) * k), at * k);
  }
  return userMetrics({ items, limit: k }, test, new Uint32Array(heldOut.columns));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
