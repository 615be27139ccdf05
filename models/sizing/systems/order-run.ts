import type { RunSize } from '../size-types.ts';
import type { ReadLabel, ReadRun } from './run-types.ts';

/**
 * The run of labels that say nothing beyond it: in the shop's own order where it gives one, else by
 * their numbers where each has one, else as they come. Positions are places in the run.
 */
export function orderedRun(labels: readonly ReadLabel[], category: string): ReadRun {
  const numbers = labels.map(({ key }) => Number(/\d+(?:\.\d+)?/.exec(key)?.[0] ?? Number.NaN));
  const hasOrder = labels.some(({ order }) => order !== undefined);
  const hasNumbers = !numbers.some(Number.isNaN);
  const rank = (n: number) => {
    if (hasOrder) return labels[n]?.order ?? Number.POSITIVE_INFINITY;
    return hasNumbers ? (numbers[n] ?? 0) : 0;
  };
  const order = labels.map((_, n) => n).sort((a, b) => compare(rank(a), rank(b)) || a - b);
  const sizes: RunSize[] = [];
  const places = new Map<string, number>();
  const seen = new Map<string, number>();
  for (const n of order) {
    const { label = '', key = '' } = labels[n] ?? {};
    const before = seen.get(key);
    if (before === undefined) {
      seen.set(key, sizes.length);
      sizes.push({ label, position: sizes.length, length: 0 });
    }
    places.set(label, before ?? sizes.length - 1);
  }
  const unread = sizes.map(({ label }) => label);
  return {
    scale: `order:${category}`,
    sizes,
    system: null,
    alternatives: [],
    unread,
    outsideChart: [],
    places,
  };
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
