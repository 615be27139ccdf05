import { usualSpec } from '../../models/content/content-features.ts';
import type { Dataset } from '../../models/dataset/dataset.ts';
import { type EventWeights, eventWeights } from '../../models/dataset/event-weights.ts';
import { resized } from '../../models/dataset/sparse-matrix.ts';
import type { Database } from '../../services/database/database.ts';
import type { Transaction } from '../../services/database/transaction.ts';
import { UsageError } from '../../services/errors.ts';
import { readContent } from '../../services/training-data/content-reader.ts';
import {
  cutOf,
  describeTimeSplit,
  type TimeSplitDescription,
} from '../../services/training-data/evaluate-on-split.ts';
import { SplitIds } from '../../services/training-data/split-ids.ts';
import {
  readTimeSplit,
  type TimeSplitData,
} from '../../services/training-data/time-split-reader.ts';
import { trainableSpan } from '../../services/training-data/training-store.ts';
import { randomValidation } from './folder-source.ts';
import type { TrainingData, TrainingSource, Validation } from './training-source.ts';

export interface DatabaseSourceOptions {
  /** The last days of events, held out to measure on; 0: none, all events are trained on. */
  readonly testDays: number;
  /** Of events; the defaults unless given. */
  readonly weights?: EventWeights;
}

const dayLength = 86_400_000;
/** Days to choose settings on where none are held out to measure on. */
const usualDays = 7;
/** Fewer validation users than this choose by chance. */
const fewestValidationUsers = 30;

/**
 * The events of the database. Time decides: what is trained on is before the cutoff, `testDays`
 * before the last event, and what is measured on is after it. Settings are chosen on as many days
 * before the cutoff, or on a tenth of each user's items when those days hold too little.
 */
export function databaseSource(database: Database, options: DatabaseSourceOptions): TrainingSource {
  return {
    name: 'database',
    load: (seed, signal, isChosen = true) =>
      database.transaction(
        (transaction) => load(transaction, options, seed, signal, isChosen),
        'repeatable read',
      ),
  };
}

async function load(
  transaction: Transaction,
  { testDays, weights = eventWeights }: DatabaseSourceOptions,
  seed: number,
  signal: AbortSignal,
  isChosen: boolean,
): Promise<TrainingData> {
  const split = await lastDays(transaction, testDays, weights);
  const cut = cutOf(split);
  const window = await trainableSpan(transaction, weights, cut.at);
  if (window === undefined) {
    throw new UsageError(
      `the database has no events before ${split.cutoff} to train on; --test-days is ${testDays}`,
    );
  }
  const ids = new SplitIds();
  const { interactions, test } = await readTimeSplit(transaction, cut, ids, signal, {
    weights,
  });
  const days = testDays || usualDays;
  const before = { at: cut.at - days * dayLength, until: cut.at };
  const earlier = isChosen && (await readTimeSplit(transaction, before, ids, signal, { weights }));
  const { users, items } = ids;
  const sized = (matrix: typeof interactions) => resized(matrix, users.size, items.size);
  const dataset: Dataset = { users, items, interactions: sized(interactions) };
  if (dataset.interactions.indices.length === 0) {
    throw new UsageError(`nobody took an interest in anything before ${split.cutoff}`);
  }
  const validation = (found: TimeSplitData): Validation =>
    found.test.users.length >= fewestValidationUsers
      ? {
          dataset: { users, items, interactions: sized(found.interactions) },
          test: found.test,
          kind: 'time',
        }
      : randomValidation(dataset, seed);
  const content = await readContent(transaction, ids, usualSpec, signal);
  return {
    dataset,
    content,
    weights,
    window: { from: instant(window.first), to: instant(window.last) },
    ...(earlier && { validation: validation(earlier) }),
    ...(test.users.length > 0 && {
      heldOut: {
        test,
        unseenItems: ids.unseenItems,
        split: describeTimeSplit(split, test, ids),
      },
    }),
  };
}

/** The split whose test ends with the last event. */
async function lastDays(
  transaction: Transaction,
  testDays: number,
  weights: EventWeights,
): Promise<TimeSplitDescription> {
  const span = await trainableSpan(transaction, weights);
  if (span === undefined) {
    throw new UsageError('the database has no events to train on; import or simulate some first');
  }
  // Events are kept in microseconds, and the last one is still of the test.
  const end = span.last + 1;
  return { cutoff: instant(end - testDays * dayLength), testDays };
}

function instant(time: number): string {
  return new Date(time).toISOString();
}
