import type { SizeMetrics } from '../artifact/manifest.ts';
import { logLoss, meanOneVsRestAuc } from '../evaluation/class-metrics.ts';
import { topLabelError } from '../evaluation/reliability.ts';
import { sizeHits } from '../evaluation/size-hits.ts';
import type { DecidedPiece } from './decided-piece.ts';
import type { SizePredictor } from './size-predictor.ts';
import type { FitOutcome, ItemOutcome, WearerOutcome } from './size-types.ts';

export interface MeasuredSizes extends Pick<SizeMetrics, 'fit' | 'choice'> {
  /** How the tested pieces turn out: pieces × (small, fit, large). */
  readonly chances: Float64Array;
  /** 0 small, 1 fit, 2 large. */
  readonly labels: Uint8Array;
}

const outcomes: readonly FitOutcome[] = ['small', 'fit', 'large'];
/** A choice's chance below this counts as this. */
const leastChance = 1e-15;

/**
 * Asks a model about pieces at the moment when they were bought, from what was known then: the
 * outcomes that had been decided before, of their item and of their wearer.
 *
 * @param pieces all that is known; the evidence is among them
 * @param tested indices of them
 * @throws RangeError when nothing is tested
 */
export function measureSizes(
  model: SizePredictor,
  pieces: readonly DecidedPiece[],
  tested: readonly number[],
): MeasuredSizes {
  if (tested.length === 0) throw new RangeError('there is no piece to measure on');
  const chances = new Float64Array(3 * tested.length);
  const labels = new Uint8Array(tested.length);
  const choice = new ChoiceTally();
  const past = new KnownPieces(pieces);
  for (const [row, index] of tested.entries()) {
    const piece = pieces[index]!;
    const { garment, body, at } = piece;
    const item = model.itemEvidence(garment, past.ofItem(piece), at);
    const wearer = model.wearerEvidence(body, past.ofWearer(piece), at);
    const sizes = model.predict(wearer, item);
    const place = placeOf(piece);
    const taken = sizes[place];
    if (taken === undefined)
      throw new RangeError(`${garment.itemId} does not come in a taken size`);
    chances.set([taken.small, taken.fit, taken.large], 3 * row);
    labels[row] = outcomes.indexOf(piece.fit);
    if (piece.fit === 'fit' && sizes.length > 1) {
      choice.add(
        sizes.map(({ chosen }) => chosen),
        place,
      );
    }
  }
  const auc = meanOneVsRestAuc(chances, labels, 3);
  return {
    chances,
    labels,
    fit: {
      logLoss: logLoss(chances, labels, 3),
      auc: Number.isNaN(auc) ? null : auc,
      calibrationError: topLabelError(chances, labels, 3).ofWidth,
    },
    choice: choice.metrics(),
  };
}

/** Which of a run's sizes is the likeliest, and which was kept. */
class ChoiceTally {
  readonly #suggested: number[] = [];
  readonly #kept: number[] = [];
  #loss = 0;

  add(chosen: readonly number[], kept: number): void {
    this.#suggested.push(chosen.indexOf(Math.max(...chosen)));
    this.#kept.push(kept);
    this.#loss -= Math.log(Math.max(chosen[kept]!, leastChance));
  }

  metrics(): SizeMetrics['choice'] {
    const pieces = this.#kept.length;
    if (pieces === 0) return { pieces, logLoss: 0, exact: 0, withinOne: 0 };
    const { exact, withinOne } = sizeHits(this.#suggested, this.#kept);
    return { pieces, logLoss: this.#loss / pieces, exact, withinOne };
  }
}

/** The pieces of each item and of each wearer, in the order in which their outcomes were known. */
class KnownPieces {
  readonly #byItem = new Map<string, DecidedPiece[]>();
  readonly #byWearer = new Map<string, DecidedPiece[]>();

  constructor(pieces: readonly DecidedPiece[]) {
    for (const piece of [...pieces].sort((a, b) => a.knownAt - b.knownAt)) {
      collect(this.#byItem, piece.garment.itemId, piece);
      collect(this.#byWearer, piece.wearer, piece);
    }
  }

  ofItem({ garment, at }: DecidedPiece): ItemOutcome[] {
    const known = before(this.#byItem.get(garment.itemId) ?? [], at);
    return known.map((piece) => ({ ...outcomeOf(piece), body: piece.body }));
  }

  ofWearer({ wearer, at }: DecidedPiece): WearerOutcome[] {
    return before(this.#byWearer.get(wearer) ?? [], at).map((piece) => {
      const { itemId, category, brand } = piece.garment;
      return { ...outcomeOf(piece), itemId, category, brand };
    });
  }
}

function collect(by: Map<string, DecidedPiece[]>, key: string, piece: DecidedPiece): void {
  const others = by.get(key);
  if (others === undefined) by.set(key, [piece]);
  else others.push(piece);
}

/** What was known before a moment: a piece whose buyer said at once how it fits is not yet at its own. */
function before(pieces: readonly DecidedPiece[], at: number): readonly DecidedPiece[] {
  let from = 0;
  let to = pieces.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (pieces[middle]!.knownAt < at) from = middle + 1;
    else to = middle;
  }
  return pieces.slice(0, from);
}

function outcomeOf({ garment, position, length, fit, at }: DecidedPiece) {
  return { scale: garment.run.scale, position, length, fit, at };
}

function placeOf({ garment, position, length }: DecidedPiece): number {
  return garment.run.sizes.findIndex(
    (size) => size.position === position && size.length === length,
  );
}
