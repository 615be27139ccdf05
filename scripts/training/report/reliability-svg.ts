import type { CustomSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { ReliabilityBin } from '../../../models/evaluation/reliability.ts';
import { shareOf } from '../../../models/sizing/share-interval.ts';
import { type ChartOption, drawChart } from './charts.ts';

/** Bins of one kind of statement, as `reliabilityBins` makes them. */
export interface ReliabilityCurve {
  readonly name: string;
  readonly bins: readonly ReliabilityBin[];
}

const size = { width: 520, height: 556 };
/** Told apart by those who see colours differently as well (Okabe & Ito). */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'];
const text = { color: '#333', fontFamily: 'system-ui, sans-serif' };
const rule = '#ddd';

/**
 * A reliability diagram as an SVG file: how often what was stated with a chance came true, against
 * the diagonal of perfect calibration, and below it how many rows were stated so. Whiskers are 95 %
 * of the binomial.
 *
 * @param title short: it is one line of the drawing
 */
export function reliabilitySvg(title: string, curves: readonly ReliabilityCurve[]): string {
  const option = reliabilityOption(title, curves);
  const drawing = drawChart({ id: 'reliability', label: title, option, ...size }).toString();
  const head = '<svg xmlns="http://www.w3.org/2000/svg" style="background:#fff"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n${drawing.replace('<svg', head)}\n`;
}

function reliabilityOption(title: string, curves: readonly ReliabilityCurve[]): ChartOption {
  const { fontFamily, color } = text;
  return {
    title: { text: title, left: 16, top: 12, textStyle: { ...text, fontSize: 15 } },
    legend: {
      left: 12,
      top: 38,
      textStyle: { fontFamily, color },
      data: curves.map(({ name }) => name),
    },
    grid: [
      { left: 66, right: 24, top: 76, height: 340 },
      { left: 66, right: 24, top: 432, height: 66 },
    ],
    xAxis: [
      { ...shareAxis(''), gridIndex: 0, axisLabel: { show: false } },
      { ...shareAxis('chance that was stated'), gridIndex: 1 },
    ],
    yAxis: [{ ...shareAxis('share that came true'), gridIndex: 0, nameGap: 42 }, rowsAxis()],
    series: [diagonal, ...curves.flatMap(drawnCurve)],
  };
}

function shareAxis(name: string) {
  return {
    type: 'value' as const,
    name,
    nameLocation: 'middle' as const,
    nameGap: 32,
    nameTextStyle: text,
    min: 0,
    max: 1,
    interval: 0.2,
    axisLabel: { ...text, formatter: (value: number) => value.toFixed(1) },
    splitLine: { lineStyle: { color: rule } },
  };
}

function rowsAxis() {
  return {
    type: 'value' as const,
    gridIndex: 1,
    name: 'rows',
    nameLocation: 'middle' as const,
    nameGap: 42,
    nameTextStyle: text,
    splitNumber: 2,
    axisLabel: {
      ...text,
      formatter: (rows: number) => (rows >= 1000 ? `${rows / 1000}k` : String(rows)),
    },
    splitLine: { lineStyle: { color: rule } },
  };
}

const diagonal: LineSeriesOption = {
  type: 'line',
  silent: true,
  data: [
    [0, 0],
    [1, 1],
  ],
  showSymbol: false,
  lineStyle: { color: '#888', type: 'dashed', width: 1 },
};

/** The line, its whiskers, and a bar of rows for each bin. */
function drawnCurve(
  { name, bins }: ReliabilityCurve,
  at: number,
): (LineSeriesOption | CustomSeriesOption)[] {
  const color = colors[at % colors.length] ?? text.color;
  const line: LineSeriesOption = {
    type: 'line',
    silent: true,
    name,
    data: bins.map(({ stated, happened }) => [stated, happened]),
    symbol: 'circle',
    symbolSize: 6,
    itemStyle: { color },
    lineStyle: { color, width: 2 },
    z: 4,
  };
  const whiskers: CustomSeriesOption = {
    type: 'custom',
    silent: true,
    data: bins.map(({ stated, happened, rows }) => {
      const interval = shareOf(happened * rows, rows);
      return [stated, interval?.low ?? 0, interval?.high ?? 1];
    }),
    renderItem: (_, api) => {
      const [x = 0, low = 0] = api.coord([api.value(0), api.value(1)]);
      const [, high = 0] = api.coord([api.value(0), api.value(2)]);
      return { type: 'line', shape: { x1: x, y1: low, x2: x, y2: high }, style: { stroke: color } };
    },
  };
  const counts: LineSeriesOption = {
    type: 'line',
    silent: true,
    xAxisIndex: 1,
    yAxisIndex: 1,
    data: bins.map(({ stated, rows }) => [stated, rows]),
    symbol: 'circle',
    symbolSize: 4,
    itemStyle: { color },
    lineStyle: { color, width: 1.5 },
  };
  return [line, whiskers, counts];
}
