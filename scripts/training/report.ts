import type { Manifest, ManifestMetrics } from '../../models/artifact/manifest.ts';
import type { Interval } from '../../models/evaluation/bootstrap.ts';
import type { RankingMetrics } from '../../models/evaluation/evaluate-model.ts';
import type { WeightChoice } from './choose-weights.ts';
import type { ColdReport } from './cold-report.ts';
import type { Choice, Measured } from './train-model.ts';
import type { HeldOut, TrainingData, TrainingSource } from './training-source.ts';

/** Rows of a table: what, and its value. */
export type Rows = readonly (readonly [label: string, value: string])[];

export function formatRows(rows: Rows): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join('');
}

/** What was learnt from and measured on. */
export function dataRows(
  { name }: TrainingSource,
  { dataset, heldOut, validation }: TrainingData,
): Rows {
  const { interactions } = dataset;
  const rows: [string, string][] = [
    ['data', name],
    ['train', counts(usersWithAny(dataset), interactions.columns, interactions.indices.length)],
  ];
  if (validation)
    rows.push(['validation', `${describeUsers(validation.test)} (${validation.kind})`]);
  if (heldOut) rows.push(['test', `${describeUsers(heldOut.test)} (${describeSplit(heldOut)})`]);
  return rows;
}

/** What was chosen, and of how many. */
export function choiceRows({ settings, tried, blend }: Choice): Rows {
  const rows: [string, string][] = [['settings', JSON.stringify(settings)]];
  for (const [kind, points] of Object.entries(tried)) {
    if (points.length === 0) continue;
    const best = Math.max(...points.map(({ score }) => score));
    rows.push([`chosen ${kind}`, `best of ${points.length}, validation NDCG ${fixed(best)}`]);
  }
  if (blend) rows.push(['weights', describeBlend(blend)]);
  return rows;
}

/** What the fit starts from. */
export function parentRows({ version, components, items }: NonNullable<Manifest['parent']>): Rows {
  return [['starts from', `${components.join(', ')} of ${version}, ${whole(items)} items known`]];
}

function metricRows({ k, recall, ndcg, longTailRecall, coverage, topShare }: RankingMetrics): Rows {
  return [
    [`Recall@${k}`, describeInterval(recall)],
    [`NDCG@${k}`, describeInterval(ndcg)],
    [`long-tail recall@${k}`, longTailRecall ? describeInterval(longTailRecall) : 'no such items'],
    [`coverage@${k}`, percent(coverage)],
    ['share of the top 1 %', topShare === null ? 'nothing was recommended' : percent(topShare)],
  ];
}

/** The same without what no model could know; nothing where training knew all of the test. */
export function coldRows(
  { unseenItemShare, warmUsers: { users, recall, ndcg } }: ColdReport,
  k: number,
  testUsers: number,
): Rows {
  const rows: [string, string][] = [];
  if (unseenItemShare > 0) {
    rows.push(['unseen items', `${percent(unseenItemShare)} of the test interactions`]);
  }
  if (users < testUsers) {
    rows.push(['warm users', `${whole(users)} of ${whole(testUsers)}`]);
    rows.push([`Recall@${k}, warm users`, describeInterval(recall)]);
    rows.push([`NDCG@${k}, warm users`, describeInterval(ndcg)]);
  }
  return rows;
}

/** All that was measured. */
export function measuredRows({ metrics, cold }: Measured, { test }: HeldOut): Rows {
  return [...metricRows(metrics), ...coldRows(cold, metrics.k, test.users.length)];
}

/** Metrics as a manifest holds them. */
export function manifestMetrics(metrics: RankingMetrics, { split }: HeldOut): ManifestMetrics {
  return { split, ...metrics };
}

/** Users who have at least one interaction. */
export function usersWithAny({ interactions }: TrainingData['dataset']): number {
  let users = 0;
  for (let user = 0; user < interactions.rows; user++) {
    if ((interactions.indptr[user] ?? 0) < (interactions.indptr[user + 1] ?? 0)) users++;
  }
  return users;
}

function describeBlend(choice: WeightChoice): string {
  const { kinds, weights, reason, searched, gain, cuts } = choice;
  const named = (values: readonly number[]) =>
    kinds.map((kind, at) => `${kind} ${fixed(values[at] ?? 0, 2)}`).join(', ');
  const found = `searched ${named(searched)}: gain ${percent(gain.mean)} (95 % ${percent(gain.low)} to ${percent(gain.high)})`;
  const onCuts = cuts.map(({ kind, simpleNdcg, searchedNdcg }) => {
    return `${kind} ${fixed(simpleNdcg)} → ${fixed(searchedNdcg)}`;
  });
  return `${named(weights)} — ${reason}; ${found}; NDCG ${onCuts.join(', ')}`;
}

function describeSplit({ split: { kind, cutoff } }: HeldOut): string {
  return cutoff === undefined ? kind : `${kind}, from ${cutoff}`;
}

function describeUsers({ users, relevant }: HeldOut['test']): string {
  return `${whole(users.length)} users, ${whole(relevant.indices.length)} interactions`;
}

function counts(users: number, items: number, interactions: number): string {
  return `${whole(users)} users, ${whole(items)} items, ${whole(interactions)} interactions`;
}

function describeInterval({ mean, low, high }: Interval): string {
  return `${fixed(mean)}  (95 % ${fixed(low)} to ${fixed(high)})`;
}

function fixed(value: number, digits = 4): string {
  return value.toFixed(digits);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function whole(value: number): string {
  return value.toLocaleString('en');
}
