/** External text ids outside, dense integers `0 … size - 1` inside; one map between the two. */
export class IdMap {
  readonly #ids: string[] = [];
  readonly #indices = new Map<string, number>();

  /** @param ids in the order of their dense indices; repeats keep their first index. */
  constructor(ids: Iterable<string> = []) {
    for (const id of ids) this.add(id);
  }

  get size(): number {
    return this.#ids.length;
  }

  /** The dense index of `id`, given out now if it had none. */
  add(id: string): number {
    const known = this.#indices.get(id);
    if (known !== undefined) return known;
    const index = this.#ids.length;
    this.#ids.push(id);
    this.#indices.set(id, index);
    return index;
  }

  /** The dense index of `id`, or undefined when it is not in the map. */
  indexOf(id: string): number | undefined {
    return this.#indices.get(id);
  }

  /** @throws RangeError when `index` is not in `0 … size - 1` */
  idOf(index: number): string {
    const id = this.#ids[index];
    if (id === undefined) throw new RangeError(`index ${index} is outside 0 … ${this.size - 1}`);
    return id;
  }

  /** The ids in the order of their indices. */
  ids(): readonly string[] {
    return this.#ids;
  }
}
