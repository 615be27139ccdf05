import type { CurvePoint } from '../../../../models/evaluation/exposure.ts';
import { chartWidth, type Look, lineOption } from '../chart-options.ts';
import { drawChart } from '../charts.ts';
import { metric, percent } from '../format.ts';
import type { Html } from '../html.ts';
import { legend } from '../looks.ts';
import { charts, details, figure, paragraph, section, table } from '../parts.ts';
import { drawnModels, type SectionContext } from './context.ts';

const demandLook: Look = { color: 'var(--ink)', dash: 'dotted', isMain: false };

/** How much of the catalogue anybody gets to see. */
export function spreadSection(context: SectionContext): Html | undefined {
  const { models, demand = [] } = context.report;
  const [subject] = models;
  if (!subject) return undefined;
  return section(
    'spread',
    'Spread over the catalogue',
    paragraph(
      'A curve that rises late spreads what it shows over more items. What the test users wanted is drawn for comparison: it is no aim, but far above it few items take the places of many.',
    ),
    legend([...drawnModels(context), { name: 'wanted in the test', look: demandLook }]),
    charts(coverageChart(context), exposureChart(context, demand)),
    details('Figures', spreadTable(context)),
  );
}

function coverageChart(context: SectionContext): Html {
  const drawing = drawChart({
    id: 'coverage',
    label: 'Share of the catalogue in anybody’s first k places, for k from 1 on.',
    option: lineOption(
      drawnModels(context).map(({ model, look }) => ({
        look,
        values: model.coverage.map((share, at) => [at + 1, share] as const),
      })),
      { name: 'k: places of the list', min: 1, max: context.report.metrics?.k ?? 1 },
      { name: 'coverage@k', min: 0, format: (value) => percent(value, 0) },
    ),
    width: chartWidth,
    height: 290,
  });
  return figure('Coverage', 'share of the catalogue that is shown to anybody', drawing);
}

function exposureChart(context: SectionContext, demand: readonly CurvePoint[]): Html {
  const pointsOf = (curve: readonly CurvePoint[]) =>
    curve.map(({ items, total }) => [items, total] as const);
  const drawing = drawChart({
    id: 'exposure',
    label: 'Share of all places that the most shown items take, by share of the catalogue.',
    option: lineOption(
      [
        ...drawnModels(context).map(({ model, look }) => ({
          look,
          values: pointsOf(model.exposure),
        })),
        { look: demandLook, values: pointsOf(demand) },
      ],
      {
        name: 'share of the catalogue, most shown items first',
        min: 0,
        max: 1,
        format: (value) => percent(value, 0),
      },
      { name: 'share of all places', min: 0, max: 1, format: (value) => percent(value, 0) },
    ),
    width: chartWidth,
    height: 290,
  });
  return figure('Exposure', 'how many items share the places', drawing);
}

function spreadTable(context: SectionContext): Html {
  const { models } = context.report;
  const k = context.report.metrics?.k ?? 0;
  return table(
    [
      { name: 'model', isText: true },
      { name: 'coverage@1' },
      { name: `coverage@${k}` },
      { name: 'places of the 10 % most shown' },
      { name: 'Gini coefficient' },
    ],
    models.map(({ name, role, coverage, exposure, gini }) => ({
      isMain: role === 'model',
      cells: [
        name,
        percent(coverage[0] ?? null),
        percent(coverage.at(-1) ?? null),
        percent(exposure.find(({ items }) => items >= 0.1)?.total ?? null),
        gini === null ? '–' : metric(gini),
      ],
    })),
  );
}
