import type { History } from './model.ts';

/** @throws RangeError when `item` is not one of a model's `itemCount` items */
export function checkItem(item: number, itemCount: number): void {
  if (!Number.isInteger(item) || item < 0 || item >= itemCount) {
    throw new RangeError(`item ${item} is outside 0 … ${itemCount - 1}`);
  }
}

/** @throws RangeError when an item is out of range or items and weights differ in number */
export function checkHistory({ items, weights }: History, itemCount: number): void {
  if (items.length !== weights.length) {
    throw new RangeError(`history has ${items.length} items and ${weights.length} weights`);
  }
  for (const item of items) checkItem(item, itemCount);
}

/** @throws RangeError when an item is out of range or `out` has another length */
export function checkItems(items: Uint32Array, out: Float32Array, itemCount: number): void {
  if (items.length !== out.length) {
    throw new RangeError(`${items.length} items and room for ${out.length} scores`);
  }
  for (const item of items) checkItem(item, itemCount);
}

/** @throws RangeError when `out` does not hold one score an item */
export function checkScores(out: Float32Array, itemCount: number): void {
  if (out.length !== itemCount) {
    throw new RangeError(`scores have length ${out.length}; the model has ${itemCount} items`);
  }
}
