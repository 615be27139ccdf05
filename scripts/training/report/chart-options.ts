import type { CustomSeriesOption } from 'echarts/charts';
import type { Interval } from '../../../models/evaluation/bootstrap.ts';
import type { ChartOption } from './charts.ts';

/** Width of every chart: two beside each other on a screen, one still readable on a telephone. */
export const chartWidth = 440;

/** Colours come from the page's style, which has them for light and for dark. */
export const accent = 'var(--accent)';
const ink = 'var(--ink)';
const muted = 'var(--muted)';
const rule = 'var(--rule)';

/** How a series is drawn. */
export interface Look {
  readonly color: string;
  readonly dash: 'solid' | 'dashed' | 'dotted';
  readonly isMain: boolean;
}

export interface Axis {
  readonly name: string;
  readonly format?: (value: number) => string;
  readonly min?: number;
  readonly max?: number;
  /** Shows the values' range alone, without 0 where that is far from them. */
  readonly isFitted?: boolean;
}

export interface Series {
  readonly look: Look;
  /** One for each category, or [x, y]; NaN where there is none. */
  readonly values: readonly number[] | readonly (readonly [number, number])[];
  /** Drawn as whiskers, one for each category. */
  readonly intervals?: readonly (Interval | null)[];
}

/** Means with their intervals, a row each, the first one on top. */
export function intervalOption(
  rows: readonly { readonly name: string; readonly interval: Interval; readonly look: Look }[],
  axis: Axis,
): ChartOption {
  return {
    grid: { left: 4, right: 20, top: 4, bottom: 4, outerBoundsMode: 'same' },
    xAxis: { ...valueAxis(axis), splitNumber: 3 },
    yAxis: rowAxis(rows),
    series: rows.map(({ interval, look }, row) => band(row, interval, look)),
  };
}

/** A bar on each row from 0, the first one on top. */
export function rowsOption(
  rows: readonly { readonly name: string; readonly value: number }[],
  axis: Axis,
): ChartOption {
  return {
    grid: { left: 4, right: 20, top: 4, bottom: 4, outerBoundsMode: 'same' },
    xAxis: { ...valueAxis(axis), splitNumber: 3 },
    yAxis: rowAxis(rows),
    series: [
      {
        type: 'bar',
        silent: true,
        data: rows.map(({ value }) => value),
        itemStyle: { color: accent },
        barWidth: 16,
      },
    ],
  };
}

/** Lines over categories (labels) or over numbers (an axis). */
export function lineOption(
  series: readonly Series[],
  x: { readonly labels: readonly string[]; readonly name: string } | Axis,
  y: Axis,
): ChartOption {
  return {
    grid: plotArea,
    xAxis: 'labels' in x ? categoryAxis(x.labels, x.name) : { ...valueAxis(x), ...below(x.name) },
    yAxis: { ...valueAxis(y), ...above(y.name) },
    series: series.flatMap(({ look, values, intervals = [] }) => [
      {
        type: 'line' as const,
        silent: true,
        data: values.map((value) => (typeof value === 'number' ? value : [...value])),
        showSymbol: 'labels' in x,
        symbol: 'circle',
        symbolSize: look.isMain ? 7 : 5,
        itemStyle: { color: look.color },
        lineStyle: { color: look.color, width: look.isMain ? 2.5 : 1.5, type: look.dash },
        z: look.isMain ? 4 : 3,
      },
      whiskers(
        intervals.flatMap((interval, at) => (interval ? [[at, interval] as const] : [])),
        look,
      ),
    ]),
  };
}

/** Bars beside each other for each label. */
export function barOption(
  series: readonly { readonly color: string; readonly values: readonly number[] }[],
  x: { readonly labels: readonly string[]; readonly name: string },
  y: Axis,
): ChartOption {
  return {
    grid: plotArea,
    xAxis: categoryAxis(x.labels, x.name),
    yAxis: { ...valueAxis(y), ...above(y.name) },
    series: series.map(({ color, values }) => ({
      type: 'bar' as const,
      silent: true,
      data: [...values],
      itemStyle: { color },
      barGap: '10%',
      barCategoryGap: '35%',
    })),
  };
}

/** Bars on top of each other for each label, the first one below. */
export function stackOption(
  series: readonly { readonly color: string; readonly values: readonly number[] }[],
  x: { readonly labels: readonly string[]; readonly name: string },
  y: Axis,
): ChartOption {
  return {
    grid: plotArea,
    xAxis: categoryAxis(x.labels, x.name),
    yAxis: { ...valueAxis(y), ...above(y.name) },
    series: series.map(({ color, values }) => ({
      type: 'bar' as const,
      stack: 'all',
      silent: true,
      data: [...values],
      itemStyle: { color },
      barCategoryGap: '30%',
    })),
  };
}

