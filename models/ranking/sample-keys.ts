import { seedOf } from './seed-of.ts';

interface Drawn {
  readonly key: string;
  readonly order: number;
}

/**
 * A sample of at most `most` of the keys that are added, each as likely as any other: those that a
 * hash of the seed and the key puts first (a bottom-k sketch; Cohen & Kaplan 2007). The same keys
 * give the same sample in whatever order they come, and one that comes or goes changes the sample
 * by at most one. Adding costs a hash, and a comparison with the last of the sample.
 */
export class KeySample {
  readonly #most: number;
  readonly #seed: string;
  /** A heap, the one that is dropped next on top. */
  readonly #heap: Drawn[] = [];
  #added = 0;

  constructor(most: number, seed: string) {
    if (!(most >= 1)) throw new RangeError(`a sample of at most ${most}`);
    this.#most = most;
    this.#seed = seed;
  }

  /** How many keys were added. */
  get added(): number {
    return this.#added;
  }

  add(key: string): void {
    this.#added += 1;
    const drawn = { key, order: scattered(seedOf(this.#seed + key)) };
    if (this.#heap.length < this.#most) {
      this.#heap.push(drawn);
      this.#rise(this.#heap.length - 1);
    } else if (isBefore(drawn, this.#heap[0]!)) {
      this.#heap[0] = drawn;
      this.#sink();
    }
  }

  /** In the order of the hash. */
  keys(): string[] {
    return [...this.#heap].sort((a, b) => (isBefore(a, b) ? -1 : 1)).map(({ key }) => key);
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(this.#heap[parent]!, this.#heap[at]!)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      let last = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        const drawn = this.#heap[child];
        if (drawn && isBefore(this.#heap[last]!, drawn)) last = child;
      }
      if (last === at) return;
      this.#swap(at, last);
      at = last;
    }
  }

  #swap(a: number, b: number): void {
    const kept = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = kept;
  }
}

function isBefore(a: Drawn, b: Drawn): boolean {
  return a.order === b.order ? a.key < b.key : a.order < b.order;
}

/** The last steps of MurmurHash3 (Appleby): without them, keys that differ at the end lie together. */
function scattered(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
