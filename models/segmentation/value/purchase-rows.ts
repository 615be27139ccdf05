/**
 * What BG/NBD knows of each customer, one element a customer. Times are in one unit, whichever.
 *
 * Several orders of one day are one: the model knows when a customer orders, not how often within
 * the unit of time.
 */
export interface PurchaseRows {
  /** x: orders after the first. */
  readonly repeats: Uint32Array;
  /** t_x: from the first order to the last; 0 where there is one order. */
  readonly recency: Float64Array;
  /** T: from the first order to the end of what was seen. */
  readonly age: Float64Array;
}

/** Equal rows once, with how many there are, by x, t_x and T. */
export interface CollapsedRows extends PurchaseRows {
  readonly weights: Float64Array;
  /** Which of them each customer is. */
  readonly groupOf: Uint32Array;
  /** Distinct times, ascending, and which of them each row has: their logarithms are taken once. */
  readonly recencies: Float64Array;
  readonly recencyOf: Uint32Array;
  readonly ages: Float64Array;
  readonly ageOf: Uint32Array;
}

/**
 * Collapses equal rows.
 *
 * @throws RangeError when a row is none that could be: a recency above the age, say
 */
export function collapseRows(rows: PurchaseRows): CollapsedRows {
  checkRows(rows);
  const { repeats, recency, age } = rows;
  const recencies = distinct(recency);
  const ages = distinct(age);
  const width = recencies.length * ages.length;
  // Sorted as numbers, a row is one: (x, t_x, T) in digits of the number of distinct times.
  const most = repeats.reduce((top, x) => Math.max(top, x), 0);
  if ((most + 1) * width > Number.MAX_SAFE_INTEGER) {
    throw new RangeError(`${recencies.length} × ${ages.length} distinct times are too many`);
  }
  const keys = new Float64Array(repeats.length);
  const recencyCodes = codesOf(recency, recencies);
  const ageCodes = codesOf(age, ages);
  for (let row = 0; row < keys.length; row++) {
    keys[row] = repeats[row]! * width + recencyCodes[row]! * ages.length + ageCodes[row]!;
  }
  const groups = distinct(keys);
  const groupOf = codesOf(keys, groups);
  const weights = new Float64Array(groups.length);
  for (const group of groupOf) weights[group]!++;
  const recencyOf = Uint32Array.from(groups, (key) => Math.floor((key % width) / ages.length));
  const ageOf = Uint32Array.from(groups, (key) => key % ages.length);
  return {
    ...{ repeats: Uint32Array.from(groups, (key) => Math.floor(key / width)), weights, groupOf },
    ...{ recencies, recencyOf, recency: Float64Array.from(recencyOf, (of) => recencies[of]!) },
    ...{ ages, ageOf, age: Float64Array.from(ageOf, (of) => ages[of]!) },
  };
}

/** At most about `most` rows, every so-manieth of them: to look for where to start. */
export function thinRows(rows: CollapsedRows, most: number): CollapsedRows {
  const step = Math.ceil(rows.weights.length / most);
  if (step <= 1) return rows;
  const isKept = (_: number, at: number) => at % step === 0;
  return {
    ...{ repeats: rows.repeats.filter(isKept), recency: rows.recency.filter(isKept) },
    ...{ age: rows.age.filter(isKept), weights: rows.weights.filter(isKept) },
    ...{ recencyOf: rows.recencyOf.filter(isKept), ageOf: rows.ageOf.filter(isKept) },
    ...{ recencies: rows.recencies, ages: rows.ages, groupOf: new Uint32Array(0) },
  };
}

/** Customers and what they did, in all. */
export interface RowTotals {
  readonly customers: number;
  readonly repeatCustomers: number;
  readonly repeats: number;
  readonly age: number;
}

export function totalsOf({ repeats, age, weights }: CollapsedRows): RowTotals {
  const totals = { customers: 0, repeatCustomers: 0, repeats: 0, age: 0 };
  weights.forEach((weight, at) => {
    totals.customers += weight;
    if (repeats[at]! > 0) totals.repeatCustomers += weight;
    totals.repeats += weight * repeats[at]!;
    totals.age += weight * age[at]!;
  });
  return totals;
}

function checkRows({ repeats, recency, age }: PurchaseRows): void {
  if (recency.length !== repeats.length || age.length !== repeats.length) {
    throw new RangeError(`${repeats.length}, ${recency.length} and ${age.length} rows`);
  }
  repeats.forEach((x, row) => {
    const [last, seen] = [recency[row]!, age[row]!];
    if (!(last >= 0 && last <= seen && seen < Number.POSITIVE_INFINITY) || (x === 0 && last > 0)) {
      throw new RangeError(`row ${row}: x ${x}, t_x ${last}, T ${seen}`);
    }
  });
}

function distinct(values: Float64Array): Float64Array {
  const sorted = values.toSorted();
  let count = 0;
  for (let at = 0; at < sorted.length; at++) {
    if (count === 0 || sorted[at] !== sorted[count - 1]) sorted[count++] = sorted[at]!;
  }
  return sorted.slice(0, count);
}

/** For each value its place among the distinct ones. */
function codesOf(values: Float64Array, sorted: Float64Array): Uint32Array {
  const codes = new Uint32Array(values.length);
  for (let at = 0; at < values.length; at++) {
    let low = 0;
    for (let high = sorted.length - 1; low < high; ) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! < values[at]!) low = middle + 1;
      else high = middle;
    }
    codes[at] = low;
  }
  return codes;
}
