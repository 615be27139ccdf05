import { setImmediate } from 'node:timers/promises';
import {
  changesOf,
  type ExposureChange,
  type ListChanges,
} from '../../../models/evaluation/compare-models.ts';
import { concentrationCurve } from '../../../models/evaluation/exposure.ts';
import type { ActiveOnTest } from '../active-version.ts';
import type { RunOptions } from '../choose-settings.ts';
import type { WeightChoice } from '../choose-weights.ts';
import type { Contender } from '../contenders.ts';
import { usersWithAny } from '../report.ts';
import type { Shop } from '../shop.ts';
import { backendOf } from '../trainers.ts';
import type { TrainingRun } from '../training-run.ts';
import type { HeldOut, TrainingData } from '../training-source.ts';
import type {
  ActiveReport,
  BlendReport,
  DataReport,
  EvaluationReport,
  ItemReport,
  ModelReport,
  NeighbourExample,
} from './evaluation-report.ts';
import { calibrationReport, modelReport } from './model-report.ts';
import { type Neighbours, neighbourExamples } from './neighbour-examples.ts';

export interface ReportInput {
  readonly dataset: string;
  readonly version?: string | undefined;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly data: TrainingData;
  readonly run: TrainingRun;
  /** The run's own model first; empty where nothing was measured. */
  readonly contenders: readonly Contender[];
  /** Or why there is none. */
  readonly active: ActiveOnTest | string;
  readonly shop: Shop | undefined;
  readonly seconds: Readonly<Record<string, number>>;
}

/** How many items are listed that gained or lost most users. */
const mostChanges = 10;

/** All figures of a run, in the form in which they are kept and drawn. */
export async function buildReport(
  input: ReportInput,
  options: RunOptions,
): Promise<EvaluationReport> {
  const { data, run } = input;
  const { seed, threads } = options;
  const examples = neighbourExamples(run.model, data.dataset);
  const changes = changesAgainstActive(input, seed);
  const describe = await itemDescriber(input, examples, changes);
  return {
    model: run.kind,
    ...(input.version !== undefined && { version: input.version }),
    dataset: input.dataset,
    created: input.created,
    seed,
    threads,
    node: process.version,
    backend: backendOf(run.kind),
    seconds: input.seconds,
    data: dataReport(data),
    settings: run.choice.settings,
    tried: run.choice.tried,
    ...(run.choice.blend && { blend: blendReport(run.choice.blend) }),
    learning: run.learning,
    ...(await measuredReport(input, options)),
    neighbours: examples.map((example) => exampleReport(example, describe)),
    active: activeReport(input.active, changes, describe),
  };
}

async function measuredReport(
  { data, run, contenders }: ReportInput,
  { seed, signal }: RunOptions,
): Promise<
  Pick<EvaluationReport, 'split' | 'metrics' | 'cold' | 'models' | 'demand' | 'calibration'>
> {
  const { heldOut } = data;
  const [subject] = contenders;
  if (!heldOut || !subject || !run.measured) return { models: [] };
  const { recommendations } = subject;
  const models: ModelReport[] = [];
  for (const contender of contenders) {
    await setImmediate();
    signal.throwIfAborted();
    models.push(modelReport(contender, subject, data, heldOut, seed));
  }
  return {
    split: heldOut.split,
    metrics: run.measured.metrics,
    cold: run.measured.cold,
    models,
    demand: concentrationCurve(wantedTimes(data, heldOut)),
    calibration: await calibrationReport(run.model, recommendations, data, heldOut, seed, signal),
  };
}

/** How many test users want each item of the catalogue. */
function wantedTimes({ dataset: { items } }: TrainingData, { test }: HeldOut): Uint32Array {
  const times = new Uint32Array(items.size);
  for (const item of test.relevant.indices) {
    if (item < items.size) times[item] = (times[item] ?? 0) + 1;
  }
  return times;
}

function dataReport({ dataset, window, validation }: TrainingData): DataReport {
  const { interactions, items } = dataset;
  return {
    ...window,
    users: usersWithAny(dataset),
    items: items.size,
    interactions: interactions.indices.length,
    ...(validation && {
      validation: {
        kind: validation.kind,
        users: validation.test.users.length,
        interactions: validation.test.relevant.indices.length,
      },
    }),
  };
}

function blendReport({ kinds, weights, searched, ...rest }: WeightChoice): BlendReport {
  const named = (values: readonly number[]) =>
    Object.fromEntries(kinds.map((kind, at) => [kind, values[at] ?? 0]));
  return { ...rest, weights: named(weights), searched: named(searched) };
}

function changesAgainstActive(
  { data, contenders, active }: ReportInput,
  seed: number,
): ListChanges | undefined {
  const [subject] = contenders;
  if (typeof active === 'string' || !subject) return undefined;
  const itemCount = data.dataset.items.size + active.otherItems.size;
  const before = active.contender.recommendations;
  return changesOf(subject.recommendations, before, { itemCount, most: mostChanges, seed });
}

type DescribeItem = (item: number) => ItemReport;

/** Names the items of the report; their titles are asked for once. */
async function itemDescriber(
  { data: { dataset }, active, shop }: ReportInput,
  examples: readonly Neighbours[],
  changes: ListChanges | undefined,
): Promise<DescribeItem> {
  const idOf = (item: number): string => {
    const { items } = dataset;
    if (item < items.size || typeof active === 'string') return items.idOf(item);
    return active.otherItems.idOf(item - items.size);
  };
  const named = [
    ...examples.flatMap(({ item, similar }) => [item, ...similar.map((other) => other.item)]),
    ...[...(changes?.gained ?? []), ...(changes?.lost ?? [])].map(({ item }) => item),
  ];
  const titles = await shop?.titles([...new Set(named.map(idOf))]);
  return (item) => {
    const id = idOf(item);
    const title = titles?.get(id);
    return title === undefined ? { id } : { id, title };
  };
}

function exampleReport(
  { why, item, users, similar }: Neighbours,
  describe: DescribeItem,
): NeighbourExample {
  return {
    why,
    item: describe(item),
    users,
    similar: similar.map(({ item: other, score }) => ({ ...describe(other), score })),
  };
}

function activeReport(
  active: ActiveOnTest | string,
  changes: ListChanges | undefined,
  describe: DescribeItem,
): ActiveReport {
  if (typeof active === 'string' || !changes) return { why: String(active) };
  const { version, kind, created, unfair } = active;
  const listed = ({ item, before, after }: ExposureChange) => {
    return { ...describe(item), before, after };
  };
  return {
    version,
    kind,
    created,
    ...(unfair !== undefined && { unfair }),
    overlap: changes.overlap,
    sameFirst: changes.sameFirst,
    gained: changes.gained.map(listed),
    lost: changes.lost.map(listed),
  };
}
