import type { ValueEvaluation } from '../../../../models/segmentation/value/evaluate-value.ts';
import { accent, chartWidth, type Look, lineOption } from '../chart-options.ts';
import { drawChart } from '../charts.ts';
import { dayText, whole } from '../format.ts';
import type { Html } from '../html.ts';
import { legend } from '../looks.ts';
import { charts, details, figure, paragraph, section, table } from '../parts.ts';

const expectedLook: Look = { color: accent, dash: 'solid', isMain: true };
const actualLook: Look = { color: 'var(--ink)', dash: 'dashed', isMain: false };
const endLook: Look = { color: 'var(--other-2)', dash: 'dotted', isMain: false };

/** Repeat orders of everybody, by week. */
export function trackingSection(evaluation: ValueEvaluation): Html {
  const { tracking, calibrationEnd } = evaluation;
  const [first] = tracking;
  const weekOf = (day: number) => (first ? (day - first.through) / 7 + 1 : 0);
  const cumulative = tracking.map(({ expected, actual }) => ({ expected, actual }));
  // The last may be a part of a week.
  const weeks = tracking.filter(({ through }) => weekOf(through) % 1 === 0).length;
  const weekly = cumulative.slice(0, weeks).map(({ expected, actual }, at) => ({
    expected: expected - (cumulative[at - 1]?.expected ?? 0),
    actual: actual - (cumulative[at - 1]?.actual ?? 0),
  }));
  const chart = (id: string, label: string, rows: typeof weekly, y: string) => {
    const points = (of: 'expected' | 'actual') =>
      rows.map((row, at) => [weekOf(tracking[at]?.through ?? 0), row[of]] as const);
    const top = Math.max(...rows.flatMap(({ expected, actual }) => [expected, actual]));
    const cut = weekOf(calibrationEnd);
    return drawChart({
      id,
      label,
      option: lineOption(
        [
          { look: endLook, values: [[cut, 0] as const, [cut, top] as const] },
          { look: actualLook, values: points('actual') },
          { look: expectedLook, values: points('expected') },
        ],
        { name: 'weeks', min: 0 },
        { name: y, min: 0, format: whole },
      ),
      width: chartWidth,
      height: 290,
    });
  };
  return section(
    'tracking',
    'Repeat orders, week by week',
    paragraph(
      'What the model says of a customer from nothing but the day of their first order, added up over all customers of the calibration. It has seen nothing to the right of the dotted line.',
    ),
    legend([
      { name: 'expected', look: expectedLook },
      { name: 'actual', look: actualLook },
      { name: 'end of the calibration', look: endLook },
    ]),
    charts(
      figure(
        'Cumulative',
        'repeat orders since the beginning',
        chart('cumulative', 'Cumulative repeat orders by week.', cumulative, 'orders'),
      ),
      figure(
        'By week',
        'repeat orders of each week',
        chart('weekly', 'Repeat orders of each week.', weekly, 'orders'),
      ),
    ),
    details(
      'Figures',
      table(
        [{ name: 'through', isText: true }, { name: 'expected' }, { name: 'actual' }],
        tracking.map(({ through, expected, actual }) => ({
          cells: [dayText(through), expected.toFixed(1), whole(actual)],
        })),
      ),
    ),
  );
}
