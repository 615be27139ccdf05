import type { Interval } from '../../models/evaluation/bootstrap.ts';
import type {
  ExposureReport,
  ExposureReportOptions,
  OutcomeRates,
} from '../../services/exposure/exposure-report.ts';

/** The report as it is printed: what was shown, how it was spread, rates by source and by place. */
export function exposureText(report: ExposureReport, options: ExposureReportOptions): string {
  const { spread } = report;
  const facts = [
    ['answers', `${count(report.answers)}, ${times(report)}`],
    ['items shown', count(spread.shown)],
    ['coverage', `${percent(spread.coverage)} of ${count(spread.catalogue)} items`],
    [
      `share of the top ${options.top}`,
      `${percent(spread.top)} of what was shown, ${percent(spread.topOfClicks)} of clicks, ` +
        `${percent(spread.topOfPurchases)} of purchases`,
    ],
    ['share of the long tail', `${percent(spread.longTail)} (${tailOf(options)})`],
    ['share of new items', `${percent(spread.newItems)} (at most ${options.newDays} days old)`],
    ['Gini coefficient', Number.isNaN(spread.gini) ? '–' : spread.gini.toFixed(3)],
  ];
  if (report.named === 0) return `${aligned(facts)}\nno answer says who was answered: no rates\n`;
  const sampled =
    report.sampled === 1 ? 'all viewers' : `a sample of ${percent(report.sampled)} of the viewers`;
  const heading = `rates of ${sampled}; corrected: had all of it been looked at; 95 % intervals\n`;
  const bySource = table(
    ['source', 'shown', ...rateHeadings],
    report.bySource.map((row) => [row.source, count(row.shown), ...rates(row)]),
  );
  const byPosition = table(
    ['place', 'looked at', 'shown', ...rateHeadings],
    report.byPosition.map((row) => [
      row.from === row.to ? String(row.from) : `${row.from}–${row.to}`,
      Number.isNaN(row.examination) ? '–' : row.examination.toFixed(3),
      count(row.shown),
      ...rates(row),
    ]),
  );
  return `${aligned(facts)}\n${heading}\n${bySource}\n${byPosition}`;
}

const rateHeadings = ['click rate', 'corrected', 'purchase rate', 'corrected'];

function rates(row: OutcomeRates): string[] {
  return [
    withInterval(row.clickRate),
    withInterval(row.clickRateCorrected),
    withInterval(row.purchaseRate),
    withInterval(row.purchaseRateCorrected),
  ];
}

function withInterval({ mean, low, high }: Interval): string {
  if (Number.isNaN(mean)) return '–';
  const [middle, least, most] = [mean, low, high].map((value) => (100 * value).toFixed(2));
  return `${middle} % (${least} to ${most})`;
}

function times({ firstAt, lastAt }: ExposureReport): string {
  if (firstAt === null || lastAt === null) return 'none in this time';
  return `${firstAt.toISOString()} to ${lastAt.toISOString()}`;
}

function tailOf({ tail }: ExposureReportOptions): string {
  return `the ${percent(tail)} least popular now`;
}

const count = (value: number) => value.toLocaleString('en');

function percent(value: number): string {
  return Number.isNaN(value) ? '–' : `${(100 * value).toFixed(1)} %`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([name]) => name?.length ?? 0));
  return rows.map(([name = '', value = '']) => `${name.padEnd(width)}  ${value}\n`).join('');
}

/** In Markdown, with its columns in line. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const written = lines.map((line) => {
    return `| ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |\n`;
  });
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`;
  return [written[0], rule, ...written.slice(1)].join('');
}
