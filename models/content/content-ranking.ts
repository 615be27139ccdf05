import { rowOf } from '../dataset/sparse-matrix.ts';
import { rankAmong } from '../evaluation/hide-items.ts';
import type { Recommendations } from '../evaluation/ranking-metrics.ts';
import type { TestSet } from '../evaluation/test-set.ts';
import type { AlsModel } from '../recommenders/als-model.ts';
import type { ContentDataset } from './content-dataset.ts';
import type { ContentEncoder, KnownUser } from './content-encoder.ts';

/** A training part, and who wanted which of the items that are hidden from it. */
export interface HiddenPart {
  /** Without a single interaction of the hidden items, whose content it has. */
  readonly train: ContentDataset;
  /** Ascending. */
  readonly hidden: Uint32Array;
  /** Column n is hidden[n]. */
  readonly test: TestSet;
}

/** Fold-ins of the users of a part, each made once. */
export type FoldedUsers = (user: number) => Float32Array;

export function foldedUsers(als: AlsModel, { train }: Pick<HiddenPart, 'train'>): FoldedUsers {
  const known = new Map<number, Float32Array>();
  return (user) => {
    let folded = known.get(user);
    if (folded === undefined) {
      const { indices, values } = rowOf(train.interactions, user);
      folded = als.foldIn({ items: indices, weights: values });
      known.set(user, folded);
    }
    return folded;
  };
}

/** Ranks the hidden items of a part among themselves by the dot products of an encoder's vectors. */
export function rankHidden(
  encoder: ContentEncoder,
  { train, hidden, test }: HiddenPart,
  folded: FoldedUsers,
  {
    limit,
    seed,
    recent,
  }: { readonly limit: number; readonly seed: number; readonly recent: number },
): Recommendations {
  const items = Array.from(hidden, (item) => encoder.encodeItem(train.itemBags, item));
  const embeddings = new Map<number, Float32Array>();
  const embed = (item: number) => {
    let embedding = embeddings.get(item);
    if (embedding === undefined) {
      embedding = encoder.embed(train.itemBags, item);
      embeddings.set(item, embedding);
    }
    return embedding;
  };
  return rankAmong(test, limit, seed, (user, out) => {
    const { indices } = rowOf(train.interactions, user);
    const known: KnownUser = {
      profile: { bags: train.userBags, row: user },
      recent: joined(Array.from(indices.subarray(0, recent), embed)),
      items: indices.length,
      folded: folded(user),
    };
    const vector = encoder.encodeUser(known);
    items.forEach((item, n) => {
      out[n] = dotProduct(item, vector);
    });
  });
}

export function dotProduct(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += a[n]! * b[n]!;
  return sum;
}

function joined(vectors: readonly Float32Array[]): Float32Array {
  const width = vectors[0]?.length ?? 0;
  const out = new Float32Array(vectors.length * width);
  vectors.forEach((vector, n) => {
    out.set(vector, n * width);
  });
  return out;
}
