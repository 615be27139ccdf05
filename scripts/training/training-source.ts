import type { SplitDescription } from '../../models/artifact/manifest.ts';
import type { Dataset } from '../../models/dataset/dataset.ts';
import type { EventWeights } from '../../models/dataset/event-weights.ts';
import type { IdMap } from '../../models/dataset/id-map.ts';
import type { TestSet } from '../../models/evaluation/test-set.ts';
import type { ContentBags } from '../../services/training-data/content-reader.ts';

/** A part of the training data to choose settings on; the test has no part in it. */
export interface Validation {
  /** What is fitted to choose; the same users and items as the training data's. */
  readonly dataset: Dataset;
  readonly test: TestSet;
  readonly kind: SplitDescription['kind'];
}

/** What a fitted model is measured on; it has users. */
export interface HeldOut {
  readonly test: TestSet;
  /** Ids of the test's items that training did not see: of its columns past the dataset's. */
  readonly unseenItems: IdMap;
  readonly split: SplitDescription;
}

export interface TrainingData {
  /** What the model is fitted on. Nothing of the test is in it, and it stays out. */
  readonly dataset: Dataset;
  /** When its interactions happened (ISO 8601, UTC); null where they have no times. */
  readonly window: { readonly from: string | null; readonly to: string | null };
  /** Undefined: the fitted model is not measured. */
  readonly heldOut?: HeldOut;
  /** Left out where nothing is chosen. */
  readonly validation?: Validation;
  /** What its events were weighed by; left out where there are no events. */
  readonly weights?: EventWeights;
  /** What is known of the dataset's items and users, where the source has it. */
  readonly content?: ContentBags;
}

/** Where interactions to train on come from. */
export interface TrainingSource {
  /** For people: what is read. */
  readonly name: string;
  /**
   * @param isChosen whether anything is: without, there is no validation part, which takes as long
   *   to read and as much memory again
   * @throws UsageError when there is nothing to train on; the signal's reason when aborted
   */
  load(seed: number, signal: AbortSignal, isChosen?: boolean): Promise<TrainingData>;
}
