import { stat } from 'node:fs/promises';
import type { Dataset } from '../../models/dataset/dataset.ts';
import { IdMap } from '../../models/dataset/id-map.ts';
import type { InteractionLine } from '../../models/dataset/interaction-line.ts';
import { InteractionsBuilder } from '../../models/dataset/interactions-builder.ts';
import { splitRandomly } from '../../models/evaluation/random-split.ts';
import { fingerprintOf, testSetOf } from '../../models/evaluation/test-set.ts';
import { UsageError } from '../../services/errors.ts';
import { detached } from '../../services/training-data/copy-rows.ts';
import { findInteractionFile, readInteractionFile } from './interaction-files.ts';
import type { HeldOut, TrainingData, TrainingSource, Validation } from './training-source.ts';

/** The share of each user's items that is cut out for validation where no cut is given. */
const validationShare = 0.1;

/** The ids of one folder. An item that training does not know gets an index past its items. */
class FolderIds {
  readonly users = new IdMap();
  readonly items = new IdMap();
  readonly unseenItems = new IdMap();

  userIndex(id: string): number {
    return this.users.indexOf(id) ?? this.users.add(detached(id));
  }

  trainingItem(id: string): number {
    return this.items.indexOf(id) ?? this.items.add(detached(id));
  }

  itemIndex(id: string): number {
    return this.items.indexOf(id) ?? this.items.size + this.unseenItem(id);
  }

  unseenItem(id: string): number {
    return this.unseenItems.indexOf(id) ?? this.unseenItems.add(detached(id));
  }

  /** @throws Error for an item that training does not know */
  knownItem(id: string): number {
    const index = this.items.indexOf(id);
    if (index === undefined) throw new Error(`item ${id} is not in train, which fit is a part of`);
    return index;
  }
}

/**
 * A folder with `train`, and optionally `test`, and `fit` with `valid` (a cut of `train`), each
 * `.txt` or `.txt.gz` with a line a user: `user item item …`. Without `fit` and `valid`, a tenth of
 * each user's items is cut out of `train` at random with the seed.
 */
export function folderSource(folder: string): TrainingSource {
  return {
    name: folder,
    load: (seed, signal, isChosen = true) => loadFolder(folder, seed, signal, isChosen),
  };
}

async function loadFolder(
  folder: string,
  seed: number,
  signal: AbortSignal,
  isChosen: boolean,
): Promise<TrainingData> {
  const paths = await findFiles(folder);
  const ids = new FolderIds();
  const train = await readPart(paths.train, ids, signal, (id) => ids.trainingItem(id));
  if (train.size === 0) throw new UsageError(`${paths.train} has no interactions`);
  const test = paths.test ? await readPart(paths.test, ids, signal) : undefined;
  if (test?.size === 0) throw new UsageError(`${paths.test} has no interactions`);
  const cut = isChosen ? await readCut(paths, ids, signal) : undefined;

  const { users, items } = ids;
  const datasetOf = (part: InteractionsBuilder): Dataset => {
    return { users, items, interactions: part.build(users.size, items.size) };
  };
  const dataset = datasetOf(train);
  const givenCut = (fit: InteractionsBuilder, valid: InteractionsBuilder): Validation => {
    return { dataset: datasetOf(fit), test: testSetOf(valid.build(users.size)), kind: 'given' };
  };
  return {
    dataset,
    window: { from: null, to: null },
    ...(isChosen && {
      validation: cut ? givenCut(cut.fit, cut.valid) : randomValidation(dataset, seed),
    }),
    ...(test && { heldOut: heldOutOf(test, ids) }),
  };
}

/** The cut of training to choose settings on; undefined where the folder has none. */
async function readCut(
  { fit, valid }: { readonly fit: string | undefined; readonly valid: string | undefined },
  ids: FolderIds,
  signal: AbortSignal,
) {
  if (!fit || !valid) return undefined;
  return {
    fit: await readPart(fit, ids, signal, (id) => ids.knownItem(id)),
    valid: await readPart(valid, ids, signal),
  };
}

function heldOutOf(test: InteractionsBuilder, ids: FolderIds): HeldOut {
  const set = testSetOf(test.build(ids.users.size));
  const split = {
    kind: 'given' as const,
    fingerprint: fingerprintOf(set, ids, ids.unseenItems),
    users: set.users.length,
    interactions: set.relevant.indices.length,
  };
  return { test: set, unseenItems: ids.unseenItems, split };
}

/** A tenth of each user's items, at random with the seed. */
export function randomValidation(dataset: Dataset, seed: number): Validation {
  const { train, test } = splitRandomly(dataset.interactions, validationShare, seed);
  return { dataset: { ...dataset, interactions: train }, test, kind: 'random' };
}

async function findFiles(folder: string) {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new UsageError(`${folder} is not a folder`);
  const [train, test, fit, valid] = await Promise.all(
    ['train', 'test', 'fit', 'valid'].map((name) => findInteractionFile(folder, name)),
  );
  if (!train) throw new UsageError(`${folder} has no train.txt and no train.txt.gz`);
  if (!fit !== !valid) {
    throw new UsageError(`${folder} has ${fit ?? valid} alone; fit and valid go together`);
  }
  return { train, test, fit, valid };
}

async function readPart(
  path: string,
  ids: FolderIds,
  signal: AbortSignal,
  itemIndex = (id: string) => ids.itemIndex(id),
): Promise<InteractionsBuilder> {
  const builder = new InteractionsBuilder();
  const take = ({ user, items }: InteractionLine) => {
    const index = ids.userIndex(user);
    for (const item of items) builder.add(index, itemIndex(item));
  };
  await readInteractionFile(path, take, signal);
  return builder;
}
