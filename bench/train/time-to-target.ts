import { createAlsTrainer } from '../../models/recommenders/als.ts';
import type { AlsModel } from '../../models/recommenders/als-model.ts';
import { datasetOf, readPart } from './gowalla.ts';
import { fitImplicit, implicitLists } from './implicit.ts';
import { median, print, report } from './print.ts';
import { listsOf, measure, type OurSettings } from './quality.ts';
import { chosenFor } from './settings.ts';

/** More epochs than this do not get there. */
const mostEpochs = 20;

export interface TargetOptions {
  readonly data: string;
  readonly python: string;
  readonly dimensions: number;
  readonly threads: number;
  readonly rounds: number;
  /** What is fitted, and what NDCG@20 is measured on. */
  readonly parts: readonly [train: string, heldOut: string];
}

/**
 * Seconds that a fit takes to the NDCG@20 that `implicit` ends with, beside the seconds that
 * `implicit` takes to get there. Both clocks run over the whole call of `fit` on data in memory
 * (transposing, starting threads and compiling kernels included) and stop before anything is
 * ranked. An epoch's NDCG is that of a fit of so many epochs, so that what is timed is a fit that
 * one would run.
 */
export async function benchTarget(options: TargetOptions): Promise<void> {
  const { data, python, dimensions, threads, rounds, parts } = options;
  const settings = chosenFor(dimensions);
  const theirs = { ...settings.implicit, threads };
  const heldOut = readPart(data, parts[1]);
  const target = measure(await implicitLists(python, data, parts[0], theirs), heldOut).ndcg;
  print(`time to implicit's final NDCG@20, ${dimensions} factors, ${parts.join(' → ')}`);
  print(`  target ${target.toFixed(4)}, of ${theirs.iterations} iterations`);
  const epochs = await epochsTo(target, options, settings.ours);
  if (epochs === undefined) return print(`  not reached in ${mostEpochs} epochs`);
  const ourSeconds: number[] = [];
  const theirSeconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const ours = { ...settings.ours, epochs };
    ourSeconds.push((await timedFit(data, parts[0], ours, threads)).seconds);
    theirSeconds.push((await fitImplicit(python, data, parts[0], theirs)).fitSeconds);
  }
  report(`kernels, ${epochs} epochs`, ourSeconds, 's');
  report(`implicit, ${theirs.iterations} iterations`, theirSeconds, 's');
  print(`  ratio ${(median(ourSeconds) / median(theirSeconds)).toFixed(2)}`);
}

/** The first number of epochs after which a fit has the target. */
async function epochsTo(
  target: number,
  { data, threads, parts: [train, test] }: TargetOptions,
  settings: OurSettings,
): Promise<number | undefined> {
  const heldOut = readPart(data, test);
  for (let epochs = 1; epochs <= mostEpochs; epochs++) {
    const { model, interactions } = await timedFit(data, train, { ...settings, epochs }, threads);
    const { ndcg } = measure(await listsOf(model, interactions), heldOut);
    print(`  kernels, ${epochs} epochs: NDCG@20 ${ndcg.toFixed(4)}`);
    if (ndcg >= target) return epochs;
  }
  return undefined;
}

async function timedFit(data: string, part: string, settings: OurSettings, threads: number) {
  const interactions = readPart(data, part);
  const dataset = datasetOf(interactions);
  const trainer = createAlsTrainer({ ...settings, threads });
  const start = performance.now();
  const model = (await trainer.fit(dataset, { seed: 1 })) as AlsModel;
  return { model, interactions, seconds: (performance.now() - start) / 1e3 };
}
