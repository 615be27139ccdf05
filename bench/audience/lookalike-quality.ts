import { partsOf } from '../../models/audience/audience-parts.ts';
import { AudienceUsersBuilder } from '../../models/audience/audience-users.ts';
import { unit } from '../../models/audience/k-means.ts';
import { likeness, type UserSpace, userSpace } from '../../models/audience/lookalike.ts';
import { IdMap } from '../../models/dataset/id-map.ts';
import { seededRandom } from '../../models/dataset/seeded-random.ts';
import { rowOf } from '../../models/dataset/sparse-matrix.ts';
import { createHybridTrainer } from '../../models/recommenders/hybrid.ts';
import { makePerson } from '../../scripts/simulation/people.ts';
import { knownBefore, type PastShop, type SimulatedOptions } from './past-shop.ts';

export const methods = ['affinity', 'nearest taste', 'centroid', 'chance'] as const;

/** What one method found of one segment's hidden half, over what chance would. */
export interface Member {
  readonly method: (typeof methods)[number];
  /** How many tastes the segment was made of. */
  readonly tastes: number;
  readonly lift: number;
}

interface Sizes {
  readonly size: Omit<SimulatedOptions, 'seed'>;
  readonly busy: Omit<SimulatedOptions, 'seed'>;
}

const repeats = 6;
const fewestOfTaste = 60;

/**
 * Segments are planted by the hidden truth: people of one to three tastes (their gender, and the
 * occasion that they dress for most). Half of each is the seeds; the other half is to be found among
 * all others.
 */
export async function measureLookalike(
  shops: readonly PastShop[],
  seeds: readonly number[],
  busySeed: number,
  { size, busy }: Sizes,
): Promise<Member[]> {
  const made = [...seeds.map((seed) => ({ ...size, seed })), { ...busy, seed: busySeed }];
  const all: Member[] = [];
  for (const [n, options] of made.entries()) {
    const shop = shops[n];
    if (shop) all.push(...(await measureShop(shop, options)));
  }
  return all;
}

async function measureShop(shop: PastShop, options: SimulatedOptions): Promise<Member[]> {
  const { space, users } = await spaceOf(shop);
  const tasteOf = tastesOf(options);
  const tastes = users.map((user) => tasteOf.get(shop.userIds[user] ?? '') ?? -1);
  const frequent = [...new Set(tastes)].filter((taste) => {
    return tastes.filter((other) => other === taste).length >= fewestOfTaste;
  });
  const random = seededRandom(options.seed);
  const found: Member[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const count of [1, 2, 3]) {
      const chosen = new Set(shuffled(frequent, random).slice(0, count));
      const members = shuffled(
        tastes.flatMap((taste, at) => (chosen.has(taste) ? [at] : [])),
        random,
      );
      const half = Math.floor(members.length / 2);
      const given = Uint32Array.from(members.slice(0, half)).sort();
      found.push(...liftsOf(space, given, new Set(members.slice(half)), count, random));
    }
  }
  return found;
}

function liftsOf(
  space: UserSpace,
  given: Uint32Array,
  hidden: ReadonlySet<number>,
  tastes: number,
  random: () => number,
): Member[] {
  const { affinity, similarity } = likeness(space, given, 1);
  const scores: Record<Member['method'], ArrayLike<number>> = {
    affinity,
    'nearest taste': similarity,
    centroid: toCentroid(space, given),
    chance: Float64Array.from(affinity, random),
  };
  const seeds = new Set(given);
  return methods.map((method) => {
    const others = Array.from(affinity.keys()).filter((user) => !seeds.has(user));
    others.sort((a, b) => (scores[method][b] ?? 0) - (scores[method][a] ?? 0));
    const hits = others.slice(0, hidden.size).filter((user) => hidden.has(user)).length;
    return { method, tastes, lift: hits / hidden.size / (hidden.size / others.length) };
  });
}

/** The cosine to the mean direction of the seeds, nothing taken off: the usual way. */
function toCentroid({ vectors, inverseNorms }: UserSpace, given: Uint32Array): Float64Array {
  const sum = new Float64Array(vectors.dimensions);
  for (const user of given) {
    const row = vectors.row(user);
    for (let d = 0; d < sum.length; d++) {
      sum[d] = (sum[d] ?? 0) + (row[d] ?? 0) * (inverseNorms[user] ?? 0);
    }
  }
  const centre = unit(sum) ?? sum;
  return Float64Array.from({ length: vectors.count }, (_, user) => {
    const row = vectors.row(user);
    return (
      centre.reduce((dot, value, d) => dot + value * (row[d] ?? 0), 0) * (inverseNorms[user] ?? 0)
    );
  });
}

async function spaceOf(shop: PastShop): Promise<{ space: UserSpace; users: number[] }> {
  const { histories, lastSeen } = knownBefore(shop, shop.end);
  const items = new IdMap(Array.from({ length: shop.items }, (_, n) => `i${n}`));
  const dataset = { users: new IdMap(), items, interactions: histories };
  const model = await createHybridTrainer().fit(dataset, { seed: 1 });
  const builder = new AudienceUsersBuilder(shop.items, partsOf(model));
  const users: number[] = [];
  for (let user = 0; user < histories.rows; user++) {
    const { indices, values: weights } = rowOf(histories, user);
    if (indices.length === 0) continue;
    users.push(user);
    builder.add({ items: indices, weights }, lastSeen[user] ?? 0);
  }
  const parts = builder.build().parts.flatMap((part) => (part.form === 'vectors' ? [part] : []));
  const [als] = parts;
  if (!als) throw new Error('no ALS');
  return { space: userSpace(als.vectors, 1), users };
}

function tastesOf({ seed, users }: SimulatedOptions): Map<string, number> {
  return new Map(
    Array.from({ length: users }, (_, at) => {
      const { id, gender, truth } = makePerson(seed, at, users, 2026);
      const occasion = truth.dressesFor.indexOf(Math.max(...truth.dressesFor));
      return [id, (gender === 'female' ? 0 : truth.dressesFor.length) + occasion];
    }),
  );
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}
