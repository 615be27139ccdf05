import type { Dataset } from '../../models/dataset/dataset.ts';
import { InteractionsBuilder } from '../../models/dataset/interactions-builder.ts';
import { seededRandom } from '../../models/dataset/seeded-random.ts';
import { rowOf, type SparseMatrix } from '../../models/dataset/sparse-matrix.ts';
import { bootstrapMean, type Interval } from '../../models/evaluation/bootstrap.ts';
import { createAlsTrainer } from '../../models/recommenders/als.ts';
import type { AlsModel } from '../../models/recommenders/als-model.ts';
import type { ParentModel } from '../../models/recommenders/model.ts';
import { datasetOf, readPart } from './gowalla.ts';
import { median, print, report } from './print.ts';
import { listsOf, metricsOfUsers } from './quality.ts';
import { chosenFor } from './settings.ts';

export interface WarmStartOptions {
  readonly data: string;
  readonly dimensions: number;
  readonly threads: number;
  readonly rounds: number;
  /** What is fitted, and what NDCG@20 is measured on. */
  readonly parts: readonly [train: string, heldOut: string];
}

/** The share of the pairs that the parent does not know. */
const newShare = 0.01;

/**
 * A nightly retrain: a parent is fitted to 99 % of the pairs, at random with a seed, and then all
 * of them are fitted, from the parent and anew. Both stop by the same rule.
 */
export async function benchWarmStart(options: WarmStartOptions): Promise<void> {
  const { data, dimensions, threads, rounds, parts } = options;
  const settings = { ...chosenFor(dimensions).ours, threads };
  const all = datasetOf(readPart(data, parts[0]));
  const heldOut = readPart(data, parts[1]);
  const most = { ...all, interactions: without(newShare, all.interactions) };
  const { model, seconds } = await timedFit(settings, most);
  print(`warm start, ${dimensions} factors, ${parts.join(' → ')}, ${threads} threads`);
  print(`  parent: ${seconds.toFixed(2)} s`);
  const parent = { model, items: all.items };
  const cold: Fit[] = [];
  const warm: Fit[] = [];
  for (let round = 0; round < rounds; round++) {
    cold.push(await timedFit(settings, all));
    warm.push(await timedFit(settings, all, parent));
  }
  const ndcg: Float64Array[] = [];
  for (const [name, fits] of Object.entries({ cold, warm })) {
    const [first] = fits;
    if (!first) return;
    const values = metricsOfUsers(await listsOf(first.model, all.interactions), heldOut).ndcg;
    ndcg.push(values);
    print(
      `  ${name}: ${first.halves / 2} epochs, NDCG@20 ${describe(bootstrapMean(values, { seed: 1 }))}`,
    );
    report(
      name,
      fits.map((fit) => fit.seconds),
      's',
    );
  }
  const difference = (ndcg[1] ?? new Float64Array()).map(
    (value, at) => value - (ndcg[0]?.[at] ?? 0),
  );
  print(`  NDCG@20, warm − cold: ${describe(bootstrapMean(difference, { seed: 1 }))}`);
  const ratio = median(warm.map((fit) => fit.seconds)) / median(cold.map((fit) => fit.seconds));
  print(`  ratio ${ratio.toFixed(2)}`);
}

interface Fit {
  readonly model: AlsModel;
  /** Of the whole call of `fit`. */
  readonly seconds: number;
  /** Half epochs until it stopped. */
  readonly halves: number;
}

async function timedFit(
  settings: Parameters<typeof createAlsTrainer>[0],
  dataset: Dataset,
  parent?: ParentModel,
): Promise<Fit> {
  const trainer = createAlsTrainer(settings);
  let halves = 0;
  const start = performance.now();
  const model = await trainer.fit(dataset, {
    seed: 1,
    onProgress: ({ done }) => {
      halves = done;
    },
    ...(parent && { parent }),
  });
  return { model: model as AlsModel, seconds: (performance.now() - start) / 1e3, halves };
}

function without(share: number, interactions: SparseMatrix): SparseMatrix {
  const random = seededRandom(1);
  const kept = new InteractionsBuilder();
  for (let user = 0; user < interactions.rows; user++) {
    const { indices, values } = rowOf(interactions, user);
    for (const [at, item] of indices.entries()) {
      if (random() >= share) kept.add(user, item, values[at]);
    }
  }
  return kept.build(interactions.rows, interactions.columns);
}

function describe({ mean, low, high }: Interval): string {
  return `${mean.toFixed(4)} (95 % ${low.toFixed(4)} to ${high.toFixed(4)})`;
}
