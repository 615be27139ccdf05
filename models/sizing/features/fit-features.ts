import { shrunk } from '../effects.ts';
import type { ItemSize, ItemState } from '../evidence/item-state.ts';
import { gapBin, gapBins, gapReach, slotField } from '../evidence/item-sums.ts';
import type { WearerState } from '../evidence/wearer-state.ts';
import type { PiecesOnScale } from './wearer-pieces.ts';

/** The columns of the fit model. A gap is a position less the one expected for the body. */
export const fitColumns = [
  'expected',
  'expectedError',
  'gap',
  'position',
  'length',
  'heightCm',
  'weightKg',
  'bustCm',
  'waistCm',
  'hipCm',
  'footCm',
  'age',
  'bodyType',
  'gender',
  'massIndex',
  'usualSmall',
  'usualLarge',
  'categorySmall',
  'categoryLarge',
  'brandSmall',
  'brandLarge',
  'brandOffset',
  'itemCount',
  'itemSmall',
  'itemLarge',
  'itemFreshCount',
  'itemFreshSmall',
  'itemFreshLarge',
  'sizeCount',
  'sizeSmall',
  'sizeLarge',
  'nearSmall',
  'nearLarge',
  'gapCount',
  'gapSmall',
  'gapLarge',
  'itemOffset',
  'itemGap',
  'smallGap',
  'fitGap',
  'largeGap',
  'wearerCount',
  'wearerSmall',
  'wearerLarge',
  'wearerSizeSmall',
  'wearerSizeLarge',
  'wearerAlikeSmall',
  'wearerAlikeLarge',
  'wearerOffset',
  'aboveMean',
  'aboveKept',
  'smallAtOrAbove',
  'largeAtOrBelow',
] as const;

/** Standard deviation in steps of the kernel that smooths an item's outcomes over gaps. */
const gapSpread = 0.6;
const gapStrength = 8;
/** The kernel by distance in bins. */
const gapKernel = Float64Array.from({ length: gapBins }, (_, bins) =>
  Math.exp(-0.5 * ((bins * gapBin) / gapSpread) ** 2),
);
/** Steps within which a wearer's sizes tell of each other: e^(−distance / wearerSteps). */
const wearerSteps = 0.7;
const wearerStrength = 2;
/** How much a score of one (small or large) moves an item's offset, in steps. */
const offsetSteps = 4;

/**
 * Writes the features of one size of an item for a wearer.
 *
 * @param row `fitColumns.length` numbers; NaN where nothing is known
 */
export function fillFitRow(
  row: Float32Array,
  wearer: WearerState,
  worn: PiecesOnScale,
  item: ItemState,
  size: ItemSize,
): void {
  const { expected, error } = wearer.on(item.garment.run.scale);
  const gap = size.position - expected;
  let at = 0;
  row[at++] = expected;
  row[at++] = error;
  row[at++] = gap;
  row[at++] = size.position;
  row[at++] = size.length;
  row.set(wearer.body, at);
  at += wearer.body.length;
  row[at++] = wearer.body[1]! / (wearer.body[0]! / 100) ** 2;
  at = fillGarment(row, at, item, size);
  at = fillItem(row, at, item, size);
  at = fillGaps(row, at, item, gap);
  fillWearer(row, at, wearer, worn, size);
}

function fillGarment(
  row: Float32Array,
  from: number,
  { priors }: ItemState,
  size: ItemSize,
): number {
  let at = from;
  row[at++] = size.usualSmall;
  row[at++] = size.usualLarge;
  row[at++] = priors.categoryRates[0];
  row[at++] = priors.categoryRates[2];
  row[at++] = priors.brand.small;
  row[at++] = priors.brand.large;
  row[at++] = priors.brand.offset;
  return at;
}

function fillItem(row: Float32Array, from: number, item: ItemState, size: ItemSize): number {
  let at = from;
  row[at++] = item.total[slotField.count]!;
  row[at++] = item.small;
  row[at++] = item.large;
  row[at++] = item.total[slotField.freshCount]!;
  row[at++] = item.freshSmall;
  row[at++] = item.freshLarge;
  row[at++] = size.count;
  row[at++] = size.small;
  row[at++] = size.large;
  row[at++] = size.nearSmall;
  row[at++] = size.nearLarge;
  return at;
}

function fillGaps(row: Float32Array, from: number, item: ItemState, gap: number): number {
  const { sums } = item;
  let at = from;
  let count = 0;
  let small = 0;
  let large = 0;
  const centre = Math.min(gapReach, Math.max(-gapReach, Math.round(gap / gapBin))) + gapReach;
  for (let bin = 0; sums.gapCount > 0 && bin < gapBins; bin++) {
    const weight = gapKernel[Math.abs(bin - centre)]!;
    count += weight * sums.gaps[3 * bin]!;
    small += weight * sums.gaps[3 * bin + 1]!;
    large += weight * sums.gaps[3 * bin + 2]!;
  }
  row[at++] = count;
  row[at++] = shrunk(small, count, item.small, gapStrength);
  row[at++] = shrunk(large, count, item.large, gapStrength);
  row[at++] = shrunk(
    sums.gapSum - offsetSteps * sums.scoreSum,
    sums.gapCount,
    item.priors.brand.offset,
    5,
  );
  row[at++] = shrunk(sums.gapSum, sums.gapCount, 0, 5);
  row[at++] = shrunk(sums.classGaps[0]!, sums.classCounts[0]!, 0, 3);
  row[at++] = shrunk(sums.classGaps[1]!, sums.classCounts[1]!, 0, 3);
  row[at++] = shrunk(sums.classGaps[2]!, sums.classCounts[2]!, 0, 3);
  return at;
}

function fillWearer(
  row: Float32Array,
  from: number,
  wearer: WearerState,
  worn: PiecesOnScale,
  { position }: ItemSize,
): void {
  let near = 0;
  let nearSmall = 0;
  let nearLarge = 0;
  let alike = 0;
  let alikeSmall = 0;
  let alikeLarge = 0;
  let smallAtOrAbove = 0;
  let largeAtOrBelow = 0;
  for (let at = 0; at < worn.pieces.length; at++) {
    const piece = worn.pieces[at]!;
    const weight = Math.exp(-Math.abs(piece.position - position) / wearerSteps);
    near += weight;
    nearSmall += weight * piece.small;
    nearLarge += weight * piece.large;
    const counted = weight * worn.weights[at]!;
    alike += counted;
    alikeSmall += counted * piece.small;
    alikeLarge += counted * piece.large;
    if (piece.fit === 0 && piece.position >= position) smallAtOrAbove++;
    if (piece.fit === 2 && piece.position <= position) largeAtOrBelow++;
  }
  let to = from;
  row[to++] = wearer.pieces.length;
  row[to++] = worn.small;
  row[to++] = worn.large;
  row[to++] = shrunk(nearSmall, near, 0, wearerStrength);
  row[to++] = shrunk(nearLarge, near, 0, wearerStrength);
  row[to++] = shrunk(alikeSmall, alike, 0, wearerStrength);
  row[to++] = shrunk(alikeLarge, alike, 0, wearerStrength);
  row[to++] = worn.offset;
  row[to++] = position - worn.mean;
  row[to++] = position - worn.keptMean;
  row[to++] = smallAtOrAbove;
  row[to++] = largeAtOrBelow;
}
