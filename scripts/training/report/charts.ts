import {
  BarChart,
  type BarSeriesOption,
  CustomChart,
  type CustomSeriesOption,
  LineChart,
  type LineSeriesOption,
} from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
  TitleComponent,
  type TitleComponentOption,
} from 'echarts/components';
import { type ComposeOption, init, setPlatformAPI, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escaped, Html } from './html.ts';

export type ChartOption = ComposeOption<
  | BarSeriesOption
  | CustomSeriesOption
  | GridComponentOption
  | LegendComponentOption
  | LineSeriesOption
  | TitleComponentOption
>;

/** A chart to draw. */
export interface Chart {
  /** Unique on its page: the prefix of the ids in the drawing. */
  readonly id: string;
  /** For those who cannot see it: what it shows. */
  readonly label: string;
  readonly option: ChartOption;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

use([BarChart, CustomChart, LineChart]);
use([GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
setPlatformAPI({ measureText });

/** Draws a chart as a part of a page. */
export function drawChart({ id, label, option, width, height }: Chart): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, ...option });
    return new Html(staticImage(chart.renderToSVGString(), id, label));
  } finally {
    chart.dispose();
  }
}

/**
 * The room that text is given, since nothing can measure it here: that of a wide typeface, so that
 * labels are not cut off whatever typeface the reader's machine has. Chinese, Japanese and Korean
 * characters are as wide as they are high.
 */
function measureText(text: string, font = ''): { width: number } {
  const size = Number.parseFloat(/([\d.]+)px/.exec(font)?.[1] ?? '12');
  let width = 0;
  for (const character of text) width += character < '\u2e80' ? 0.62 : 1;
  return { width: width * size };
}

/**
 * The drawing as an image of a page: what the library puts in for its own client (styles of the
 * hovering mouse, the numbers of series) is taken out, and ids, which it counts through the life of
 * the process, are named after the chart.
 */
function staticImage(svg: string, id: string, label: string): string {
  return svg
    .replaceAll(/<style\s*>[\s\S]*?<\/style>/g, '')
    .replaceAll(
      / (ecmeta_\w+|class|pointer-events|xmlns(:xlink)?|baseProfile|xml:space)="[^"]*"/g,
      '',
    )
    .replaceAll(/(id="|url\(#)zr\d+-/g, `$1${id}-`)
    .replace(/<svg width="\d+" height="\d+"/, `<svg role="img" aria-label="${escaped(label)}"`)
    .replaceAll(/\n+/g, '\n');
}
