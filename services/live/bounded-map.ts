/**
 * A map that keeps at most so many entries: what has not been asked for since it was last looked at
 * goes first (the second-chance approximation of least recently used, whose reads move nothing).
 */
export class BoundedMap<Key, Value> {
  readonly #most: number;
  readonly #entries = new Map<Key, { value: Value; used: boolean }>();

  constructor(most: number) {
    if (!(most >= 1)) throw new RangeError(`a map of at most ${most}`);
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.used = true;
    return entry.value;
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, used: true });
  }

  delete(key: Key): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  keys(): IterableIterator<Key> {
    return this.#entries.keys();
  }

  /**
   * Brings the map back to its size. Not done by `set`, so that what was just set stays for now.
   *
   * @returns whether anything had to go
   */
  evict(): boolean {
    if (this.#entries.size <= this.#most) return false;
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#most) return true;
      this.#entries.delete(key);
      if (!entry.used) continue;
      entry.used = false;
      this.#entries.set(key, entry);
    }
    return true;
  }
}
