/**
 * Where each value stands among all of them: 0 for the lowest, 1 for the highest, equal ones the same.
 *
 * @param values without NaN
 */
export function quantilesOf(values: ArrayLike<number>): Float64Array {
  const count = values.length;
  const order = Array.from({ length: count }, (_, n) => n).sort((a, b) => {
    // Infinities among them have no difference.
    return values[a] === values[b] ? 0 : values[a]! < values[b]! ? -1 : 1;
  });
  const quantiles = new Float64Array(count);
  for (let rank = 1; rank < count; rank++) {
    const [at, before] = [order[rank]!, order[rank - 1]!];
    quantiles[at] = values[at] === values[before] ? quantiles[before]! : rank / (count - 1);
  }
  return quantiles;
}
