/** Statements of about the same confidence. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  /** Mean of the chances that were stated. */
  readonly stated: number;
  /** Share that came true. */
  readonly happened: number;
}

/** What was stated with which chance, and whether it came true (1) or not (0). */
export interface Statements {
  readonly chances: Float64Array;
  readonly right: Uint8Array;
}

/**
 * The likeliest class of each row, the first among equals.
 *
 * @param chances rows × classes
 */
export function topLabels(
  chances: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): Statements {
  const rows = chances.length / classes;
  const top = { chances: new Float64Array(rows), right: new Uint8Array(rows) };
  for (let row = 0; row < rows; row++) {
    const of = chances.subarray(row * classes, (row + 1) * classes);
    let best = 0;
    for (let k = 1; k < classes; k++) if (of[k]! > of[best]!) best = k;
    top.chances[row] = of[best]!;
    top.right[row] = labels[row] === best ? 1 : 0;
  }
  return top;
}

/** One class of each row, whether it is the likeliest or not. */
export function classStatements(
  chances: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
  of: number,
): Statements {
  const rows = chances.length / classes;
  return {
    chances: Float64Array.from({ length: rows }, (_, row) => chances[row * classes + of]!),
    right: Uint8Array.from({ length: rows }, (_, row) => (labels[row] === of ? 1 : 0)),
  };
}

/**
 * @param cut `width`: bins of the same width from 0 to 1, without those that are empty; `rows`: of
 *   the same number of rows, equal chances together
 */
export function reliabilityBins(
  { chances, right }: Statements,
  { bins = 15, cut }: { readonly bins?: number; readonly cut: 'width' | 'rows' },
): ReliabilityBin[] {
  const order = Uint32Array.from(chances, (_, row) => row).sort(
    (a, b) => chances[a]! - chances[b]!,
  );
  const edges = cut === 'width' ? widthEdges(chances, order, bins) : rowEdges(chances, order, bins);
  return edges.slice(1).flatMap((to, bin) => {
    const rows = order.subarray(edges[bin], to);
    if (rows.length === 0) return [];
    let stated = 0;
    let happened = 0;
    for (const row of rows) {
      stated += chances[row]! / rows.length;
      happened += right[row]! / rows.length;
    }
    const low = cut === 'width' ? bin / bins : chances[rows[0]!]!;
    const high = cut === 'width' ? (bin + 1) / bins : chances[rows.at(-1)!]!;
    return [{ low, high, rows: rows.length, stated, happened }];
  });
}

/** Mean of |stated − happened| over the rows: the expected calibration error of the bins. */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  return bins.reduce(
    (sum, bin) => sum + (bin.rows / rows) * Math.abs(bin.stated - bin.happened),
    0,
  );
}

/**
 * What is called the calibration error of sizes: of the likeliest class, over 15 bins of the same
 * width (Guo, Pleiss, Sun, Weinberger 2017). `ofRows` is the same over bins of the same number of
 * rows, which a few wide bins that hold most rows cannot flatter.
 *
 * @param chances rows × classes
 */
export function topLabelError(
  chances: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): { readonly ofWidth: number; readonly ofRows: number } {
  const top = topLabels(chances, labels, classes);
  return {
    ofWidth: calibrationError(reliabilityBins(top, { cut: 'width' })),
    ofRows: calibrationError(reliabilityBins(top, { cut: 'rows' })),
  };
}

/** Where each bin begins in the order, and its end; 1 is in the last bin. */
function widthEdges(chances: Float64Array, order: Uint32Array, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const row of order) {
    const chance = chances[row]!;
    if (!(chance >= 0 && chance <= 1)) {
      throw new RangeError(`chance of row ${row}: expected 0 to 1, got ${chance}`);
    }
    counts[Math.min(Math.floor(chance * bins), bins - 1)]!++;
  }
  const edges = [0];
  for (const count of counts) edges.push(edges.at(-1)! + count);
  return edges;
}

function rowEdges(chances: Float64Array, order: Uint32Array, bins: number): number[] {
  const edges = Array.from({ length: bins + 1 }, (_, bin) =>
    Math.round((bin * order.length) / bins),
  );
  // Equal chances are one statement: an edge within them goes to their end.
  return edges.map((edge) => {
    let at = edge;
    while (at > 0 && at < order.length && chances[order[at]!] === chances[order[at - 1]!]) at++;
    return at;
  });
}
