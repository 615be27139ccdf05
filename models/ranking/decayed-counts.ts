/** Past this exponent everything is scaled down, far from the largest double. */
const mostHalfLives = 500;

/**
 * Weights by key that halve every so often, in constant work an addition: each is kept as
 * w · 2^((t − landmark) / half-life), which needs no change as time goes by (forward decay: Cormode,
 * Shkapenyuk, Srivastava, Xu 2009). The order in which they are added makes no difference.
 */
export class DecayedCounts {
  readonly #halfLife: number;
  readonly #sums = new Map<string, number>();
  #total = 0;
  #landmark: number | undefined;

  /**
   * @param halfLife seconds
   * @throws RangeError when it is not above 0
   */
  constructor(halfLife: number) {
    if (!(halfLife > 0)) throw new RangeError(`a half-life of ${halfLife} s`);
    this.#halfLife = halfLife;
  }

  /** How many keys have been added to. */
  get size(): number {
    return this.#sums.size;
  }

  /** @param time seconds */
  add(key: string, weight: number, time: number): void {
    this.#landmark ??= time;
    if (time - this.#landmark > mostHalfLives * this.#halfLife) this.#moveTo(time);
    const part = weight * 2 ** ((time - this.#landmark) / this.#halfLife);
    this.#sums.set(key, (this.#sums.get(key) ?? 0) + part);
    this.#total += part;
  }

  /** What is left of a key's weights at `time`. */
  at(key: string, time: number): number {
    return (this.#sums.get(key) ?? 0) * this.#left(time);
  }

  /** What is left of all. */
  totalAt(time: number): number {
    return this.#total * this.#left(time);
  }

  #left(time: number): number {
    return 2 ** (((this.#landmark ?? time) - time) / this.#halfLife);
  }

  /** What has become too little to be told from nothing goes. */
  #moveTo(landmark: number): void {
    const left = this.#left(landmark);
    this.#total = 0;
    for (const [key, sum] of this.#sums) {
      const scaled = sum * left;
      if (scaled < 1e-12) this.#sums.delete(key);
      else this.#sums.set(key, scaled);
      this.#total += this.#sums.get(key) ?? 0;
    }
    this.#landmark = landmark;
  }
}
