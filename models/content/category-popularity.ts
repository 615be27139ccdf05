/** A prior of one item with the mean of all, so that a category of one item does not lead by luck. */
const prior = 1;

/**
 * Mean popularity of each category's items, drawn towards that of all items: what is known of an
 * item by its category alone.
 *
 * @param categories one an item; items without one have the empty text
 * @param popularity one an item
 * @param counted which items are averaged; the others get their category's figure all the same
 */
export function categoryPopularity(
  categories: readonly string[],
  popularity: ArrayLike<number>,
  counted: (item: number) => boolean,
): Float32Array {
  const sums = new Map<string, { sum: number; items: number }>();
  const all = { sum: 0, items: 0 };
  categories.forEach((category, item) => {
    if (!counted(item)) return;
    const own = sums.get(category) ?? { sum: 0, items: 0 };
    sums.set(category, own);
    for (const group of [own, all]) {
      group.sum += popularity[item]!;
      group.items++;
    }
  });
  const mean = all.items === 0 ? 0 : all.sum / all.items;
  return Float32Array.from(categories, (category) => {
    const own = sums.get(category);
    return own ? (own.sum + prior * mean) / (own.items + prior) : mean;
  });
}