const fontFamily = 'system-ui, sans-serif';
/** The space that labels and names of the axes need is added within the drawing. */
const plotArea = { left: 4, right: 12, top: 4, bottom: 4, outerBoundsMode: 'same' as const };

function valueAxis({ format, min, max, isFitted = false }: Axis) {
  return {
    type: 'value' as const,
    scale: isFitted,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    axisLabel: {
      color: muted,
      fontFamily,
      hideOverlap: true,
      ...(format && { formatter: format }),
    },
    ...(min === 0 && max === 1 ? { interval: 0.25 } : { splitNumber: 4 }),
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: rule } },
  };
}

function rowAxis(rows: readonly { readonly name: string }[]) {
  return {
    type: 'category' as const,
    inverse: true,
    data: rows.map(({ name }) => name),
    axisLabel: {
      color: ink,
      fontFamily,
      interval: 0,
      width: 170,
      overflow: 'truncate' as const,
    },
    axisLine: { show: false },
    axisTick: { show: false },
  };
}

/** Past these, some are left out. */
const mostLabels = 25;

function categoryAxis(labels: readonly string[], name: string) {
  const shown = Math.min(labels.length, mostLabels);
  const isWide = shown * Math.max(...labels.map(({ length }) => length)) > 50;
  return {
    type: 'category' as const,
    data: [...labels],
    axisLabel: {
      color: muted,
      fontFamily,
      interval: labels.length > mostLabels ? ('auto' as const) : 0,
      rotate: isWide ? 40 : 0,
    },
    axisLine: { lineStyle: { color: rule } },
    axisTick: { show: false },
    ...below(name),
    nameGap: isWide ? 52 : 28,
  };
}

function below(name: string) {
  const nameTextStyle = { color: muted, fontFamily };
  return { name, nameLocation: 'middle' as const, nameGap: 28, nameTextStyle };
}

function above(name: string) {
  const nameTextStyle = {
    color: muted,
    fontFamily,
    align: 'left' as const,
    padding: [0, 0, 0, -30],
  };
  return { name, nameLocation: 'end' as const, nameGap: 12, nameTextStyle };
}

type Point = readonly [x: number, y: number];
type Shapes =
  NonNullable<CustomSeriesOption['renderItem']> extends (...args: never[]) => infer Drawn
    ? Drawn
    : never;

/** Over the points of a line: from the low to the high end, with a short cap at each. */
function whiskers(
  intervals: readonly (readonly [category: number, interval: Interval])[],
  { color, isMain }: Look,
): CustomSeriesOption {
  const style = { stroke: color, lineWidth: 1.5 };
  return intervalSeries(intervals, isMain, 'x', ([x, low], _, [, high]) => ({
    type: 'group',
    children: [
      { type: 'line', shape: { x1: x, y1: low, x2: x, y2: high }, style },
      { type: 'line', shape: { x1: x - 4, y1: low, x2: x + 4, y2: low }, style },
      { type: 'line', shape: { x1: x - 4, y1: high, x2: x + 4, y2: high }, style },
    ],
  }));
}

/** On a row: a pale band from the low to the high end, and a stroke at the mean. */
function band(row: number, interval: Interval, { color, isMain }: Look): CustomSeriesOption {
  const half = isMain ? 8 : 6;
  return intervalSeries([[row, interval]], isMain, 'y', ([low, y], [mean], [high]) => ({
    type: 'group',
    children: [
      {
        type: 'rect',
        shape: { x: low, y: y - half, width: Math.max(high - low, 1), height: 2 * half },
        style: { fill: color, opacity: 0.35 },
      },
      {
        type: 'line',
        shape: { x1: mean, y1: y - half, x2: mean, y2: y + half },
        style: { stroke: color, lineWidth: isMain ? 3 : 2 },
      },
    ],
  }));
}

/** Draws each interval from the places of its low end, its mean and its high end. */
function intervalSeries(
  intervals: readonly (readonly [category: number, interval: Interval])[],
  isMain: boolean,
  categories: 'x' | 'y',
  shapes: (low: Point, mean: Point, high: Point) => Shapes,
): CustomSeriesOption {
  return {
    type: 'custom',
    silent: true,
    z: isMain ? 5 : 2,
    data: intervals.map(([category, { low, mean, high }]) => [category, low, mean, high]),
    encode: { [categories]: 0, [categories === 'x' ? 'y' : 'x']: [1, 2, 3] },
    renderItem: (_, api) => {
      const category = Number(api.value(0));
      const pointAt = (dimension: number): Point => {
        const value = Number(api.value(dimension));
        const [x = 0, y = 0] = api.coord(
          categories === 'x' ? [category, value] : [value, category],
        );
        return [x, y];
      };
      return shapes(pointAt(1), pointAt(2), pointAt(3));
    },
  };
}
