import { type Estimate, estimate } from '../../../models/evaluation/seed-estimates.ts';
import { type Counts, type Figures, type Group, groups } from './size-tally.ts';

/** What came out of one seed, by policy. */
export interface SizeResult {
  readonly seed: number;
  readonly figures: Readonly<Record<string, Figures>>;
}

const measures = {
  'returned for size': ({ returned, orders }: Counts) => returned / orders,
  'wrong size': ({ wrong, orders }: Counts) => wrong / orders,
  'named exactly': ({ exact, advised }: Counts) => exact / advised,
  'within one': ({ withinOne, advised }: Counts) => withinOne / advised,
  'only how it runs': ({ warned, orders }: Counts) => warned / orders,
  'no advice': ({ advised, warned, orders }: Counts) => 1 - (advised + warned) / orders,
} as const;
export type MeasureName = keyof typeof measures;

export interface SizeRow {
  readonly group: Group;
  readonly policy: string;
  /** Orders of all seeds. */
  readonly orders: number;
  readonly values: Readonly<Record<MeasureName, Estimate>>;
  /** Share returned for size less that of the baseline on the same seeds. */
  readonly against: Readonly<Record<string, Estimate>>;
}

/** What everything is compared with. */
export const baselines = ['usual', 'chart'] as const;

/** Every policy in every group, and beside the baselines of the same seeds. */
export function compareSizes(results: readonly SizeResult[]): SizeRow[] {
  const policies = Object.keys(results[0]?.figures ?? {});
  return groups.flatMap((group) =>
    policies.map((policy) => {
      const counts = results.map(({ figures }) => figures[policy]?.[group]);
      const known = counts.filter((each) => each !== undefined);
      const of = (name: MeasureName) => estimate(known.map(measures[name]).filter(Number.isFinite));
      const difference = (baseline: string) =>
        estimate(
          results.map(
            ({ figures }) => returned(figures, policy, group) - returned(figures, baseline, group),
          ),
        );
      return {
        group,
        policy,
        orders: known.reduce((sum, { orders }) => sum + orders, 0),
        values: {
          'returned for size': of('returned for size'),
          'wrong size': of('wrong size'),
          'named exactly': of('named exactly'),
          'within one': of('within one'),
          'only how it runs': of('only how it runs'),
          'no advice': of('no advice'),
        },
        against: Object.fromEntries(
          baselines
            .filter((baseline) => baseline !== policy && policies.includes(baseline))
            .map((baseline) => [baseline, difference(baseline)]),
        ),
      };
    }),
  );
}

function returned(figures: SizeResult['figures'], policy: string, group: Group): number {
  const counts = figures[policy]?.[group];
  return counts === undefined ? Number.NaN : measures['returned for size'](counts);
}

const percent = (value: number) => (Number.isNaN(value) ? '–' : (100 * value).toFixed(1));
const interval = ({ low, high }: Estimate) =>
  Number.isNaN(low) ? '' : ` (${percent(low)} to ${percent(high)})`;
const signed = (value: number) => `${value < 0 ? '−' : '+'}${percent(Math.abs(value))}`;
const signedInterval = ({ mean, low, high }: Estimate) =>
  Number.isNaN(mean)
    ? '–'
    : `${signed(mean)}${Number.isNaN(low) ? '' : ` (${signed(low)} to ${signed(high)})`}`;

/** A Markdown table: shares in percent, differences in points, with 95 % intervals over seeds. */
export function describeSizes(rows: readonly SizeRow[]): string {
  const head = [
    ...['orders', 'policy', 'returned for size', ...baselines.map((name) => `against ${name}`)],
    ...['wrong size', 'named exactly', 'within one', 'only how it runs', 'no advice'],
  ];
  const cells = rows.map(({ group, policy, orders, values, against }) => [
    `${group} (${orders.toLocaleString('en')})`,
    policy,
    `${percent(values['returned for size'].mean)}${interval(values['returned for size'])}`,
    ...baselines.map((name) => (against[name] ? signedInterval(against[name]) : '')),
    percent(values['wrong size'].mean),
    percent(values['named exactly'].mean),
    percent(values['within one'].mean),
    percent(values['only how it runs'].mean),
    percent(values['no advice'].mean),
  ]);
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |\n`;
  return [line(head), line(head.map(() => '---')), ...cells.map(line)].join('');
}
