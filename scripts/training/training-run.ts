import type { Manifest } from '../../models/artifact/manifest.ts';
import type { ContentEncoder } from '../../models/content/content-encoder.ts';
import type { Model, ModelKind } from '../../models/recommenders/model.ts';
import type { RunOptions } from './choose-settings.ts';
import type { LearningCurve } from './learning-curve.ts';
import { choiceRows, formatRows, measuredRows, parentRows } from './report.ts';
import { describeSeconds, type Stopwatch } from './stopwatch.ts';
import { contentRows, trainContent } from './train-content.ts';
import {
  type Choice,
  chooseModel,
  fitModel,
  type Measured,
  measureModel,
  type Tune,
} from './train-model.ts';
import type { Settings } from './trainers.ts';
import type { TrainingData } from './training-source.ts';
import { describeParent, parentOf, settingsOf, type WarmStart } from './warm-start.ts';

export interface TrainingRunOptions extends RunOptions {
  readonly kind: ModelKind;
  readonly tune: Tune;
  /** Settings that are known already. */
  readonly given?: Settings | undefined;
  /** What the fit starts from; its settings are the given ones where none are. */
  readonly warmStart?: WarmStart | undefined;
  /** Told what was chosen and measured, as it becomes known. */
  readonly report: (text: string) => void;
  readonly watch: Stopwatch;
}

/** One model from the choice of its settings to its figures. */
export interface TrainingRun {
  readonly kind: ModelKind;
  readonly choice: Choice;
  /** Undefined where it was fitted anew. */
  readonly parent: Manifest['parent'];
  readonly model: Model;
  /** Undefined where the source knows no content, or the model has no ALS. */
  readonly content: ContentEncoder | undefined;
  readonly learning: readonly LearningCurve[];
  /** Undefined where nothing is held out. */
  readonly measured: Measured | undefined;
}

/** Chooses settings on the validation part, fits once on all of the training data, and measures. */
export async function runTraining(
  data: TrainingData,
  options: TrainingRunOptions,
): Promise<TrainingRun> {
  const { kind, report, watch, warmStart } = options;
  const given = options.given ?? (warmStart && settingsOf(warmStart, kind));
  const choice = await chooseModel(kind, data, { ...options, given }, options);
  watch.lap('choose');
  report(formatRows(choiceRows(choice)));
  const start = warmStart && parentOf(warmStart, kind, choice.settings, data);
  const parent = warmStart && start && describeParent(warmStart, data, start);
  if (parent) report(formatRows(parentRows(parent)));
  const { model, learning, seconds } = await fitModel(kind, data, choice.settings, options, start);
  watch.lap('fit');
  if (Object.keys(seconds).length > 1) report(formatRows([['fitted', describeSeconds(seconds)]]));
  const content = await trainContent(model, data, choice.settings, options);
  if (content) report(formatRows(contentRows(content)));
  watch.lap('content');
  const { heldOut } = data;
  const measured = heldOut && (await measureModel(model, data, heldOut, options, content?.encoder));
  watch.lap('rank');
  const metrics = measured && heldOut ? measuredRows(measured, heldOut) : [];
  report(formatRows([...metrics, ['seconds', watch.describe()]]));
  return { kind, choice, parent, model, content: content?.encoder, learning, measured };
}
