/** An item of a shelf, and what is known of how it does. */
export interface DemandItem {
  /** Clicks an impression and purchases a click that it may expect of an average viewer, in (0, 1). */
  readonly clickRate: number;
  readonly purchaseRate: number;
  /** How many sizes its run has. */
  readonly sizes: number;
}

/** One viewer, over the items of the shelf. */
export interface DemandViewer {
  /** How well each item suits, in standard deviations over the shelf. Left out: all alike. */
  readonly relevance?: ArrayLike<number>;
  /** Which size of each item's run is theirs; −1: not known, or the item does not come in it. */
  readonly sizes: ArrayLike<number>;
  /** 1 for items that the viewer has and will not buy again. */
  readonly owned?: ArrayLike<number>;
}

/** What showing an item now may be expected to bring, over all viewers present. */
export interface ItemDemand {
  readonly clicks: number;
  /** As many as viewers would buy, were there enough of every size. */
  readonly purchases: number;
  /** Of these, as many as there are pieces for. */
  readonly served: number;
  /** Purchases by size of the run; those of viewers whose size is not known are in none. */
  readonly bySize: Float64Array;
}

/**
 * By how much a standard deviation of relevance changes the logarithm of the odds of a click. An
 * assumption, to be replaced by a fitted figure where one is at hand: with it, the item that suits
 * best of a hundred (2.5 standard deviations) has 3.5 times the odds of the average one.
 */
export const clickSlope = 0.5;

/**
 * Adds up what the viewers of a room would click and buy of each item, were it shown to them now.
 *
 * A viewer v clicks item i with probability σ(logit(clickRate_i) + slope · relevance_vi) and buys it
 * with that times purchaseRate_i. A sample of the viewers is scaled up to all of them by its share.
 */
export class RoomDemand {
  readonly #items: readonly DemandItem[];
  readonly #logits: Float64Array;
  readonly #slope: number;
  readonly #clicks: Float64Array;
  /** Expected purchases by item: of viewers of each size, and of those whose size is not known. */
  readonly #bySize: readonly Float64Array[];
  readonly #anySize: Float64Array;

  constructor(items: readonly DemandItem[], slope = clickSlope) {
    this.#items = items;
    this.#slope = slope;
    this.#logits = Float64Array.from(items, ({ clickRate }) =>
      Math.log(clickRate / (1 - clickRate)),
    );
    this.#clicks = new Float64Array(items.length);
    this.#bySize = items.map(({ sizes }) => new Float64Array(sizes));
    this.#anySize = new Float64Array(items.length);
  }

  /** @throws RangeError when a viewer has not one element an item */
  add({ relevance, sizes, owned }: DemandViewer): void {
    const count = this.#items.length;
    if (sizes.length !== count || (relevance?.length ?? count) !== count) {
      throw new RangeError(`expected ${count} elements a viewer, one an item`);
    }
    for (let n = 0; n < count; n++) {
      if (owned?.[n]) continue;
      const logit = this.#logits[n]! + (relevance ? this.#slope * relevance[n]! : 0);
      const click = 1 / (1 + Math.exp(-logit));
      const purchase = click * this.#items[n]!.purchaseRate;
      this.#clicks[n]! += click;
      const size = sizes[n]!;
      if (size >= 0) this.#bySize[n]![size]! += purchase;
      else this.#anySize[n]! += purchase;
    }
  }

  /**
   * What is expected of each item.
   *
   * @param scale how many viewers each of those that were added stands for
   * @param stock for each item the pieces in stock, by size of its run
   */
  result(scale: number, stock: readonly ArrayLike<number>[]): ItemDemand[] {
    return this.#items.map((_, n) => {
      const bySize = this.#bySize[n]!.map((purchases) => scale * purchases);
      const anySize = scale * this.#anySize[n]!;
      return {
        clicks: scale * this.#clicks[n]!,
        purchases: bySize.reduce((sum, purchases) => sum + purchases, anySize),
        served: servedBy(stock[n]!, bySize, anySize),
        bySize,
      };
    });
  }
}

/** Those who need a size get it as far as it goes; those who may need any get of what is left. */
function servedBy(stock: ArrayLike<number>, bySize: Float64Array, anySize: number): number {
  let served = 0;
  let left = 0;
  for (let size = 0; size < stock.length; size++) {
    const taken = Math.min(stock[size]!, bySize[size] ?? 0);
    served += taken;
    left += stock[size]! - taken;
  }
  return served + Math.min(left, anySize);
}
