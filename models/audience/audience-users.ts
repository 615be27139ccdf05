import type { SparseMatrix } from '../dataset/sparse-matrix.ts';
import { FactorQuery } from '../recommenders/factor-query.ts';
import type { History, Query } from '../recommenders/model.ts';
import { UserNeighboursQuery } from '../recommenders/user-neighbours-query.ts';
import type { WeightedPart } from './audience-parts.ts';
import { Growing } from './growing.ts';
import { UserVectors } from './user-vectors.ts';

/** What one component keeps of all users. */
export type UserPart = {
  readonly part: WeightedPart;
  /** The component's weight over the deviation of its scores among all users and items. */
  readonly scale: number;
} & (
  | { readonly form: 'vectors'; readonly vectors: UserVectors }
  /** The histories themselves. */
  | { readonly form: 'graph' }
  /** users × users of the training data. */
  | { readonly form: 'neighbours'; readonly neighbours: SparseMatrix }
);

/** Users as a model sees them, by dense indices: what any shelf can be scored with. */
export interface AudienceUsers {
  readonly count: number;
  /** users × items, as confidences. */
  readonly histories: SparseMatrix;
  /** Seconds since 1970 of the last thing that each of them did. */
  readonly lastSeen: Float64Array;
  readonly parts: readonly UserPart[];
  readonly byteLength: number;
}

interface Collected {
  readonly part: WeightedPart;
  readonly vectors: UserVectors | undefined;
  readonly users: Growing<Uint32Array>;
  readonly similarities: Growing<Float32Array>;
  readonly starts: Growing<Uint32Array>;
  /** Sums over the users of the mean of their scores, and of the mean of the squares. */
  means: number;
  squares: number;
}

/**
 * Asks every component about every user once, and keeps what their scores of any item are made of: a
 * vector, the history, the nearest users.
 *
 * The deviations that a hybrid divides by are a user's own, which makes items comparable and users
 * not: everybody has a best item. Here each component is divided by one deviation, that of its scores
 * among all users and all the items that they have not met. So a user of whom a component says more
 * has more, as the component was fitted: SLIM and ALS estimate the same 0 and 1 for all.
 */
export class AudienceUsersBuilder {
  readonly #itemCount: number;
  readonly #collected: readonly Collected[];
  readonly #items = new Growing(new Uint32Array());
  readonly #weights = new Growing(new Float32Array());
  readonly #starts = new Growing(new Uint32Array(1));
  readonly #lastSeen = new Growing(new Float64Array());

  /** @throws RangeError when no component tells users apart */
  constructor(itemCount: number, parts: readonly WeightedPart[]) {
    if (parts.length === 0) throw new RangeError('the model says the same of all users');
    this.#itemCount = itemCount;
    this.#starts.push(0);
    this.#collected = parts.map((part) => ({
      part,
      vectors: part.form === 'vectors' ? new UserVectors(part.rows.dimensions) : undefined,
      users: new Growing(new Uint32Array()),
      similarities: new Growing(new Float32Array()),
      starts: new Growing(new Uint32Array()),
      means: 0,
      squares: 0,
    }));
  }

  get count(): number {
    return this.#lastSeen.size;
  }

  /**
   * @param history at least one item, ascending
   * @param lastSeen seconds since 1970
   */
  add(history: History, lastSeen: number): void {
    for (const collected of this.#collected) {
      const query = collected.part.model.query(history);
      addMoments(collected, query);
      if (query instanceof FactorQuery) collected.vectors?.add(query.vector);
      if (query instanceof UserNeighboursQuery) {
        collected.starts.push(collected.users.size);
        collected.users.pushAll(query.neighbours.users);
        collected.similarities.pushAll(query.neighbours.similarities);
      }
    }
    this.#items.pushAll(history.items);
    this.#weights.pushAll(history.weights);
    this.#starts.push(this.#items.size);
    this.#lastSeen.push(lastSeen);
  }

  build(): AudienceUsers {
    const { count } = this;
    const histories: SparseMatrix = {
      rows: count,
      columns: this.#itemCount,
      indptr: this.#starts.build(),
      indices: this.#items.build(),
      values: this.#weights.build(),
    };
    const parts = this.#collected.map((collected) => userPart(collected, count));
    const byteLength =
      bytesOf(histories) +
      8 * count +
      parts.reduce((sum, part) => {
        if (part.form === 'vectors') return sum + part.vectors.byteLength;
        return part.form === 'neighbours' ? sum + bytesOf(part.neighbours) : sum;
      }, 0);
    return { count, histories, lastSeen: this.#lastSeen.build(), parts, byteLength };
  }
}

function addMoments(collected: Collected, query: Query): void {
  const { mean, scale } = query.moments();
  const variance = scale > 0 ? 1 / scale ** 2 : 0;
  collected.means += mean;
  collected.squares += variance + mean ** 2;
}

function userPart(collected: Collected, count: number): UserPart {
  const { part, vectors, means, squares, starts, users, similarities } = collected;
  const variance = count > 0 ? squares / count - (means / count) ** 2 : 0;
  const scale = variance > 0 ? part.weight / Math.sqrt(variance) : 0;
  if (part.form === 'graph') return { part, scale, form: 'graph' };
  if (part.form === 'vectors') {
    return { part, scale, form: 'vectors', vectors: vectors ?? new UserVectors(1) };
  }
  starts.push(users.size);
  const neighbours: SparseMatrix = {
    rows: count,
    columns: part.byItem.columns,
    indptr: starts.build(),
    indices: users.build(),
    values: similarities.build(),
  };
  return { part, scale, form: 'neighbours', neighbours };
}

function bytesOf({ indptr, indices, values }: SparseMatrix): number {
  return indptr.byteLength + indices.byteLength + values.byteLength;
}
