import type { IdMap } from '../../models/dataset/id-map.ts';
import { createModelPublisher } from '../../services/create-services.ts';
import type { Database } from '../../services/database/database.ts';
import type { ActiveModel } from '../../services/model-registry/model-publisher.ts';
import {
  readSplitFor,
  type SplitForItems,
  type TimeSplitDescription,
} from '../../services/training-data/evaluate-on-split.ts';
import type { SplitWeights } from '../../services/training-data/time-split-reader.ts';
import { readTitles } from '../../services/training-data/training-store.ts';

/** What a database knows besides the interactions; a folder knows none of it. */
export interface Shop {
  /** Titles by item id, of the items that have one. */
  titles(itemIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The version that answers now; undefined: none does. */
  activeModel(): Promise<ActiveModel | undefined>;
  /** A split in time, in the indices of a model's items. */
  splitFor(
    items: IdMap,
    split: TimeSplitDescription,
    weights: SplitWeights,
    signal: AbortSignal,
  ): Promise<SplitForItems>;
}

export function databaseShop(database: Database): Shop {
  return {
    titles: (itemIds) => readTitles(database, itemIds),
    activeModel: () => createModelPublisher(database).activeModel(),
    splitFor: (items, split, weights, signal) =>
      readSplitFor(database, items, split, signal, weights),
  };
}
