import type { BodyTreesConfig } from '../body/train-body-sizes.ts';
import type { TreeOptions } from '../trees/tree-types.ts';

type GrowthOptions = Pick<
  TreeOptions,
  'rounds' | 'rate' | 'leaves' | 'minRows' | 'l2' | 'bins' | 'columnShare' | 'rowShare'
>;

export interface SizeModelConfig {
  /**
   * Whose outcomes are evidence for a training row: `before` takes those that were known when the
   * piece was taken, as the service does; `others` all of other folds, before and after it, for data
   * that is split at random.
   */
  readonly evidence: 'before' | 'others';
  /** Of `before`: seconds from the taking of a piece until its outcome is known. */
  readonly lag: number;
  /** Parts of the rows: what is learnt of usual rates and bodies for a row comes from the others. */
  readonly folds: number;
  /** Most rows that the trees are grown from; what is above is left out by lot. */
  readonly mostFitRows: number;
  readonly mostChoiceRows: number;
  /** Fewest rows that trees are grown from at all. */
  readonly leastRows: number;
  readonly body: BodyTreesConfig;
  readonly fit: GrowthOptions;
  readonly choice: GrowthOptions;
  /** Rounds without a better loss on the validation rows after which growing ends. */
  readonly patience: number;
  /** Shares of validation rows whose confidence is low, and high. */
  readonly lowShare: number;
  readonly highShare: number;
}

/** Chosen on validation rows of RentTheRunway (docs/sizes.md). */
export const defaultSizeConfig: SizeModelConfig = {
  evidence: 'before',
  lag: 0,
  folds: 5,
  mostFitRows: 200_000,
  mostChoiceRows: 80_000,
  leastRows: 500,
  body: {
    mostRows: 60_000,
    leastRows: 200,
    rounds: 80,
    rate: 0.15,
    leaves: 15,
    minRows: 60,
    l2: 5,
    bins: 127,
  },
  fit: {
    rounds: 220,
    rate: 0.06,
    leaves: 15,
    minRows: 80,
    l2: 10,
    bins: 127,
    columnShare: 0.3,
    rowShare: 0.5,
  },
  choice: {
    rounds: 200,
    rate: 0.1,
    leaves: 31,
    minRows: 60,
    l2: 5,
    bins: 127,
    columnShare: 0.5,
    rowShare: 0.4,
  },
  patience: 25,
  lowShare: 0.2,
  highShare: 0.4,
};
