import { accent, chartWidth, type Look, lineOption } from '../chart-options.ts';
import { drawChart } from '../charts.ts';
import type { CalibrationReport } from '../evaluation-report.ts';
import { figure as number, percent, whole } from '../format.ts';
import { type Html, html } from '../html.ts';
import { charts, details, figure, paragraph, section, table } from '../parts.ts';
import type { SectionContext } from './context.ts';

const look: Look = { color: accent, dash: 'solid', isMain: true };

/** Whether a higher score means a likelier hit, for all users alike. */
export function scoresSection({ report }: SectionContext): Html | undefined {
  const { calibration } = report;
  if (!calibration || calibration.byScore.length === 0) return undefined;
  const isSample = calibration.users < (report.split?.users ?? 0);
  return section(
    'scores',
    'What a score is worth',
    paragraph(
      `What was shown to ${whole(calibration.users)} test users${isSample ? ', drawn at random' : ''}. Where a score means the same for every user, the share that they took rises from one bin to the next.`,
    ),
    charts(byScore(calibration), byPlace(calibration)),
    details('Figures by score', scoreTable(calibration)),
  );
}

function byScore({ byScore }: CalibrationReport): Html {
  const drawing = drawChart({
    id: 'hits-by-score',
    label:
      'Share of recommendations that were taken, by score; the figures are in the table below.',
    option: lineOption(
      [
        {
          look,
          values: byScore.map(({ hitRate }) => hitRate.mean),
          intervals: byScore.map(({ hitRate }) => hitRate),
        },
      ],
      {
        labels: byScore.map(({ meanScore }) => number(meanScore, 3)),
        name: 'mean score of the bin',
      },
      { name: 'taken', min: 0, format: (value) => percent(value) },
    ),
    width: chartWidth,
    height: 290,
  });
  return figure('By score', 'bins of as many recommendations each', drawing);
}

function byPlace({ byPlace }: CalibrationReport): Html {
  const drawing = drawChart({
    id: 'hits-by-place',
    label: `Share of users who took what stood at each place: ${percent(byPlace[0]?.mean ?? null)} at the first, ${percent(byPlace.at(-1)?.mean ?? null)} at the last.`,
    option: lineOption(
      [{ look, values: byPlace.map(({ mean }) => mean), intervals: byPlace }],
      { labels: byPlace.map((_, at) => String(at + 1)), name: 'place in the list' },
      { name: 'taken', min: 0, format: (value) => percent(value) },
    ),
    width: chartWidth,
    height: 290,
  });
  return figure('By place', 'share of the users who took what stood there', drawing);
}

function scoreTable({ byScore }: CalibrationReport): Html {
  return table(
    [
      { name: 'score' },
      { name: 'mean' },
      { name: 'recommendations' },
      { name: 'taken' },
      { name: '95 %' },
    ],
    byScore.map(({ low, high, meanScore, recommendations, hitRate }) => ({
      cells: [
        html`${number(low)} to ${number(high)}`,
        number(meanScore),
        whole(recommendations),
        percent(hitRate.mean, 2),
        `${percent(hitRate.low, 2)} to ${percent(hitRate.high, 2)}`,
      ],
    })),
  );
}
