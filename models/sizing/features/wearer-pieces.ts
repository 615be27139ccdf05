import { shrunk } from '../effects.ts';
import type { WearerState, WornPiece } from '../evidence/wearer-state.ts';
import type { Garment } from '../size-types.ts';

/** What a piece of another category (brand, scale) counts for. */
const otherCategory = 0.45;
const otherScale = 0.3;
/** What a piece that did not fit counts for when sizes are averaged. */
const misfit = 0.5;
/** By how many steps a piece that was too small (large) is taken for a larger (smaller) one. */
const misfitSteps = 0.6;
/** Pieces of no offset that a wearer's offset is shrunk by. */
const offsetStrength = 0.7;

/** A wearer's pieces on the scale of a garment, each with what it counts for there. */
export interface PiecesOnScale {
  readonly pieces: readonly WornPiece[];
  readonly weights: Float64Array;
  readonly weight: number;
  /** Steps that the wearer takes above those expected for the body, shrunk towards none. */
  readonly offset: number;
  /** Weighted means over the pieces of the scale; NaN without one. */
  readonly mean: number;
  readonly keptMean: number;
  readonly length: number;
  /** Position of the piece of the scale that is nearest in time. */
  readonly last: number;
  /** Effects on the shares of small and large, over all scales. */
  readonly small: number;
  readonly large: number;
}

/** Reads a wearer's pieces for a garment. */
export function piecesOnScale(
  wearer: WearerState,
  { run: { scale }, category }: Pick<Garment, 'run' | 'category'>,
): PiecesOnScale {
  const all = wearer.pieces;
  const pieces = all.every((piece) => piece.scale === scale)
    ? all
    : all.filter((piece) => piece.scale === scale);
  const weights = new Float64Array(pieces.length);
  const offset = { sum: 0, count: 0, small: 0, large: 0 };
  const mean = { sum: 0, weight: 0, kept: 0, keptCount: 0, length: 0 };
  let last = NaN;
  let since = Infinity;
  let at = 0;
  for (const piece of all) {
    const here = piece.scale === scale;
    const fits = piece.fit === 1 ? 1 : misfit;
    const weight = piece.fresh * (piece.category === category ? 1 : otherCategory) * fits;
    const shifted = misfitSteps * (piece.fit - 1);
    const counted = here ? weight : otherScale * weight;
    offset.sum += counted * (piece.gap - shifted);
    offset.count += counted;
    offset.small += piece.small;
    offset.large += piece.large;
    if (!here) continue;
    weights[at++] = weight;
    mean.weight += weight;
    mean.sum += weight * (piece.position - shifted);
    mean.length += weight * piece.length;
    if (piece.fit === 1) {
      mean.kept += piece.position;
      mean.keptCount++;
    }
    const age = Math.abs(wearer.now - piece.at);
    if (age <= since) {
      since = age;
      last = piece.position;
    }
  }
  return {
    ...{ pieces, weights, weight: mean.weight, last },
    offset: shrunk(offset.sum, offset.count, 0, offsetStrength),
    mean: mean.weight > 0 ? mean.sum / mean.weight : NaN,
    keptMean: mean.keptCount > 0 ? mean.kept / mean.keptCount : NaN,
    length: mean.weight > 0 ? mean.length / mean.weight : NaN,
    small: shrunk(offset.small, all.length, 0, 3),
    large: shrunk(offset.large, all.length, 0, 3),
  };
}
