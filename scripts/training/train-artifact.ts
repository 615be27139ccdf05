import { type EncodedArtifact, encodeArtifact } from '../../models/artifact/artifact.ts';
import { toParts } from '../../models/recommenders/model-codec.ts';
import { dataRows, formatRows, manifestMetrics, usersWithAny } from './report.ts';
import { Stopwatch } from './stopwatch.ts';
import { backendOf } from './trainers.ts';
import { runTraining, type TrainingRun, type TrainingRunOptions } from './training-run.ts';
import type { TrainingData, TrainingSource } from './training-source.ts';

export interface TrainOptions extends Omit<TrainingRunOptions, 'watch'> {
  /** When it is made (ISO 8601, UTC): all of the artifact that the clock has a part in. */
  readonly created: string;
}

/** An artifact, and the run that it came out of. */
export interface TrainedArtifact extends EncodedArtifact {
  readonly data: TrainingData;
  readonly run: TrainingRun;
  /** Its last lap ended with the run. */
  readonly watch: Stopwatch;
}

/**
 * Trains on what a source gives and measures on what it holds out. The model that is measured is
 * the one in the artifact: it is not fitted again on the test.
 */
export async function trainArtifact(
  source: TrainingSource,
  options: TrainOptions,
): Promise<TrainedArtifact> {
  const { kind, created, seed, report, signal } = options;
  const watch = new Stopwatch();
  const data = await source.load(seed, signal, options.tune !== 'none');
  watch.lap('read');
  report(formatRows([['model', kind], ...dataRows(source, data)]));
  const run = await runTraining(data, { ...options, watch });
  const { dataset, window, heldOut, weights } = data;
  const artifact = encodeArtifact({
    kind,
    created,
    data: {
      ...window,
      users: usersWithAny(dataset),
      items: dataset.items.size,
      interactions: dataset.interactions.indices.length,
    },
    configuration: run.choice.settings,
    ...(weights && { eventWeights: { ...weights } }),
    ...(run.parent && { parent: run.parent }),
    seed,
    metrics: run.measured && heldOut ? manifestMetrics(run.measured.metrics, heldOut) : null,
    backend: backendOf(kind),
    parts: toParts({ model: run.model, items: dataset.items, content: run.content }),
  });
  return { ...artifact, data, run, watch };
}
