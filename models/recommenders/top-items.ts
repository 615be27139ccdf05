import type { ScoredItem } from './model.ts';

/** Stands in a list of recommendations where there were fewer candidates than places. */
export const noItem = 0xffffffff;

/**
 * Finds the best items of a score vector in one pass over it, with a heap of the best so far and
 * no sort of the catalogue. Made once for a `limit` and used again for every user.
 *
 * Order: higher score first, the lower index first among equals. An item whose score is −∞ or NaN
 * is never chosen: that is how items are left out.
 */
export class TopItems {
  readonly #limit: number;
  /** A heap with the worst chosen item at 0. */
  readonly #items: Uint32Array;
  readonly #scores: Float32Array;
  #size = 0;

  /** @throws RangeError when `limit` is not a whole number from 1 on */
  constructor(limit: number) {
    if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`limit ${limit} is not ≥ 1`);
    this.#limit = limit;
    this.#items = new Uint32Array(limit);
    this.#scores = new Float32Array(limit);
  }

  /**
   * @param scores one an item
   * @param out gets the best items, best first, and `noItem` after them; its length is the limit
   * @returns how many were found: the limit, or fewer when there were fewer candidates
   */
  select(scores: Float32Array, out: Uint32Array): number {
    let worst = Number.NEGATIVE_INFINITY;
    for (let item = 0; item < scores.length; item++) {
      // Items come in ascending order, so an equal score never displaces an earlier item.
      if (scores[item]! > worst) {
        this.#take(item, scores[item]!);
        if (this.#size === this.#limit) worst = this.#scores[0]!;
      }
    }
    return this.drain(out);
  }

  /** One candidate, for those who have a few with their scores and no vector of all. */
  offer(item: number, score: number): void {
    const rounded = Math.fround(score);
    if (!(rounded > Number.NEGATIVE_INFINITY)) return;
    if (this.#size === this.#limit) {
      const difference = rounded - this.#scores[0]!;
      if (difference < 0 || (difference === 0 && item > this.#items[0]!)) return;
    }
    this.#take(item, rounded);
  }

  /** What a candidate has to reach to be chosen now; −∞ while there is room. */
  get worst(): number {
    return this.#size === this.#limit ? this.#scores[0]! : Number.NEGATIVE_INFINITY;
  }

  /** Gives what was offered since the last time, as `select` does, and starts anew. */
  drain(out: Uint32Array): number {
    const found = this.#size;
    out.fill(noItem, found);
    while (this.#size > 0) {
      out[this.#size - 1] = this.#items[0]!;
      this.#removeWorst();
    }
    return found;
  }

  /** @see select: the same as a list with the scores. */
  list(scores: Float32Array): ScoredItem[] {
    const out = new Uint32Array(this.#limit);
    const found = this.select(scores, out);
    return Array.from(out.subarray(0, found), (item) => ({ item, score: scores[item]! }));
  }

  /** @see drain: the same as a list with the scores, in single precision. */
  drainList(): ScoredItem[] {
    const list: ScoredItem[] = [];
    while (this.#size > 0) {
      list.push({ item: this.#items[0]!, score: this.#scores[0]! });
      this.#removeWorst();
    }
    return list.reverse();
  }

  #take(item: number, score: number): void {
    if (this.#size < this.#limit) {
      this.#place(this.#size++, item, score);
      this.#up(this.#size - 1);
    } else {
      this.#place(0, item, score);
      this.#down();
    }
  }

  #removeWorst(): void {
    this.#size--;
    this.#place(0, this.#items[this.#size]!, this.#scores[this.#size]!);
    this.#down();
  }

  #up(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isWorse(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(): void {
    let at = 0;
    while (true) {
      let child = 2 * at + 1;
      if (child >= this.#size) return;
      if (child + 1 < this.#size && this.#isWorse(child + 1, child)) child++;
      if (!this.#isWorse(child, at)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #isWorse(a: number, b: number): boolean {
    const difference = this.#scores[a]! - this.#scores[b]!;
    return difference < 0 || (difference === 0 && this.#items[a]! > this.#items[b]!);
  }

  #place(at: number, item: number, score: number): void {
    this.#items[at] = item;
    this.#scores[at] = score;
  }

  #swap(a: number, b: number): void {
    const item = this.#items[a]!;
    const score = this.#scores[a]!;
    this.#place(a, this.#items[b]!, this.#scores[b]!);
    this.#place(b, item, score);
  }
}
