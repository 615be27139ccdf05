/** The rows that a round's trees are grown from, and those that are left out; both ascending. */
export interface RowDraw {
  readonly rows: Uint32Array;
  readonly rest: Uint32Array;
}

/**
 * Each row with the chance `share`, or each group with all its rows; one at least.
 *
 * @param groups where each group begins, and at last the number of rows
 */
export function drawRows(
  rows: number,
  groups: Uint32Array | undefined,
  share: number,
  random: () => number,
): RowDraw {
  if (share >= 1) return { rows: countTo(rows), rest: none };
  const units = groups ? groups.length - 1 : rows;
  const drawn = new Uint32Array(rows);
  const rest = new Uint32Array(rows);
  const sure = Math.floor(random() * units);
  let taken = 0;
  let left = 0;
  for (let unit = 0; unit < units; unit++) {
    const isDrawn = random() < share || unit === sure;
    const to = groups ? groups[unit + 1]! : unit + 1;
    for (let row = groups ? groups[unit]! : unit; row < to; row++) {
      if (isDrawn) drawn[taken++] = row;
      else rest[left++] = row;
    }
  }
  return { rows: drawn.subarray(0, taken), rest: rest.subarray(0, left) };
}

/** `share` of the columns, rounded, one at least; ascending. */
export function drawColumns(columns: number, share: number, random: () => number): Uint16Array {
  const all = Uint16Array.from({ length: columns }, (_, column) => column);
  if (share >= 1) return all;
  const wanted = Math.max(1, Math.round(share * columns));
  for (let at = 0; at < wanted; at++) {
    const other = at + Math.floor(random() * (columns - at));
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all.slice(0, wanted).sort();
}

function countTo(rows: number): Uint32Array {
  const counted = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) counted[row] = row;
  return counted;
}

const none = new Uint32Array(0);
