import type { FeatureSpec } from '../../models/content/content-features.ts';
import type { HiddenPart } from '../../models/content/content-ranking.ts';
import { confidenceOf, type EventWeights } from '../../models/dataset/event-weights.ts';
import { IdMap } from '../../models/dataset/id-map.ts';
import { InteractionsBuilder } from '../../models/dataset/interactions-builder.ts';
import type { SparseMatrix } from '../../models/dataset/sparse-matrix.ts';
import { drawItems, testAmong, withoutItems } from '../../models/evaluation/hide-items.ts';
import type { Transaction } from '../../services/database/transaction.ts';
import { UsageError } from '../../services/errors.ts';
import { readContent } from '../../services/training-data/content-reader.ts';
import { readItemContents } from '../../services/training-data/content-store.ts';
import { detached } from '../../services/training-data/copy-rows.ts';
import {
  readInterests,
  readPositives,
  trainableSpan,
} from '../../services/training-data/training-store.ts';

/** All events of the database, with items hidden altogether. */
export interface HiddenItemsData {
  /** To choose settings on: other items are hidden, and those of the test besides. */
  readonly validation: HiddenPart;
  readonly test: HiddenPart;
  /** The whole category path of each item, as one text. */
  readonly categories: readonly string[];
}

export interface HideOptions extends FeatureSpec {
  /** Which part of the items is hidden from training; `validationShare` more to choose settings on. */
  readonly share: number;
  readonly seed: number;
  readonly weights: EventWeights;
  readonly signal: AbortSignal;
}

/**
 * A few items make up most of what is wanted, so that a small part says more about which were drawn
 * than about the settings.
 */
export const validationShare = 0.3;

/**
 * Reads what users did at any time, and hides items drawn at random: what is measured is whether
 * those who wanted one of them would have been shown it on its first day, among all that are new.
 *
 * @param transaction repeatable read
 * @throws UsageError when there is too little to hide a part of
 */
export async function readHiddenItems(
  transaction: Transaction,
  { share, seed, weights, signal, ...spec }: HideOptions,
): Promise<HiddenItemsData> {
  const span = await trainableSpan(transaction, weights);
  if (span === undefined) throw new UsageError('the database has no events; import some first');
  const end = span.last + 1;
  const users = new IdMap();
  const items = new IdMap();
  const indexOf = (map: IdMap, id: string) => map.indexOf(id) ?? map.add(detached(id));
  const known = new InteractionsBuilder();
  await readInterests(
    transaction,
    end,
    weights,
    (user, item, sum) => known.add(indexOf(users, user), indexOf(items, item), confidenceOf(sum)),
    signal,
  );
  const wanted = new InteractionsBuilder();
  await readPositives(
    transaction,
    { from: span.first, until: end },
    weights,
    (user, item) => wanted.add(indexOf(users, user), indexOf(items, item)),
    signal,
  );
  const bags = await readContent(transaction, { users, items }, spec, signal);
  const categories = await readCategories(transaction, items, signal);
  const size = Math.round(share * items.size);
  const toChooseOn = Math.round(validationShare * items.size);
  if (size < 1 || toChooseOn < 1 || size + toChooseOn >= items.size) {
    throw new UsageError(`${items.size} items are too few to hide a part of ${share}`);
  }
  const [forTest, forValidation] = drawItems(items.size, [size, toChooseOn], seed) as [
    Uint32Array,
    Uint32Array,
  ];
  const interactions = known.build(users.size, items.size);
  const positives = wanted.build(users.size, items.size);
  const part = (train: SparseMatrix, hidden: Uint32Array): HiddenPart => ({
    train: { users, items, interactions: train, itemBags: bags.items, userBags: bags.users },
    hidden,
    test: testAmong(positives, hidden),
  });
  const train = withoutItems(interactions, forTest);
  const data = {
    test: part(train, forTest),
    categories,
    validation: part(withoutItems(train, forValidation), forValidation),
  };
  if (data.test.test.users.length === 0 || data.validation.test.users.length === 0) {
    throw new UsageError('nobody wanted any of the items that were hidden; try another --seed');
  }
  return data;
}

async function readCategories(
  transaction: Transaction,
  items: IdMap,
  signal: AbortSignal,
): Promise<string[]> {
  const categories = Array.from(items.ids(), () => '');
  const take: Parameters<typeof readItemContents>[1] = (id, { categoryPath }) => {
    const index = items.indexOf(id);
    if (index !== undefined) categories[index] = categoryPath.join(' > ');
  };
  await readItemContents(transaction, take, signal);
  return categories;
}
