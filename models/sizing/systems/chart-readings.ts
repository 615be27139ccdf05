import type { ReadLabel } from './run-types.ts';
import type { ChartPlaces } from './size-chart.ts';
import { chartKey } from './size-chart.ts';
import type { Reading } from './system-types.ts';

/** Labels as a brand's own chart places them; undefined for those that it does not have. */
export function chartReadings(
  labels: readonly ReadLabel[],
  { places }: ChartPlaces,
): readonly (Reading | undefined)[] {
  return labels.map(({ label }) => {
    const place = places.get(chartKey(label));
    return place && { ...place, weight: 1 };
  });
}

/**
 * Places labels outside a chart by their own system, moved as the chart moves the labels beside them:
 * in proportion between two, a step of the system a step of the scale beyond the first or the last.
 *
 * @param own the readings of the system that explains all labels
 * @param known the chart's readings, some undefined
 * @returns undefined where the two do not rise together
 */
export function movedReadings(
  own: readonly Reading[],
  known: readonly (Reading | undefined)[],
): readonly Reading[] | undefined {
  const pairs = own
    .flatMap(({ position }, n) => {
      const to = known[n]?.position;
      return to === undefined ? [] : [[position, to] as const];
    })
    .sort(([a], [b]) => a - b)
    .filter(([at], n, all) => n === 0 || at !== all[n - 1]?.[0]);
  if (pairs.some(([, to], n) => to <= (pairs[n - 1]?.[1] ?? Number.NEGATIVE_INFINITY))) {
    return undefined;
  }
  return own.map((reading, n) => {
    return known[n] ?? { ...reading, position: moved(pairs, reading.position) };
  });
}

function moved(pairs: readonly (readonly [number, number])[], at: number): number {
  const before = pairs.findLast(([from]) => from <= at);
  const after = pairs.find(([from]) => from > at);
  if (before === undefined) return (after?.[1] ?? 0) + at - (after?.[0] ?? 0);
  if (after === undefined) return before[1] + at - before[0];
  return before[1] + ((at - before[0]) / (after[0] - before[0])) * (after[1] - before[1]);
}
