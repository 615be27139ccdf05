/** How far predictions are from what happened, a customer. */
export interface Errors {
  readonly total: number;
  /** Of the total, as a share of what happened: −0.04 is 4 % too little. */
  readonly totalError: number;
  readonly mae: number;
  readonly rmse: number;
}

/** Customers, what was expected of them and what they did. */
export interface Comparison {
  readonly customers: number;
  readonly expected: number;
  readonly actual: number;
}

export function errorsOf(predicted: Float64Array, actual: Float64Array): Errors {
  let [absolute, squared] = [0, 0];
  actual.forEach((value, at) => {
    const error = predicted[at]! - value;
    absolute += Math.abs(error);
    squared += error * error;
  });
  const total = sumOf(predicted);
  const happened = sumOf(actual);
  return {
    total,
    totalError: total / happened - 1,
    mae: absolute / actual.length,
    rmse: Math.sqrt(squared / actual.length),
  };
}

/** Means of tenths of the customers, by what was expected of them, the least first. */
export function byDecile(predicted: Float64Array, actual: Float64Array): Comparison[] {
  const order = Uint32Array.from(predicted, (_, at) => at).toSorted(
    (one, other) => predicted[one]! - predicted[other]! || one - other,
  );
  return Array.from({ length: 10 }, (_, part) => {
    const from = Math.floor((part * order.length) / 10);
    const to = Math.floor(((part + 1) * order.length) / 10);
    return compare(order.subarray(from, to), predicted, actual);
  });
}

/** Means of customers by a group each of them is in. */
export function byGroup(
  groups: number,
  groupOf: (customer: number) => number,
  predicted: Float64Array,
  actual: Float64Array,
): Comparison[] {
  const members: number[][] = Array.from({ length: groups }, () => []);
  for (let at = 0; at < actual.length; at++) members[groupOf(at)]?.push(at);
  return members.map((of) => compare(of, predicted, actual));
}

/** NaN where there is nobody. */
function compare(
  customers: ArrayLike<number>,
  predicted: Float64Array,
  actual: Float64Array,
): Comparison {
  let [expected, happened] = [0, 0];
  for (let at = 0; at < customers.length; at++) {
    expected += predicted[customers[at]!]!;
    happened += actual[customers[at]!]!;
  }
  const count = customers.length;
  return { customers: count, expected: expected / count, actual: happened / count };
}

export function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
