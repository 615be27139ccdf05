/** Neighbouring values; `low` and `high` are the least and the greatest among them. */
export interface QuantileGroup {
  readonly low: number;
  readonly high: number;
  /** How many values it has. */
  readonly size: number;
}

export interface QuantileGroups {
  /** Ascending. */
  readonly groups: readonly QuantileGroup[];
  /** The group of each value. */
  readonly groupOf: Uint8Array;
}

/**
 * Cuts counts into about ten groups of the same size, from the least to the greatest. Equal counts
 * stay together, in the group where the middle of them falls, so there are fewer groups where many
 * are equal. Zeros are a group of their own, the first one, and not of the ten: nothing is known of
 * a user or an item without interactions, and what holds for one with a few need not hold there.
 *
 * @param counts whole numbers ≥ 0
 */
export function quantileGroups(counts: Uint32Array, parts = 10): QuantileGroups {
  const order = Uint32Array.from(counts, (_, at) => at).sort((a, b) => counts[a]! - counts[b]!);
  const firstPositive = order.findIndex((at) => counts[at]! > 0);
  const zeros = firstPositive < 0 ? order.length : firstPositive;
  const positives = order.length - zeros;
  const groups: QuantileGroup[] = [];
  const groupOf = new Uint8Array(counts.length);
  let part = Number.NaN;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const value = counts[order[from]!]!;
    while (to < order.length && counts[order[to]!] === value) to++;
    const middle = (from + to - 1) / 2 - zeros;
    const next = value === 0 ? -1 : Math.floor((parts * middle) / positives);
    const last = next === part ? groups.pop() : undefined;
    part = next;
    groups.push({ low: last?.low ?? value, high: value, size: (last?.size ?? 0) + to - from });
    for (let at = from; at < to; at++) groupOf[order[at]!] = groups.length - 1;
  }
  return { groups, groupOf };
}
