const firstBytes = 1 << 16;

/**
 * Ids of users in ascending order of their UTF-8 bytes, as one piece of bytes: about as many bytes as
 * the ids have letters, and 4 each, where a map of texts takes more than a hundred.
 */
export class UserIds {
  readonly size: number;
  readonly #bytes: Uint8Array;
  readonly #starts: Uint32Array;

  /**
   * @param bytes one id after the other
   * @param starts where each begins, and at the end where the last one ends
   */
  constructor(bytes: Uint8Array, starts: Uint32Array) {
    this.size = starts.length - 1;
    this.#bytes = bytes;
    this.#starts = starts;
  }

  get byteLength(): number {
    return this.#bytes.byteLength + this.#starts.byteLength;
  }

  /** @throws RangeError when there is none */
  idOf(index: number): string {
    if (!(index >= 0 && index < this.size)) throw new RangeError(`no user at ${index}`);
    return bufferOf(this.#bytes).toString('utf8', this.#starts[index], this.#starts[index + 1]);
  }

  /** The place of an id, or −1; a binary search. */
  indexOf(id: string): number {
    const wanted = Buffer.from(id);
    const bytes = bufferOf(this.#bytes);
    let low = 0;
    let high = this.size - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const start = this.#starts[middle]!;
      const order = bytes.compare(wanted, 0, wanted.length, start, this.#starts[middle + 1]!);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

/** Collects ids that come in ascending order of their bytes. */
export class UserIdsBuilder {
  #bytes = new Uint8Array(firstBytes);
  #starts = new Uint32Array(1024);
  #size = 0;
  #last = Buffer.alloc(0);

  get size(): number {
    return this.#size;
  }

  /** @throws RangeError for an id that does not come after the one before */
  add(id: string): void {
    const bytes = Buffer.from(id);
    if (this.#size > 0 && Buffer.compare(bytes, this.#last) <= 0) {
      throw new RangeError('users do not come in the order of their ids');
    }
    const from = this.#starts[this.#size]!;
    while (from + bytes.length > this.#bytes.length) this.#bytes = grown(this.#bytes);
    if (this.#size + 2 > this.#starts.length) this.#starts = grown(this.#starts);
    this.#bytes.set(bytes, from);
    this.#starts[++this.#size] = from + bytes.length;
    this.#last = bytes;
  }

  build(): UserIds {
    const end = this.#starts[this.#size]!;
    return new UserIds(this.#bytes.subarray(0, end), this.#starts.subarray(0, this.#size + 1));
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function grown<A extends Uint8Array | Uint32Array>(from: A): A {
  const to = new (from.constructor as new (length: number) => A)(2 * from.length);
  to.set(from);
  return to;
}
