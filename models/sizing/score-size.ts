import { choiceColumns } from './features/choice-features.ts';
import type { TreeEnsemble } from './trees/tree-ensemble.ts';

const shareColumn = choiceColumns.indexOf('logShareOfAlikeBodies');
const gapColumn = choiceColumns.indexOf('gapOfWearerInItem');
/** Standard deviation in steps of what is kept around what is expected, before any is learnt. */
const untrainedSpread = 1.2;

/**
 * The score of a size among those of its run, from its row of the choice features.
 *
 * @param trees null where there was too little to grow them from
 * @param scratch at least one number
 */
export function scoreSize(
  trees: TreeEnsemble | null,
  row: Float32Array,
  scratch: Float64Array,
): number {
  if (!trees) return untrainedScore(row);
  trees.predict(row, scratch);
  return scratch[0]!;
}

/** A score of a size without trees: what alike bodies keep, and how far it is from the expected. */
export function untrainedScore(row: Float32Array): number {
  const gap = row[gapColumn]!;
  const far = Number.isNaN(gap) ? 0 : 0.5 * (gap / untrainedSpread) ** 2;
  return row[shareColumn]! - far;
}
