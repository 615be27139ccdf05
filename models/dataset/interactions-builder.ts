import { prefixSums, type SparseMatrix } from './sparse-matrix.ts';

const firstCapacity = 1024;
const largestIndex = 0xfffffffe;

/**
 * Collects (user, item, weight) triples in any order into a sparse matrix. Twelve bytes a triple,
 * no object each; triples of the same user and item are merged by adding their weights, in the
 * order in which they came, so that the same stream always gives the same bytes.
 *
 * @example
 * const builder = new InteractionsBuilder();
 * builder.add(0, 2);
 * builder.add(0, 2, 0.5);
 * builder.build(); // 1 × 3, row 0: column 2 with 1.5
 */
export class InteractionsBuilder {
  #users = new Uint32Array(firstCapacity);
  #items = new Uint32Array(firstCapacity);
  #weights = new Float32Array(firstCapacity);
  #size = 0;
  /** Users came in ascending order so far, as they do from a file or a query ordered by user. */
  #isByUser = true;
  #rows = 0;
  #columns = 0;

  /** Triples taken so far, repeats included. */
  get size(): number {
    return this.#size;
  }

  /**
   * @param user dense index
   * @param item dense index
   * @param weight positive and finite
   * @throws RangeError for a bad index or weight
   */
  add(user: number, item: number, weight = 1): void {
    checkIndex('user', user);
    checkIndex('item', item);
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`weight ${weight} of user ${user}, item ${item} is not positive`);
    }
    if (this.#size === this.#users.length) this.#grow();
    if (this.#size > 0 && user < this.#users[this.#size - 1]!) this.#isByUser = false;
    this.#users[this.#size] = user;
    this.#items[this.#size] = item;
    this.#weights[this.#size] = weight;
    this.#size++;
    if (user >= this.#rows) this.#rows = user + 1;
    if (item >= this.#columns) this.#columns = item + 1;
  }

  /**
   * The matrix of all triples so far; the builder stays usable.
   *
   * @param rows at least the highest user + 1, which is the default
   * @param columns at least the highest item + 1, which is the default
   * @throws RangeError when a triple lies outside of `rows` × `columns`
   */
  build(rows = this.#rows, columns = this.#columns): SparseMatrix {
    if (rows < this.#rows || columns < this.#columns) {
      throw new RangeError(
        `interactions fill ${this.#rows} × ${this.#columns} and do not fit ${rows} × ${columns}`,
      );
    }
    // Below this, `positionsByItem` is exact.
    const isExact = columns * this.#size <= Number.MAX_SAFE_INTEGER;
    if (this.#isByUser && isExact) return this.#mergeByUser(rows, columns);
    const byItem = stableOrder(this.#items.subarray(0, this.#size), columns);
    const order = stableOrder(this.#users.subarray(0, this.#size), rows, byItem);
    return this.#merge(order, rows, columns);
  }

  #merge(order: Uint32Array, rows: number, columns: number): SparseMatrix {
    const indices = new Uint32Array(order.length);
    const sums = new Float64Array(order.length);
    const counts = new Uint32Array(rows);
    let size = 0;
    let lastUser = -1;
    for (const at of order) {
      const user = this.#users[at]!;
      const item = this.#items[at]!;
      if (user !== lastUser || item !== indices[size - 1]) {
        indices[size++] = item;
        counts[user]!++;
        lastUser = user;
      }
      sums[size - 1]! += this.#weights[at]!;
    }
    return {
      rows,
      columns,
      indptr: prefixSums(counts),
      indices: indices.slice(0, size),
      values: Float32Array.from(sums.subarray(0, size)),
    };
  }

  /**
   * The same without ordering all triples: the row of a user is in one place already, and is sorted
   * by itself. Takes a third of the time and, but for the result, no memory.
   */
  #mergeByUser(rows: number, columns: number): SparseMatrix {
    const counts = new Uint32Array(rows);
    for (let at = 0; at < this.#size; at++) counts[this.#users[at]!]!++;
    const indices = new Uint32Array(this.#size);
    const values = new Float32Array(this.#size);
    let size = 0;
    let from = 0;
    for (let row = 0; row < rows; row++) {
      const end = from + counts[row]!;
      const start = size;
      let sum = 0;
      for (const at of positionsByItem(this.#items, from, end)) {
        const item = this.#items[at]!;
        if (size === start || item !== indices[size - 1]) {
          indices[size++] = item;
          sum = 0;
        }
        sum += this.#weights[at]!;
        values[size - 1] = sum;
      }
      counts[row] = size - start;
      from = end;
    }
    const isWhole = size === this.#size;
    return {
      rows,
      columns,
      indptr: prefixSums(counts),
      indices: isWhole ? indices : indices.slice(0, size),
      values: isWhole ? values : values.slice(0, size),
    };
  }

  #grow(): void {
    const capacity = Math.ceil(this.#size * 1.5);
    this.#users = enlarged(this.#users, new Uint32Array(capacity));
    this.#items = enlarged(this.#items, new Uint32Array(capacity));
    this.#weights = enlarged(this.#weights, new Float32Array(capacity));
  }
}

/** @see InteractionsBuilder: the matrix of a finished list of `[user, item, weight]`. */
export function buildInteractions(
  triples: Iterable<readonly [user: number, item: number, weight?: number]>,
  rows?: number,
  columns?: number,
): SparseMatrix {
  const builder = new InteractionsBuilder();
  for (const [user, item, weight] of triples) builder.add(user, item, weight);
  return builder.build(rows, columns);
}

/** Counting sort: positions of `keys` by key, keeping the order of `before` among equal keys. */
function stableOrder(keys: Uint32Array, keyCount: number, before?: Uint32Array): Uint32Array {
  const counts = new Uint32Array(keyCount);
  for (const key of keys) counts[key]!++;
  const next = prefixSums(counts);
  const order = new Uint32Array(keys.length);
  for (let at = 0; at < keys.length; at++) {
    const position = before ? before[at]! : at;
    order[next[keys[position]!]!++] = position;
  }
  return order;
}

/** Positions `from … end - 1` in the order of their items, and as they came among equal items. */
function positionsByItem(items: Uint32Array, from: number, end: number): Float64Array {
  const length = end - from;
  // An item and its place in one number, so that numbers are sorted and nothing is compared.
  const keys = new Float64Array(length);
  for (let at = 0; at < length; at++) keys[at] = items[from + at]! * length + at;
  keys.sort();
  for (let at = 0; at < length; at++) keys[at] = from + (keys[at]! % length);
  return keys;
}

function enlarged<A extends Uint32Array | Float32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

function checkIndex(name: string, index: number): void {
  if (!Number.isInteger(index) || index < 0 || index > largestIndex) {
    throw new RangeError(`${name} index ${index} is not a whole number from 0 to ${largestIndex}`);
  }
}
