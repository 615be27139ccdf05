import type { Interval } from '../../models/evaluation/bootstrap.ts';
import type { RankingMetrics } from '../../models/evaluation/evaluate-model.ts';

/** One model of the table. */
export interface TableRow {
  readonly name: string;
  readonly metrics: RankingMetrics;
}

/** Models that were measured on the same test, as a table in Markdown with its columns in line. */
export function metricTable(rows: readonly TableRow[]): string {
  const [first] = rows;
  if (!first) return '';
  const lines = [headings(first.metrics.k), ...rows.map(cells)];
  const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const written = lines.map((line) => {
    return `| ${line.map((cell, at) => cell.padEnd(widths?.[at] ?? 0)).join(' | ')} |\n`;
  });
  const rule = `| ${widths?.map((width) => '-'.repeat(width)).join(' | ')} |\n`;
  return [written[0], rule, ...written.slice(1)].join('');
}

function headings(k: number): string[] {
  return [
    'model',
    `Recall@${k} (95 %)`,
    `NDCG@${k} (95 %)`,
    `long-tail recall@${k}`,
    `coverage@${k}`,
    'share of the top 1 %',
  ];
}

function cells({ name, metrics }: TableRow): string[] {
  const { recall, ndcg, longTailRecall, coverage, topShare } = metrics;
  return [
    name,
    withInterval(recall),
    withInterval(ndcg),
    longTailRecall ? longTailRecall.mean.toFixed(4) : '–',
    percent(coverage),
    topShare === null ? '–' : percent(topShare),
  ];
}

function withInterval({ mean, low, high }: Interval): string {
  return `${mean.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
