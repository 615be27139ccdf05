/** How often the size that was suggested is the one that was kept. */
export interface SizeHits {
  readonly rows: number;
  /** Rows with a suggestion. */
  readonly answered: number;
  /** Of the answered rows. */
  readonly exact: number;
  /** Of the answered rows: the kept size or one of the two beside it. */
  readonly withinOne: number;
}

/** What stands for no suggestion. */
export const abstained = -1;

/**
 * @param suggested places in the run that both are counted in, or `abstained`
 * @param kept places in the same run
 */
export function sizeHits(suggested: ArrayLike<number>, kept: ArrayLike<number>): SizeHits {
  if (suggested.length !== kept.length) {
    throw new RangeError(`${suggested.length} suggestions for ${kept.length} kept sizes`);
  }
  let answered = 0;
  let exact = 0;
  let withinOne = 0;
  for (let row = 0; row < kept.length; row++) {
    if (suggested[row] === abstained) continue;
    const distance = Math.abs(suggested[row]! - kept[row]!);
    answered++;
    if (distance === 0) exact++;
    if (distance <= 1) withinOne++;
  }
  return { rows: kept.length, answered, exact: exact / answered, withinOne: withinOne / answered };
}
