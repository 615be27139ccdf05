import { type Estimate, estimate, gains } from '../../models/evaluation/seed-estimates.ts';
import { type PolicyName, policies, type SeedResult } from './one-seed.ts';
import type { Figures } from './tally.ts';

interface Row {
  readonly name: string;
  readonly of: (figures: Figures) => number;
  readonly format: (value: number) => string;
  /** As a difference to best-sellers; else as a share of it. */
  readonly isDifference?: boolean;
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
const whole = (value: number) => Math.round(value).toLocaleString('en');
const points = (value: number) => `${(100 * value).toFixed(1)} points`;
const days = (value: number) => `${value.toFixed(2)} d`;

/** A run without new items says nothing of them. It is so for every policy of a seed. */
const ofNew = ({ newItems }: Figures, value: number) => (newItems > 0 ? value : Number.NaN);

export const rows: readonly Row[] = [
  { name: 'clicks', of: ({ clicks }) => clicks, format: whole },
  { name: 'clicks an impression', of: (f) => f.clicks / f.impressions, format: percent },
  { name: 'long-tail clicks', of: ({ longTailClicks }) => longTailClicks, format: whole },
  { name: 'purchases', of: ({ purchases }) => purchases, format: whole },
  { name: 'revenue', of: ({ revenue }) => revenue, format: whole },
  {
    name: 'returned for size',
    of: ({ sizeReturns, purchases }) => sizeReturns / purchases,
    format: percent,
    isDifference: true,
  },
  { name: 'coverage', of: ({ coverage }) => coverage, format: percent, isDifference: true },
  {
    name: 'share of the top 50',
    of: ({ topShare }) => topShare,
    format: percent,
    isDifference: true,
  },
  {
    name: 'new items at fair share',
    of: (figures) => ofNew(figures, figures.newItemsAtFairShare),
    format: percent,
    isDifference: true,
  },
  {
    name: 'days to fair share',
    of: (figures) => ofNew(figures, figures.daysToFairShare),
    format: days,
    isDifference: true,
  },
];

export interface Comparison {
  readonly row: string;
  readonly policy: PolicyName;
  readonly value: Estimate;
  /** Beside best-sellers on the same seeds; undefined for itself and without it. */
  readonly against: Estimate | undefined;
}

/** Every figure of every policy, and beside the best-sellers of the same seeds. */
export function compare(results: readonly SeedResult[]): Comparison[] {
  const valuesOf = (policy: PolicyName, { of }: Row) =>
    results.flatMap(({ figures }) => {
      const found = figures[policy];
      const value = found ? of(found) : Number.NaN;
      return Number.isNaN(value) ? [] : [value];
    });
  return rows.flatMap((row) =>
    policies.flatMap((policy) => {
      const values = valuesOf(policy, row);
      if (values.length === 0) return [];
      const base = valuesOf('best-sellers', row);
      const isBase = policy === 'best-sellers' || base.length === 0;
      const difference = () => estimate(values.map((value, n) => value - (base[n] ?? Number.NaN)));
      const against = row.isDifference ? difference : () => gains(values, base);
      return [
        { row: row.name, policy, value: estimate(values), against: isBase ? undefined : against() },
      ];
    }),
  );
}

/** A line a figure and policy. */
export function describe(comparisons: readonly Comparison[]): string {
  const lines = comparisons.map(({ row, policy, value, against }) => {
    const found = rows.find(({ name }) => name === row);
    const format = found?.format ?? String;
    const interval = Number.isNaN(value.low) ? '' : `${format(value.low)} to ${format(value.high)}`;
    const told = against === undefined ? '' : againstOf(against, found);
    return [row, policy, format(value.mean), interval, told];
  });
  const table = [['', 'policy', 'mean', '95 % interval', 'beside best-sellers'], ...lines];
  const widths = table[0]?.map((_, column) =>
    Math.max(...table.map((cells) => cells[column]?.length ?? 0)),
  );
  return table
    .map((cells, at) => {
      const isSame = cells[0] === table[at - 1]?.[0];
      return cells
        .map((cell, column) => (column === 0 && isSame ? '' : cell).padEnd(widths?.[column] ?? 0))
        .join('  ')
        .trimEnd();
    })
    .map((line) => `${line}\n`)
    .join('');
}

function againstOf({ mean, low, high }: Estimate, row: Row | undefined): string {
  const signed = (value: number, format: (value: number) => string) =>
    `${value < 0 ? '−' : '+'}${format(Math.abs(value))}`;
  const ofShare = row?.format === percent ? points : (row?.format ?? String);
  const format = row?.isDifference ? ofShare : percent;
  const interval = Number.isNaN(low) ? '' : ` (${signed(low, format)} to ${signed(high, format)})`;
  return `${signed(mean, format)}${interval}`;
}
