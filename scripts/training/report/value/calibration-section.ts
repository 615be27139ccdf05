import type { ValueEvaluation } from '../../../../models/segmentation/value/evaluate-value.ts';
import type { Comparison } from '../../../../models/segmentation/value/holdout-figures.ts';
import { accent, barOption, chartWidth, type Look } from '../chart-options.ts';
import { drawChart } from '../charts.ts';
import { figure as number, percent, whole } from '../format.ts';
import type { Html } from '../html.ts';
import { legend } from '../looks.ts';
import { charts, details, figure, paragraph, section, table } from '../parts.ts';

const expectedLook: Look = { color: accent, dash: 'solid', isMain: true };
const actualLook: Look = { color: 'var(--other-1)', dash: 'solid', isMain: false };

/** Whether those of whom much is expected order much. */
export function calibrationSection({ orders, spend, byRepeats, byBand }: ValueEvaluation): Html {
  const tenths = (rows: readonly Comparison[]) => rows.map((_, at) => String(at + 1));
  const repeats = byRepeats.filter(({ customers }) => customers > 0);
  return section(
    'calibration',
    'Calibration',
    paragraph(
      'Means of customers. A tenth holds as many customers as the others, by what was expected of them.',
    ),
    legend([
      { name: 'expected', look: expectedLook },
      { name: 'actual', look: actualLook },
    ]),
    charts(
      bars('deciles', 'Orders by tenth', 'the least expected first', orders.deciles, {
        labels: tenths(orders.deciles),
        name: 'tenth',
      }),
      bars('repeats', 'Orders by repeats before', 'of the calibration', repeats, {
        labels: repeats.map(({ repeats }) => repeats),
        name: 'repeat orders before',
      }),
      spend
        ? bars('spend', 'Money by tenth', 'the least expected first', spend.deciles, {
            labels: tenths(spend.deciles),
            name: 'tenth',
          })
        : undefined,
    ),
    bandTable(byBand),
    details('Orders by tenth', meansTable('tenth', orders.deciles, tenths(orders.deciles))),
    details(
      'Orders by repeats before',
      meansTable(
        'repeats',
        repeats,
        repeats.map(({ repeats }) => repeats),
      ),
    ),
    spend
      ? details('Money by tenth', meansTable('tenth', spend.deciles, tenths(spend.deciles)))
      : undefined,
  );
}

function bars(
  id: string,
  title: string,
  about: string,
  rows: readonly Comparison[],
  x: { readonly labels: readonly string[]; readonly name: string },
): Html {
  const drawing = drawChart({
    id,
    label: `${title}: expected and actual mean of each group.`,
    option: barOption(
      [
        { color: expectedLook.color, values: rows.map(({ expected }) => expected) },
        { color: actualLook.color, values: rows.map(({ actual }) => actual) },
      ],
      x,
      { name: 'mean a customer', min: 0 },
    ),
    width: chartWidth,
    height: 270,
  });
  return figure(title, about, drawing);
}

function bandTable(bands: ValueEvaluation['byBand']): Html {
  return table(
    [
      { name: 'churn band', isText: true },
      { name: 'customers' },
      { name: 'ordered in the holdout' },
      { name: 'orders expected' },
      { name: 'actual' },
    ],
    bands.map(({ band, customers, ordered, expected, actual }) => ({
      cells: [band, whole(customers), percent(ordered), mean(expected), mean(actual)],
    })),
  );
}

function meansTable(name: string, rows: readonly Comparison[], names: readonly string[]): Html {
  return table(
    [{ name, isText: true }, { name: 'customers' }, { name: 'expected' }, { name: 'actual' }],
    rows.map(({ customers, expected, actual }, at) => ({
      cells: [names[at], whole(customers), mean(expected), mean(actual)],
    })),
  );
}

function mean(value: number): string {
  return Number.isFinite(value) ? number(value) : '–';
}
