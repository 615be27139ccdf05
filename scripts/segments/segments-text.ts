import type { RefreshOutcome } from '../../services/segment-refresh/refresh-service.ts';
import type {
  Segment,
  SegmentCount,
  SegmentPreview,
} from '../../services/segments/segments-schema.ts';
import type { Snapshot } from '../../services/segments/snapshots/snapshots-schema.ts';

// What `npm run segments` says to people.

const count = (value: number) => value.toLocaleString('en');
const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

export function listText(segments: readonly Segment[]): string {
  if (segments.length === 0) return 'there are no segments yet\n';
  const rows = segments.map(({ segmentId, kind, refreshMinutes, refreshedAt, name }) => [
    ...[segmentId, kind, refreshMinutes === null ? '–' : `every ${refreshMinutes} min`],
    ...[refreshedAt ?? '–', name],
  ]);
  return table([['segment', 'kind', 'computed', 'last', 'name'], ...rows]);
}

export function countText({ segmentId, count: members, share, total, ms }: SegmentCount): string {
  return `${segmentId}: ${count(members)} of ${count(total)} users (${percent(share)}), counted in ${seconds(ms)}\n`;
}

export function previewText({ count: members, share, total, ...preview }: SegmentPreview): string {
  const tiers = preview.tiers.map((tier) => [
    ...[tier.tier ?? '–', count(tier.users), percent(tier.share), tier.revenue.toFixed(2)],
  ]);
  const { ms, conditions } = preview.cost;
  const costs = conditions.map(({ path, planCost, rows }) => [
    ...[path, count(Math.round(planCost)), count(rows)],
  ]);
  return [
    `${count(members)} of ${count(total)} users (${percent(share)}), counted in ${seconds(ms)}; they have spent ${preview.revenue.toFixed(2)}\n`,
    `\n${table([['tier', 'users', 'share', 'spent'], ...tiers])}`,
    `\n${table([['condition', 'expected cost', 'users'], ...costs])}`,
    `\nfor example: ${preview.sample.map(({ userId }) => userId).join(', ') || 'nobody'}\n`,
  ].join('');
}

export function snapshotText({ segmentId, snapshot, members, joined, left }: Snapshot): string {
  return `snapshot ${snapshot} of ${segmentId}: ${count(members)} users, ${count(joined)} joined, ${count(left)} left\n`;
}

/** The slowest first. */
export function refreshText(outcomes: readonly RefreshOutcome[], ms: number): string {
  const done = outcomes.flatMap((one) => ('refreshed' in one ? [one.refreshed] : []));
  const rows = done
    .toSorted((a, b) => b.ms - a.ms)
    .map((one) => [
      ...[one.segmentId, count(one.members), `+${count(one.entered)}`, `−${count(one.exited)}`],
      ...[seconds(one.ms), one.slowest === null ? '–' : slowestText(one.slowest)],
    ]);
  const head = ['segment', 'members', 'entered', 'exited', 'time', 'slowest condition'];
  const failed = outcomes.flatMap((one) =>
    'error' in one ? [`${one.segmentId} was not computed: ${reasonOf(one.error)}\n`] : [],
  );
  const sum = done.reduce((total, one) => total + one.ms, 0);
  const last = `${done.length} computed, ${failed.length} not, in ${seconds(ms)} (${seconds(sum)} one after the other)\n`;
  return [rows.length > 0 ? table([head, ...rows]) : '', ...failed, last].join('');
}

function slowestText({ path, ms }: { readonly path: string; readonly ms: number }): string {
  return `${path} ${seconds(ms)}`;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}
