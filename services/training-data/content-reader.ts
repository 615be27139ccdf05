import type { FeatureSpec } from '../../models/content/content-features.ts';
import { itemFeatures, userFeatures } from '../../models/content/content-features.ts';
import { type FeatureBags, FeatureBagsBuilder } from '../../models/content/feature-bags.ts';
import type { IdMap } from '../../models/dataset/id-map.ts';
import type { Transaction } from '../database/transaction.ts';
import { readItemContents, readUserContents } from './content-store.ts';

/** What is known of the items and users of a dataset, as features. */
export interface ContentBags {
  /** A row for each item. */
  readonly items: FeatureBags;
  /** A row for each user; one without a profile, or with the switch off, has no features. */
  readonly users: FeatureBags;
}

/** Reads the features of the items and users that are known; others are passed over. */
export async function readContent(
  transaction: Transaction,
  { items, users }: { readonly items: IdMap; readonly users: IdMap },
  spec: FeatureSpec,
  signal?: AbortSignal,
): Promise<ContentBags> {
  const ofItems = new FeatureBagsBuilder();
  const takeItem: Parameters<typeof readItemContents>[1] = (id, content) => {
    const index = items.indexOf(id);
    if (index !== undefined) ofItems.add(index, itemFeatures(content, spec));
  };
  await readItemContents(transaction, takeItem, signal);
  return {
    items: ofItems.build(items.size),
    users: await readProfiles(transaction, users, spec, signal),
  };
}

/** The features of the users that are known: a row for each, empty without a profile. */
export async function readProfiles(
  transaction: Transaction,
  users: IdMap,
  spec: FeatureSpec,
  signal?: AbortSignal,
): Promise<FeatureBags> {
  const bags = new FeatureBagsBuilder();
  const take: Parameters<typeof readUserContents>[1] = (id, content) => {
    const index = users.indexOf(id);
    if (index !== undefined) bags.add(index, userFeatures(content, spec));
  };
  await readUserContents(transaction, take, signal);
  return bags.build(users.size);
}
