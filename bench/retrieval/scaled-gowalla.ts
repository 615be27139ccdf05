import { seededRandom } from '../../models/dataset/seeded-random.ts';
import { rowOf } from '../../models/dataset/sparse-matrix.ts';
import { createAlsTrainer } from '../../models/recommenders/als.ts';
import { AlsModel } from '../../models/recommenders/als-model.ts';
import type { FactorQuery } from '../../models/recommenders/factor-query.ts';
import { datasetOf, readPart } from '../train/gowalla.ts';

export interface ScaledQuery {
  readonly query: FactorQuery;
  readonly known: readonly number[];
}

export interface ScaledGowalla {
  readonly model: AlsModel;
  readonly queries: readonly ScaledQuery[];
}

/** Of a copy, as a part of the item's length: its cosine with the item is about .89. */
const noise = 0.5;

/**
 * A catalogue of any size from what ALS finds on gowalla: its 40,981 items' factors, and copies of
 * them, each moved by normal noise. An item's nearest neighbour there has a cosine of .91 (median),
 * its hundredth .78, so that a copy is as near as a neighbour; lengths stay, which go with
 * popularity. A smaller catalogue is a part of the items. Queries are the vectors of real users.
 */
export async function scaledGowalla(
  folder: string,
  items: number,
  dimensions: number,
  queries: number,
): Promise<ScaledGowalla> {
  const train = readPart(folder, 'train');
  const trainer = createAlsTrainer({ dimensions, unobservedWeight: 0.01, regularisation: 2 });
  const fitted = (await trainer.fit(datasetOf(train), { seed: 1 })) as AlsModel;
  const { parameters, itemCount } = fitted;
  const itemFactors = enlarged(parameters.itemFactors, dimensions, items);
  const model = new AlsModel({ ...parameters, itemFactors });
  const every = Math.floor(train.rows / queries);
  return {
    model,
    queries: Array.from({ length: queries }, (_, n) => {
      const { indices, values } = rowOf(train, n * every);
      const vector = fitted.foldIn({ items: indices, weights: values });
      const known = Array.from(indices, (item) => placeOf(item, itemCount, items));
      return { query: model.queryOf(vector), known: known.filter((item) => item >= 0) };
    }),
  };
}

/** Where an item is in the catalogue of another size; −1 where it is left out. */
function placeOf(item: number, from: number, to: number): number {
  if (to >= from) return item;
  const place = Math.floor((item * to) / from);
  return Math.ceil((place * from) / to) === item ? place : -1;
}

function enlarged(factors: Float32Array, dimensions: number, items: number): Float32Array {
  const from = factors.length / dimensions;
  const out = new Float32Array(items * dimensions);
  const random = seededRandom(2);
  for (let item = 0; item < items; item++) {
    const source = items < from ? Math.ceil((item * from) / items) : item % from;
    const row = factors.subarray(source * dimensions, (source + 1) * dimensions);
    out.set(row, item * dimensions);
    if (item < from) continue;
    const deviation = (noise * Math.hypot(...row)) / Math.sqrt(dimensions);
    const shrunk = 1 / Math.sqrt(1 + noise * noise);
    for (let d = 0; d < dimensions; d++) {
      const radius = Math.sqrt(-2 * Math.log(1 - random()));
      const moved = (row[d] ?? 0) + deviation * radius * Math.cos(2 * Math.PI * random());
      out[item * dimensions + d] = shrunk * moved;
    }
  }
  return out;
}
