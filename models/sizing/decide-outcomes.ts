import type { FitOutcome } from './size-types.ts';

/** A purchase of a piece, or its return. */
export interface PieceLine {
  readonly type: 'purchase' | 'return';
  /** Whose account it is; null: nobody's that is known. */
  readonly account: string | null;
  readonly skuId: string;
  readonly orderId: string | null;
  /** Of a return: why. */
  readonly reason: string | null;
  /** Of a purchase: what was said of the fit afterwards, without a return. */
  readonly said: FitOutcome | null;
  /** Seconds since 1970. */
  readonly at: number;
}

/** How a piece turned out. */
export interface PieceOutcome<Line extends PieceLine = PieceLine> {
  /** The purchase; the return itself where its purchase is not known. */
  readonly line: Line;
  readonly fit: FitOutcome;
  /** From when on it is known, in seconds since 1970. */
  readonly knownAt: number;
}

interface Open<Line extends PieceLine> {
  readonly line: Line;
  isReturned: boolean;
}

/**
 * How pieces turned out: too small or too large where a return says so or the buyer said so; fitting
 * where the buyer said so or the purchase has outlived the return window. A piece that came back for
 * another reason, or for none that is known, says nothing, unless its buyer did.
 *
 * A return belongs to the last purchase before it of the same SKU by the same account that has not
 * been returned, of the same order where both name one. One without a purchase speaks for itself. A
 * line is one outcome whatever its quantity: the pieces of a line are not independent.
 *
 * @param lines in any order; of one moment a purchase comes before a return
 * @param window seconds after which what has not come back is kept
 * @returns in the order in which they are known; some may lie in the future of the caller
 */
export function decideOutcomes<Line extends PieceLine>(
  lines: readonly Line[],
  window: number,
): PieceOutcome<Line>[] {
  const ordered = [...lines].sort((a, b) => a.at - b.at || rank(a) - rank(b));
  const open = new Map<string, Open<Line>[]>();
  const purchases: Open<Line>[] = [];
  const outcomes: PieceOutcome<Line>[] = [];
  for (const line of ordered) {
    const key = JSON.stringify([line.account, line.skuId]);
    if (line.type === 'purchase') {
      const bought = { line, isReturned: false };
      purchases.push(bought);
      const alike = open.get(key);
      if (alike) alike.push(bought);
      else open.set(key, [bought]);
      continue;
    }
    const bought = line.account === null ? undefined : boughtAs(line, open.get(key) ?? []);
    if (bought) bought.isReturned = true;
    const fit = misfit(line.reason) ?? bought?.line.said;
    if (fit) outcomes.push({ line: bought?.line ?? line, fit, knownAt: line.at });
  }
  for (const { line, isReturned } of purchases) {
    if (isReturned) continue;
    const { said, at } = line;
    outcomes.push({ line, fit: said ?? 'fit', knownAt: said ? at : at + window });
  }
  return outcomes.sort((a, b) => a.knownAt - b.knownAt);
}

/** What a return for its size says of the piece; undefined for any other reason. */
export function misfit(reason: string | null): FitOutcome | undefined {
  if (reason === 'too_small') return 'small';
  return reason === 'too_large' ? 'large' : undefined;
}

function boughtAs<Line extends PieceLine>(
  { orderId }: PieceLine,
  purchases: readonly Open<Line>[],
): Open<Line> | undefined {
  return purchases.findLast(({ line, isReturned }) => {
    const isOther = orderId !== null && line.orderId !== null && orderId !== line.orderId;
    return !isReturned && !isOther;
  });
}

function rank({ type }: PieceLine): number {
  return type === 'purchase' ? 0 : 1;
}
