import type { ManifestMetrics, SplitDescription } from '../../models/artifact/manifest.ts';
import type { ContentEncoder } from '../../models/content/content-encoder.ts';
import type { FeatureBags } from '../../models/content/feature-bags.ts';
import { withNewUsers } from '../../models/content/new-user-lists.ts';
import type { EventWeights } from '../../models/dataset/event-weights.ts';
import type { IdMap } from '../../models/dataset/id-map.ts';
import { measure } from '../../models/evaluation/evaluate-model.ts';
import { recommendAll } from '../../models/evaluation/recommend-all.ts';
import type { TestSet } from '../../models/evaluation/test-set.ts';
import type { FitProgress } from '../../models/recommenders/model.ts';
import type { TrainedModel } from '../../models/recommenders/model-codec.ts';
import type { Database } from '../database/database.ts';
import { InvalidInputError } from '../errors.ts';
import { readProfiles } from './content-reader.ts';
import { SplitIds } from './split-ids.ts';
import {
  readTimeSplit,
  type SplitWeights,
  type TimeCut,
  type TimeSplitData,
} from './time-split-reader.ts';

const dayLength = 86_400_000;

/** A split in time as a manifest has it. */
export interface TimeSplitDescription {
  /** ISO 8601, UTC. */
  readonly cutoff: string;
  readonly testDays: number;
}

export interface EvaluationOptions {
  /** How many items each user gets. */
  readonly k: number;
  /** Of the bootstrap. */
  readonly seed: number;
  readonly threads?: number;
  /** See `SplitWeights`; those of the model unless given. */
  readonly testWeights?: EventWeights | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
}

/**
 * Measures a fitted model on a split in time of the events in the database, whatever it was itself
 * measured on: what users did before the cutoff is their history, what they wanted in the days from
 * it on is the test. Two models measured on the same split have the same fingerprint, however many
 * items each of them knows, unless events of that time came in between.
 *
 * A model that was fitted on events after the cutoff (its manifest's `data.to`) has seen some of
 * the answers; the caller sees to that.
 *
 * @throws InvalidInputError when nobody wanted anything in the test's days
 */
export async function evaluateOnSplit(
  database: Database,
  { model, items, content, weights }: TrainedModel & Pick<SplitWeights, 'weights'>,
  split: TimeSplitDescription,
  { k, seed, threads, testWeights, signal, onProgress }: EvaluationOptions,
): Promise<ManifestMetrics> {
  const { interactions, test, description, ids } = await readSplitFor(
    database,
    items,
    split,
    signal,
    { ...(weights && { weights }), ...(testWeights && { testWeights }) },
  );
  const ranked = await recommendAll(model, interactions, test.users, {
    limit: k,
    ...(threads !== undefined && { threads }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const recommendations = content
    ? withNewUsers(
        ranked,
        test.users,
        interactions,
        model,
        content,
        await profilesOf(database, content, ids, signal),
      )
    : ranked;
  const { metrics } = measure(recommendations, test, interactions, seed);
  return { split: description, ...metrics };
}

function profilesOf(
  database: Database,
  { parameters }: ContentEncoder,
  { users }: SplitIds,
  signal?: AbortSignal,
): Promise<FeatureBags> {
  return database.transaction((transaction) =>
    readProfiles(transaction, users, parameters, signal),
  );
}

/** A split in the indices of one model's items. */
export interface SplitForItems extends TimeSplitData {
  readonly ids: SplitIds;
  readonly description: SplitDescription;
}

/**
 * Reads a split in time of the events in the database for a model that knows these items.
 *
 * @throws InvalidInputError when nobody wanted anything in the test's days
 */
export async function readSplitFor(
  database: Database,
  items: IdMap,
  split: TimeSplitDescription,
  signal?: AbortSignal,
  weights: SplitWeights = {},
): Promise<SplitForItems> {
  const ids = new SplitIds(items);
  const cut = cutOf(split);
  const { interactions, test } = await database.transaction(
    (transaction) => readTimeSplit(transaction, cut, ids, signal, weights),
    'repeatable read',
  );
  if (test.users.length === 0) {
    throw new InvalidInputError(
      `no test events in the ${split.testDays} days from ${split.cutoff}`,
    );
  }
  return { interactions, test, ids, description: describeTimeSplit(split, test, ids) };
}

export function cutOf({ cutoff, testDays }: TimeSplitDescription): TimeCut {
  const at = Date.parse(cutoff);
  return { at, until: at + testDays * dayLength };
}

/** The split as a manifest has it, with the size and the fingerprint of its test. */
export function describeTimeSplit(
  { cutoff, testDays }: TimeSplitDescription,
  test: TestSet,
  ids: SplitIds,
): SplitDescription {
  return {
    kind: 'time',
    cutoff,
    testDays,
    fingerprint: ids.fingerprintOf(test),
    users: test.users.length,
    interactions: test.relevant.indices.length,
  };
}
