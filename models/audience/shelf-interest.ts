import type { SparseMatrix } from '../dataset/sparse-matrix.ts';
import type { AudienceUsers, UserPart } from './audience-users.ts';

/**
 * Days after which somebody who has not come again is half as likely to buy. Chosen together with the
 * form on four simulated shops and Online Retail (docs/segments.md); from 30 to 60 days all were
 * within 1 %.
 */
export const recencyHalf = 45;

const secondsADay = 86_400;

export interface Shelf {
  /** Indices of the items, each once. */
  readonly items: Uint32Array;
  /** Vectors, in the space of ALS, of items that the model was not trained on. */
  readonly newItems?: readonly Float32Array[];
}

/** How likely somebody still is to come, by when they were last seen: 1 just now, ½ after 45 days. */
export function recencyFactor(lastSeen: number, now: number): number {
  return 1 / (1 + Math.max(0, now - lastSeen) / (recencyHalf * secondsADay));
}

/**
 * How much is to be expected of each user for a shelf:
 *
 *   r(u) · max(0, Σ_i Σ_c (w_c / σ_c) · s_c(u, i))
 *
 * over the items i of the shelf and the components c of the model, with weight w_c, score s_c, σ_c
 * the deviation of its scores among all users and items, and r the factor of recency. All components
 * are sums over what is kept of a user, and so is their sum over the shelf: the shelf's vectors and
 * edges are added up first, and each user costs as much as one item would.
 *
 * @param now seconds since 1970
 * @param out one number a user
 */
export function shelfInterest(
  users: AudienceUsers,
  shelf: Shelf,
  now: number,
  out: Float64Array,
): void {
  if (out.length !== users.count) throw new RangeError(`room for ${out.length} users`);
  out.fill(0);
  for (const part of users.parts) if (part.scale > 0) addPart(users, part, shelf, out);
  for (let user = 0; user < out.length; user++) {
    out[user] = Math.max(0, out[user]!) * recencyFactor(users.lastSeen[user]!, now);
  }
}

function addPart(users: AudienceUsers, part: UserPart, shelf: Shelf, out: Float64Array): void {
  if (part.form === 'vectors') addVectors(part, shelf, out);
  else if (part.form === 'neighbours') {
    addProducts(part.neighbours, part.scale, neighbourWeights(part, shelf.items), out);
  } else addProducts(users.histories, part.scale, edgeWeights(part, shelf.items), out);
}

/** Σ_i x · yᵢ = x · Σ_i yᵢ */
function addVectors(
  { part, scale, vectors }: UserPart & { form: 'vectors' },
  { items, newItems = [] }: Shelf,
  out: Float64Array,
): void {
  if (part.form !== 'vectors') return;
  const { factors, dimensions } = part.rows;
  const sum = new Float64Array(dimensions);
  for (const item of items) {
    const from = item * dimensions;
    for (let d = 0; d < dimensions; d++) sum[d]! += factors[from + d]!;
  }
  // New items have a place in the space of ALS only.
  for (const vector of part.model.kind === 'als' ? newItems : []) {
    for (let d = 0; d < dimensions; d++) sum[d]! += vector[d] ?? 0;
  }
  vectors.forEachBlock([Float32Array.from(sum)], ({ row, rows, products }) => {
    for (let n = 0; n < rows; n++) out[row + n]! += scale * products[n]!;
  });
}

/** What having each item says about the shelf: Σ_i S[j, i]. */
function edgeWeights({ part }: UserPart, shelf: Uint32Array): Float64Array {
  if (part.form !== 'graph') return new Float64Array();
  const { rows, columns, indptr, indices, values } = part.graph;
  const isOnShelf = new Uint8Array(columns);
  for (const item of shelf) isOnShelf[item] = 1;
  const weights = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    const end = indptr[row + 1]!;
    for (let at = indptr[row]!; at < end; at++) if (isOnShelf[indices[at]!]) sum += values[at]!;
    weights[row] = sum;
  }
  return weights;
}

/** What each user of the training data had of the shelf: Σ_i R[v, i]. */
function neighbourWeights({ part }: UserPart, shelf: Uint32Array): Float64Array {
  if (part.form !== 'neighbours') return new Float64Array();
  const { columns, indptr, indices, values } = part.byItem;
  const weights = new Float64Array(columns);
  for (const item of shelf) {
    for (let at = indptr[item]!; at < indptr[item + 1]!; at++)
      weights[indices[at]!]! += values[at]!;
  }
  return weights;
}

/** Adds scale · (matrix · weights). */
function addProducts(
  { rows, indptr, indices, values }: SparseMatrix,
  scale: number,
  weights: Float64Array,
  out: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    const end = indptr[row + 1]!;
    for (let at = indptr[row]!; at < end; at++) sum += values[at]! * weights[indices[at]!]!;
    out[row]! += scale * sum;
  }
}
