import { imperial, type MetricMeasure, metricMeasures } from '../../models/sizing/measurements.ts';
import type { Range } from '../../models/sizing/systems/chart-body.ts';
import { chartProblems } from '../../models/sizing/systems/check-chart.ts';
import type { ChartSize, SizeChart } from '../../models/sizing/systems/size-chart.ts';
import type { Issue } from '../errors.ts';
import type { GivenChart, GivenSize } from './size-charts-schema.ts';

const lengths = { petite: -1, regular: 0, tall: 1 } as const;

/** In cm and kg. */
export function chartOf({ brand, categoryPath, audience, sizes }: GivenChart): SizeChart {
  return { brand, categoryPath, audience: audience ?? null, sizes: sizes.map(sizeOf) };
}

function sizeOf(given: GivenSize): ChartSize {
  const body: Partial<Record<MetricMeasure, Range>> = {};
  for (const measure of metricMeasures) {
    const { name, factor } = imperial[measure];
    const range = given[measure];
    const other = given[name];
    if (range) body[measure] = { from: range.min, to: range.max };
    else if (other) body[measure] = { from: other.min * factor, to: other.max * factor };
  }
  return { label: given.label, length: lengths[given.length], body };
}

/** Everything that is wrong with the charts of one call, each at its place. */
export function issuesOfCharts(charts: readonly GivenChart[]): Issue[] {
  return [
    ...repeatedCharts(charts),
    ...charts.flatMap((chart, n) => [
      ...chart.sizes.flatMap((size, s) => bothUnits(size, `charts[${n}].sizes[${s}]`)),
      ...sizeIssues(chart, `charts[${n}]`),
    ]),
  ];
}

function repeatedCharts(charts: readonly GivenChart[]): Issue[] {
  const first = new Map<string, number>();
  return charts.flatMap(({ brand, categoryPath, audience }, n) => {
    const key = JSON.stringify([brand, categoryPath, audience ?? null]);
    const before = first.get(key);
    if (before === undefined) first.set(key, n);
    if (before === undefined) return [];
    const message = `for the same brand, categoryPath and audience as charts[${before}]`;
    return [{ path: `charts[${n}]`, code: 'repeated_chart', message }];
  });
}

function bothUnits(size: GivenSize, path: string): Issue[] {
  return metricMeasures.flatMap((measure) => {
    const { name } = imperial[measure];
    if (!size[measure] || !size[name]) return [];
    const message = `expected ${measure} or ${name}, got both`;
    return [{ path: `${path}.${name}`, code: 'both_units', message }];
  });
}

function sizeIssues(chart: GivenChart, path: string): Issue[] {
  return chartProblems(chartOf(chart).sizes).map(({ size, field, code, message }) => {
    const at = `${path}.sizes[${size}]`;
    const given = chart.sizes[size];
    const name = field !== undefined && field !== 'label' ? fieldOf(given, field) : field;
    const inOther = name !== field ? ' cm'.repeat(Number(name?.endsWith('In'))) : '';
    return { path: name === undefined ? at : `${at}.${name}`, code, message: message + inOther };
  });
}

/** The field that the measurement came in. */
function fieldOf(given: GivenSize | undefined, measure: MetricMeasure): string {
  return given?.[measure] ? measure : imperial[measure].name;
}
