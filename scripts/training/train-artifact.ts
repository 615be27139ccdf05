import { type EncodedArtifact, encodeArtifact } from '../../models/artifact/artifact.ts';
import type { ModelKind } from '../../models/recommenders/model.ts';
import { toParts } from '../../models/recommenders/model-codec.ts';
import type { RunOptions } from './choose-settings.ts';
import {
  choiceRows,
  dataRows,
  formatRows,
  manifestMetrics,
  measuredRows,
  usersWithAny,
} from './report.ts';
import { Stopwatch } from './stopwatch.ts';
import { chooseModel, fitModel, measureModel, type Tune } from './train-model.ts';
import { backendOf, type Settings } from './trainers.ts';
import type { TrainingSource } from './training-source.ts';

export interface TrainOptions extends RunOptions {
  readonly kind: ModelKind;
  readonly tune: Tune;
  /** Settings that are known already. */
  readonly given?: Settings | undefined;
  /** When it is made (ISO 8601, UTC): all of the artifact that the clock has a part in. */
  readonly created: string;
  /** Told what was read, chosen and measured, as it becomes known. */
  readonly report: (text: string) => void;
}

/**
 * Trains on what a source gives and measures on what it holds out. The model that is measured is
 * the one in the artifact: it is not fitted again on the test.
 */
export async function trainArtifact(
  source: TrainingSource,
  options: TrainOptions,
): Promise<EncodedArtifact> {
  const { kind, created, seed, report, signal } = options;
  const watch = new Stopwatch();
  const data = await source.load(seed, signal);
  watch.lap('read');
  report(formatRows([['model', kind], ...dataRows(source, data)]));
  const choice = await chooseModel(kind, data, options, options);
  watch.lap('choose');
  report(formatRows(choiceRows(choice)));
  const model = await fitModel(kind, data, choice.settings, options);
  watch.lap('fit');
  const measured = data.heldOut && (await measureModel(model, data, data.heldOut, options));
  watch.lap('rank');
  const metrics = measured && data.heldOut ? measuredRows(measured, data.heldOut) : [];
  report(formatRows([...metrics, ['seconds', watch.describe()]]));
  const { dataset, window, heldOut } = data;
  return encodeArtifact({
    kind,
    created,
    data: {
      ...window,
      users: usersWithAny(dataset),
      items: dataset.items.size,
      interactions: dataset.interactions.indices.length,
    },
    configuration: choice.settings,
    seed,
    metrics: measured && heldOut ? manifestMetrics(measured.metrics, heldOut) : null,
    backend: backendOf(kind),
    parts: toParts({ model, items: dataset.items }),
  });
}
