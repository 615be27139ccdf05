import type { Json } from '../../../../models/artifact/manifest.ts';
import { accent, chartWidth, type Look, lineOption, rowsOption } from '../chart-options.ts';
import { drawChart } from '../charts.ts';
import type { BlendReport, EvaluationReport } from '../evaluation-report.ts';
import { metric, figure as number, percent, whole } from '../format.ts';
import { type Html, html } from '../html.ts';
import { charts, details, figure, section, table } from '../parts.ts';
import type { SectionContext } from './context.ts';

const look: Look = { color: accent, dash: 'solid', isMain: true };
const reasons: Readonly<Record<BlendReport['reason'], string>> = {
  searched: 'the searched weights were taken: their gain is clear',
  'gain-not-clear': 'the simple rule was kept: the gain of the searched weights is not clear',
};

/** How the model came about: its losses, the settings that were tried, its weights. */
export function trainingSection({ report }: SectionContext): Html {
  const { learning, tried, blend, settings } = report;
  const searches = Object.entries(tried).filter(([, points]) => points.length > 0);
  const drawings = [
    ...weightsOf(settings).map((weights) => weightChart(weights)),
    ...learning.map((curve) => lossChart(curve)),
    ...searches.map(([kind, points]) => searchChart(kind, points)),
  ];
  return section(
    'training',
    'Training',
    blend && blendText(blend),
    blend && details('The cuts that weights were tried on', cutTable(blend)),
    drawings.length > 0 ? charts(...drawings) : undefined,
    searches.map(([kind, points]) =>
      details(`Settings of ${kind} that were tried`, searchTable(points)),
    ),
    details(
      'All settings',
      html`<pre>${JSON.stringify(settings, null, 2)}</pre>
`,
    ),
  );
}

/** One list of weights, or none for a model that has no parts. */
function weightsOf(settings: EvaluationReport['settings']): Readonly<Record<string, number>>[] {
  const { weights } = settings;
  if (!isRecord(weights)) return [];
  const numbers = Object.entries(weights).map(([name, weight]) => [name, Number(weight)] as const);
  return [Object.fromEntries(numbers)];
}

function isRecord(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function weightChart(weights: Readonly<Record<string, number>>): Html {
  const rows = Object.entries(weights).map(([name, value]) => ({ name, value }));
  const told = rows.map(({ name, value }) => `${name} ${number(value)}`).join(', ');
  const drawing = drawChart({
    id: 'weights',
    label: `Weights: ${told}.`,
    option: rowsOption(rows, { name: 'weight', min: 0 }),
    width: chartWidth,
    height: 36 + 32 * rows.length,
  });
  return figure('Weights', 'of the components’ standard scores', drawing);
}

function blendText({ reason, searched, gain }: BlendReport): Html {
  const weights = Object.entries(searched)
    .map(([kind, weight]) => `${kind} ${number(weight)}`)
    .join(', ');
  return html`<p>Weights: <b>${reasons[reason]}</b>. The search found ${weights}. On users who had no part in it, that gains ${percent(gain.mean)} of the simple rule’s NDCG (95 % ${percent(gain.low)} to ${percent(gain.high)}).</p>
`;
}

function cutTable({ cuts }: BlendReport): Html {
  return table(
    [
      { name: 'Cut', isText: true },
      { name: 'Users' },
      { name: 'NDCG, simple rule' },
      { name: 'NDCG, searched' },
      { name: 'Popularity of held-out items, training’s = 1' },
    ],
    cuts.map(({ kind, users, simpleNdcg, searchedNdcg, popularityShift }) => ({
      cells: [
        kind,
        whole(users),
        metric(simpleNdcg),
        metric(searchedNdcg),
        number(popularityShift, 3),
      ],
    })),
  );
}

function lossChart({ part, losses }: EvaluationReport['learning'][number]): Html {
  const [first, last] = [losses[0] ?? 0, losses.at(-1) ?? 0];
  const drawing = drawChart({
    id: `loss-${part}`,
    label: `Training loss of ${part}, step by step: ${number(first)} at first, ${number(last)} in the end.`,
    option: lineOption(
      [{ look, values: losses }],
      { labels: losses.map((_, at) => String(at + 1)), name: 'step' },
      { name: 'loss', isFitted: true, format: (value) => number(value, 3) },
    ),
    width: chartWidth,
    height: 260,
  });
  return figure(`Learning curve of ${part}`, `training loss, in the end ${number(last)}`, drawing);
}

type Tried = EvaluationReport['tried'][string];

function searchChart(kind: string, points: Tried): Html {
  const best = points.map((_, at) =>
    Math.max(...points.slice(0, at + 1).map(({ score }) => score)),
  );
  const drawing = drawChart({
    id: `search-${kind}`,
    label: `Validation NDCG of the ${points.length} settings of ${kind} that were tried; the best has ${metric(best.at(-1) ?? 0)}.`,
    option: lineOption(
      [
        {
          look: { color: 'var(--other-1)', dash: 'dotted', isMain: false },
          values: points.map(({ score }) => score),
        },
        { look, values: best },
      ],
      { labels: points.map((_, at) => String(at + 1)), name: 'settings tried' },
      { name: 'validation NDCG', isFitted: true, format: (value) => number(value, 3) },
    ),
    width: chartWidth,
    height: 260,
  });
  return figure(
    `Settings of ${kind}`,
    'each that was tried, and the best so far (accent)',
    drawing,
  );
}

function searchTable(points: Tried): Html {
  const names = Object.keys(points[0]?.point ?? {});
  const best = Math.max(...points.map(({ score }) => score));
  return table(
    [{ name: '' }, ...names.map((name) => ({ name })), { name: 'validation NDCG' }],
    points.map(({ point, score }, at) => ({
      isMain: score === best,
      cells: [
        whole(at + 1),
        ...names.map((name) => number(point[name] ?? Number.NaN)),
        metric(score),
      ],
    })),
  );
}
