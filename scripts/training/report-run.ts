import type { ModelKind } from '../../models/recommenders/model.ts';
import { type ActiveOnTest, rankByActive } from './active-version.ts';
import type { RunOptions } from './choose-settings.ts';
import { type Contender, measureBaselines } from './contenders.ts';
import { metricTable } from './metric-table.ts';
import { buildReport } from './report/build-report.ts';
import type { EvaluationReport } from './report/evaluation-report.ts';
import { formatRows } from './report.ts';
import type { Shop } from './shop.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { TrainingRun } from './training-run.ts';
import type { TrainingData } from './training-source.ts';

export interface ReportRunOptions extends RunOptions {
  /** The data's name, for people. */
  readonly dataset: string;
  /** Of the artifact that was written. */
  readonly version?: string | undefined;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly shop: Shop | undefined;
  readonly watch: Stopwatch;
  /** Other runs on the same data, that this one is to be seen beside. */
  readonly others?: readonly TrainingRun[];
  /** Told the table of all models. */
  readonly report: (text: string) => void;
}

/** Measures what a run's model has to beat, prints one table of all of them, and reports. */
export async function reportRun(
  run: TrainingRun,
  data: TrainingData,
  options: ReportRunOptions,
): Promise<EvaluationReport> {
  const { shop, watch, others = [], report } = options;
  const active = await rankByActive(shop, data, data.heldOut, options);
  const contenders = await contendersOf(run, others, active, data, options);
  watch.lap('compare');
  if (contenders.length > 0) report(`\n${metricTable(contenders)}\n`);
  if (typeof active !== 'string') report(formatRows([['active version', describeActive(active)]]));
  const seconds = watch.laps;
  return buildReport({ ...options, data, run, contenders, active, shop, seconds }, options);
}

function describeActive({ version, kind, unfair }: ActiveOnTest): string {
  return `${version} (${kind})${unfair === undefined ? '' : `, not in the table: ${unfair}`}`;
}

async function contendersOf(
  run: TrainingRun,
  others: readonly TrainingRun[],
  active: ActiveOnTest | string,
  data: TrainingData,
  options: RunOptions,
): Promise<Contender[]> {
  if (!data.heldOut || !run.measured) return [];
  const runs = [run, ...others];
  const measured = new Set<ModelKind>(runs.map(({ kind }) => kind));
  return [
    ...runs.flatMap(({ kind, measured: figures }) => {
      const role = kind === run.kind ? ('model' as const) : ('baseline' as const);
      return figures ? [{ name: kind, role, ...figures }] : [];
    }),
    ...(typeof active === 'string' || active.unfair !== undefined ? [] : [active.contender]),
    ...(await measureBaselines(run.measured.components, measured, data, data.heldOut, options)),
  ];
}
