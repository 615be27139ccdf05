import { z } from 'zod';
import { ArtifactError } from '../../models/artifact/artifact.ts';
import type { EventWeights } from '../../models/dataset/event-weights.ts';
import { IdMap } from '../../models/dataset/id-map.ts';
import type { Recommendations } from '../../models/evaluation/ranking-metrics.ts';
import { noItem } from '../../models/recommenders/top-items.ts';
import type { ActiveModel } from '../../services/model-registry/model-publisher.ts';
import { whyUnfair } from '../../services/model-registry/publication-gate.ts';
import type { SplitForItems } from '../../services/training-data/evaluate-on-split.ts';
import type { SplitWeights } from '../../services/training-data/time-split-reader.ts';
import type { RunOptions } from './choose-settings.ts';
import { type Contender, contenderOf } from './contenders.ts';
import { withProgress } from './progress.ts';
import { rankInThreads } from './rank-in-threads.ts';
import type { Shop } from './shop.ts';
import type { HeldOut, TrainingData } from './training-source.ts';

/** The active version on the test of another model. */
export interface ActiveOnTest {
  readonly version: string;
  readonly kind: string;
  readonly created: string;
  readonly contender: Contender;
  /** Ids past the dataset's items: the test's unseen ones, then those that only this version has. */
  readonly otherItems: IdMap;
  /** Why its figures must not be compared; its lists may be all the same. */
  readonly unfair: string | undefined;
}

/**
 * Ranks for the test users by the active version, from what was known of them at the same cutoff.
 *
 * @returns why there is nothing to compare with, where there is nothing
 */
export async function rankByActive(
  shop: Shop | undefined,
  data: TrainingData,
  heldOut: HeldOut | undefined,
  options: RunOptions,
): Promise<ActiveOnTest | string> {
  if (!shop) return 'The data is a folder, and versions are active in a database only.';
  const active = await readActive(shop);
  if (typeof active === 'string') return active;
  if (!active) return 'No version is active yet: this model would be the first one.';
  const { cutoff, testDays } = heldOut?.split ?? {};
  if (!heldOut || cutoff === undefined || testDays === undefined) {
    return `Nothing was held out, so that the active ${active.manifest.version} cannot be measured beside it.`;
  }
  const split = { cutoff, testDays };
  const { items, weights } = active.model;
  const own = await shop.splitFor(items, split, splitWeights(weights, data), options.signal);
  if (own.description.fingerprint !== heldOut.split.fingerprint) {
    return `Events of the test's days came in while the model was trained: the active ${active.manifest.version} cannot be measured on the same test.`;
  }
  return onTest(active, own, data, heldOut, cutoff, options);
}

/** Each model has the history that it is served with, and both the same test. */
function splitWeights(own: EventWeights | undefined, { weights }: TrainingData): SplitWeights {
  return { ...(own && { weights: own }), ...(weights && { testWeights: weights }) };
}

/** One that cannot be read is a reason not to compare, not to fail. */
async function readActive(shop: Shop): Promise<ActiveModel | string | undefined> {
  try {
    return await shop.activeModel();
  } catch (error) {
    const isUnreadable =
      error instanceof ArtifactError || error instanceof TypeError || error instanceof z.ZodError;
    if (!isUnreadable) throw error;
    return `The active version cannot be read: ${error.message}`;
  }
}

async function onTest(
  { manifest, model: { model, items } }: ActiveModel,
  own: SplitForItems,
  data: TrainingData,
  heldOut: HeldOut,
  cutoff: string,
  { k, seed, threads, signal, progress }: RunOptions,
): Promise<ActiveOnTest> {
  const label = 'ranking for the test users (active version)';
  const ranked = await withProgress(progress, label, (onProgress) =>
    rankInThreads(model, own.interactions, usersAs(own, data, heldOut), {
      limit: k,
      threads,
      signal,
      onProgress,
    }),
  );
  const otherItems = new IdMap(heldOut.unseenItems.ids());
  const lists = translated(ranked, items, data.dataset.items, otherItems);
  const { version, kind, created } = manifest;
  return {
    version,
    kind,
    created,
    contender: contenderOf('active version', 'active', lists, data, heldOut, seed),
    otherItems,
    unfair: whyUnfair(manifest, cutoff, 'the test'),
  };
}

/** The test users in their order, by the indices of the other reading. */
function usersAs(own: SplitForItems, { dataset }: TrainingData, { test }: HeldOut): Uint32Array {
  return test.users.map((user) => own.ids.users.indexOf(dataset.users.idOf(user)) ?? noItem);
}

/** The same lists by the indices of `items`, and past those of `others`, which grows as needed. */
function translated(
  { limit, items: list }: Recommendations,
  from: IdMap,
  items: IdMap,
  others: IdMap,
): Recommendations {
  const index = Uint32Array.from(from.ids(), (id) => items.indexOf(id) ?? noItem);
  const translate = (item: number): number => {
    if (item === noItem) return noItem;
    const known = index[item] ?? noItem;
    return known === noItem ? items.size + others.add(from.idOf(item)) : known;
  };
  return { limit, items: list.map(translate) };
}
