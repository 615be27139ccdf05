import { seededRandom } from '../../models/dataset/seeded-random.ts';
import { AlsModel } from '../../models/recommenders/als-model.ts';
import type { History } from '../../models/recommenders/model.ts';

/** Items of a cluster in a catalogue of gowalla's size; with the root of the size it grows. */
const itemsOfCluster = 150;
const ofGowalla = 41_000;
const clustersOfGroup = 8;
/** What an item's direction has of its group's and its cluster's, in squares. */
const groupShare = 0.4;
const spreadOfLengths = 0.3;
const unobservedWeight = 0.01;

export interface ClusteredItems {
  readonly model: AlsModel;
  /** A seeded history of `length` distinct items. */
  history(length: number): History;
}

/**
 * Item factors with the shape of those that ALS of 64 dimensions finds on gowalla: eigenvalues of
 * the Gram matrix that fall as k^−.43; lengths, which go with popularity, log-normal with a
 * deviation of .3; groups of clusters, so that the nearest other item has a cosine of about .9, the
 * hundredth .8 and the thousandth .4. Cluster sizes follow Zipf's law, and each cluster is as tight
 * as chance has it.
 *
 * A history has half of its items from two clusters and half from all items, the longer factors
 * oftener.
 */
export function clusteredItems(items: number, dimensions: number, seed: number): ClusteredItems {
  const random = seededRandom(seed);
  const normal = normals(random);
  const deviations = Float64Array.from({ length: dimensions }, (_, d) => (d + 1) ** -0.215);
  const clusterSize = itemsOfCluster * Math.sqrt(items / ofGowalla);
  const clusters = Math.max(1, Math.round(items / clusterSize));
  const direction = (): Float64Array => {
    const vector = deviations.map((deviation) => deviation * normal());
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
  const groups = Array.from({ length: Math.ceil(clusters / clustersOfGroup) }, direction);
  const centres = Array.from({ length: clusters }, (_, cluster) => {
    const own = direction();
    const group = groups[cluster % groups.length] ?? own;
    const tightness = 0.6 + 0.37 * random();
    const ownShare = Math.sqrt(tightness - groupShare);
    return {
      centre: own.map((value, d) => Math.sqrt(groupShare) * (group[d] ?? 0) + ownShare * value),
      noise: Math.sqrt(1 - tightness),
    };
  });
  const itemFactors = new Float32Array(items * dimensions);
  const lengths = new Float32Array(items);
  const members: number[][] = centres.map(() => []);
  for (let item = 0; item < items; item++) {
    // Sizes in proportion to (rank + 3)^−½.
    const cluster = Math.min(clusters - 1, Math.floor(clusters * random() ** 2));
    const { centre, noise } = centres[cluster] as (typeof centres)[number];
    members[cluster]?.push(item);
    const length = Math.exp(spreadOfLengths * normal());
    lengths[item] = length;
    const own = direction();
    for (let d = 0; d < dimensions; d++) {
      itemFactors[item * dimensions + d] = length * ((centre[d] ?? 0) + noise * (own[d] ?? 0));
    }
  }
  const squares = new Float64Array(dimensions);
  itemFactors.forEach((value, at) => {
    squares[at % dimensions] = (squares[at % dimensions] ?? 0) + value * value;
  });
  const model = new AlsModel({
    dimensions,
    itemFactors,
    eigenvalues: Float32Array.from(squares),
    unobservedWeight,
    regularisation: 0.002,
    exponent: 1,
  });
  const anyItem = (): number => {
    for (;;) {
      const item = Math.floor(items * random());
      if (random() * 3 < (lengths[item] ?? 0)) return item;
    }
  };
  return {
    model,
    history(length) {
      const chosen = new Set<number>();
      const ofCluster = [0, 1].map(() => members[Math.floor(clusters * random())] ?? []);
      while (chosen.size < length) {
        const own = ofCluster[chosen.size % 4] ?? [];
        const item = own[Math.floor(own.length * random())] ?? anyItem();
        chosen.add(chosen.has(item) ? anyItem() : item);
      }
      const sorted = Uint32Array.from(chosen).sort();
      return { items: sorted, weights: new Float32Array(length).map(() => 0.5 + 2 * random()) };
    },
  };
}

/** Standard normal numbers, two at a time (Box and Muller). */
function normals(random: () => number): () => number {
  let kept: number | undefined;
  return () => {
    if (kept !== undefined) {
      const value = kept;
      kept = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
