const firstBytes = 64 * 1024;

/**
 * UTF-8 text that grows at its end. Millions of short strings kept until a batch is full cost more
 * in garbage collection than reading them does (a third of all time, measured); written here they
 * die at once.
 */
export class ByteBuffer {
  #bytes = Buffer.allocUnsafe(firstBytes);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(text: string): void {
    // A UTF-16 unit takes at most three bytes.
    const most = this.#length + text.length * 3;
    if (most > this.#bytes.length) this.#grow(most);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** Takes back what was appended after a length. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** What is in it, without a copy: valid until the next change. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
