import type { Dataset } from '../dataset/dataset.ts';
import type { FeatureBags } from './feature-bags.ts';

/** Interactions with what is known of their users and items. */
export interface ContentDataset extends Dataset {
  /** A row for each item of `items`. */
  readonly itemBags: FeatureBags;
  /** A row for each user of `users`; one without a profile has no features. */
  readonly userBags: FeatureBags;
}
