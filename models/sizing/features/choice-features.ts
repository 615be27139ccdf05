import { shrunk } from '../effects.ts';
import type { ItemState } from '../evidence/item-state.ts';
import { slotField } from '../evidence/item-sums.ts';
import type { WearerState } from '../evidence/wearer-state.ts';
import type { PiecesOnScale } from './wearer-pieces.ts';

/** The columns of the choice model, of one size of a run. A gap is as in the fit model. */
export const choiceColumns = [
  'expected',
  'expectedError',
  'heightCm',
  'weightKg',
  'bustCm',
  'waistCm',
  'hipCm',
  'age',
  'bodyType',
  'position',
  'length',
  'gap',
  'gapInItem',
  'gapOfWearer',
  'gapOfWearerInItem',
  'gapInBrand',
  'logPopularity',
  'logShare',
  'logFreshShare',
  'logShareOfBodies',
  'logShareOfAlikeBodies',
  'kept',
  'itemCount',
  'lean',
  'place',
  'sizes',
  'below',
  'above',
  'aboveMean',
  'aboveMeanInItem',
  'sameSize',
  'nearest',
  'aboveLast',
  'wearerLength',
  'wearerCount',
  'smallAtOrAbove',
  'largeAtOrBelow',
] as const;

/** Expected positions (heights) at this distance and beyond tell nothing of each other. */
const bodySteps = 1.2;
const heightReach = 10;

/**
 * Writes the features of all sizes of an item's run for a wearer.
 *
 * @param rows sizes × `choiceColumns.length`, row-major; NaN where nothing is known
 */
export function fillChoiceRows(
  rows: Float32Array,
  wearer: WearerState,
  worn: PiecesOnScale,
  item: ItemState,
): void {
  const { expected, error } = wearer.on(item.garment.run.scale);
  const { priors } = item;
  const shares = sharesOfBodies(item, expected, wearer.body[0]!);
  const { body } = wearer;
  for (let place = 0; place < item.sizes.length; place++) {
    const size = item.sizes[place]!;
    const { position } = size;
    const gap = position - expected;
    let at = place * choiceColumns.length;
    rows[at++] = expected;
    rows[at++] = error;
    rows[at++] = body[0]!;
    rows[at++] = body[1]!;
    rows[at++] = body[2]!;
    rows[at++] = body[3]!;
    rows[at++] = body[4]!;
    rows[at++] = body[6]!;
    rows[at++] = body[7]!;
    rows[at++] = position;
    rows[at++] = size.length;
    rows[at++] = gap;
    rows[at++] = gap - item.offset;
    rows[at++] = gap - worn.offset;
    rows[at++] = gap - worn.offset - item.offset;
    rows[at++] = gap - worn.offset - priors.brand.offset;
    rows[at++] = Math.log(size.popularity);
    rows[at++] = Math.log(size.share);
    rows[at++] = Math.log(size.freshShare);
    rows[at++] = Math.log(shares[2 * place]!);
    rows[at++] = Math.log(shares[2 * place + 1]!);
    rows[at++] = size.kept;
    rows[at++] = item.total[slotField.count]!;
    rows[at++] = size.lean;
    rows[at++] = place;
    rows[at++] = item.sizes.length;
    rows[at++] = size.below;
    rows[at++] = size.above;
    rows[at++] = position - worn.mean;
    rows[at++] = position - worn.mean - item.offset;
    fillPieces(rows, at, worn, size);
    at += 2;
    rows[at++] = position - worn.last;
    rows[at++] = worn.length;
    rows[at++] = worn.pieces.length;
    fillMisfits(rows, at, worn, position);
  }
}

/**
 * Shares of the sizes among what was kept by bodies of about the same expected size, and by those of
 * about the same height besides: two numbers a size.
 */
function sharesOfBodies(item: ItemState, expected: number, heightCm: number): Float64Array {
  const { sizes, places, sums } = item;
  const shares = new Float64Array(2 * sizes.length);
  const { keptSlots, keptExpected, keptHeights } = sums;
  let all = 0;
  let alike = 0;
  for (let at = 0; at < keptSlots.length; at++) {
    const near = 1 - ((keptExpected[at]! - expected) / bodySteps) ** 2;
    if (!(near > 0)) continue;
    const weight = near * near;
    all += weight;
    const place = places.get(keptSlots[at]!);
    if (place !== undefined) shares[2 * place]! += weight;
    const tall = near - ((keptHeights[at]! - heightCm) / heightReach) ** 2;
    if (!(tall > 0)) continue;
    alike += tall * tall;
    if (place !== undefined) shares[2 * place + 1]! += tall * tall;
  }
  for (let place = 0; place < sizes.length; place++) {
    const share = shrunk(shares[2 * place]!, all, sizes[place]!.share, 1);
    shares[2 * place] = share;
    shares[2 * place + 1] = shrunk(shares[2 * place + 1]!, alike, share, 1);
  }
  return shares;
}

/** How much of what the wearer kept was of this size, and the steps to the nearest piece. */
function fillPieces(
  rows: Float32Array,
  at: number,
  { pieces, weights, weight }: PiecesOnScale,
  { slot, position }: { readonly slot: number; readonly position: number },
): void {
  let same = 0;
  let nearest = NaN;
  for (let n = 0; n < pieces.length; n++) {
    const piece = pieces[n]!;
    const distance = Math.abs(piece.position - position);
    if (!(distance >= nearest)) nearest = distance;
    if (piece.fit === 1 && piece.slot === slot) same += weights[n]!;
  }
  rows[at] = pieces.length > 0 ? same / weight : NaN;
  rows[at + 1] = nearest;
}

function fillMisfits(
  rows: Float32Array,
  at: number,
  { pieces }: PiecesOnScale,
  position: number,
): void {
  let small = 0;
  let large = 0;
  for (const piece of pieces) {
    if (piece.fit === 0 && piece.position >= position) small++;
    if (piece.fit === 2 && piece.position <= position) large++;
  }
  rows[at] = small;
  rows[at + 1] = large;
}
