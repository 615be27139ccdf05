const pageBytes = 65_536;
/** WebAssembly's 4 GiB of 32-bit addresses. */
const maximumPages = 65_536;
/** The first page is never given out, so that a pointer 0 means "none". */
const firstAddress = pageBytes;
const alignment = 64;

/** Memory asked for past WebAssembly's 4 GiB, or past what the machine gives. */
export class KernelMemoryError extends Error {
  override readonly name = 'KernelMemoryError';
}

/**
 * A shared WebAssembly memory with a stack of regions: `allocate` takes from the top and grows the
 * memory as needed, `release` gives back everything taken since a mark.
 *
 * Regions are aligned to 64 bytes and not cleared when they are taken again.
 */
export class KernelMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: maximumPages, shared: true });
  #pages = 1;
  #top = firstAddress;

  /** @returns the byte offset of a region of `bytes` bytes. */
  allocate(bytes: number): number {
    const start = this.#top;
    const top = Math.ceil((start + bytes) / alignment) * alignment;
    this.#grow(Math.ceil(top / pageBytes));
    this.#top = top;
    return start;
  }

  /** The present top of the stack, for `release`. */
  mark(): number {
    return this.#top;
  }

  release(mark: number): void {
    this.#top = mark;
  }

  f32(pointer: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, pointer, length);
  }

  f64(pointer: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, pointer, length);
  }

  u8(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, pointer, length);
  }

  u16(pointer: number, length: number): Uint16Array {
    return new Uint16Array(this.memory.buffer, pointer, length);
  }

  u32(pointer: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, pointer, length);
  }

  #grow(pages: number): void {
    if (pages <= this.#pages) return;
    const asked = `${Math.ceil(pages / 16)} MiB of kernel memory`;
    if (pages > maximumPages) throw new KernelMemoryError(`${asked} asked for; the limit is 4 GiB`);
    try {
      this.memory.grow(pages - this.#pages);
    } catch (cause) {
      throw new KernelMemoryError(`${asked} asked for; the machine does not give it`, { cause });
    }
    this.#pages = pages;
  }
}
