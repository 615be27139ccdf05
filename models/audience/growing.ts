/** A list of numbers that grows, with no object each. */
export class Growing<A extends Float32Array | Float64Array | Uint32Array> {
  #values: A;
  #size = 0;

  /** @param first an empty array of the kind wanted, as long as it is to be at first */
  constructor(first: A) {
    this.#values = first;
  }

  get size(): number {
    return this.#size;
  }

  push(value: number): void {
    this.#reserve(1);
    this.#values[this.#size++] = value;
  }

  pushAll(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    this.#values.set(values, this.#size);
    this.#size += values.length;
  }

  /** What there is, as a view: what was reserved beyond is never touched, and so takes no memory. */
  build(): A {
    return this.#values.subarray(0, this.#size) as A;
  }

  #reserve(more: number): void {
    if (this.#size + more <= this.#values.length) return;
    const length = Math.max(Math.ceil(1.5 * this.#values.length), this.#size + more, 1024);
    const values = new (this.#values.constructor as new (length: number) => A)(length);
    values.set(this.#values);
    this.#values = values;
  }
}
