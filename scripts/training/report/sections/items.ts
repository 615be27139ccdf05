import type { PopularityGroup } from '../../../../models/evaluation/metric-groups.ts';
import { accent, barOption, chartWidth, lineOption } from '../chart-options.ts';
import { drawChart } from '../charts.ts';
import { metric, percent, range, shortSpan, span, whole } from '../format.ts';
import type { Html } from '../html.ts';
import { legend } from '../looks.ts';
import { charts, details, figure, paragraph, section, table } from '../parts.ts';
import { drawnModels, type SectionContext } from './context.ts';

const wantedColor = 'var(--other-1)';

/** How well items are found by how popular they are, and whether popular ones are shown too much. */
export function itemsSection(context: SectionContext): Html | undefined {
  const [subject] = context.report.models;
  if (!subject) return undefined;
  const { k } = subject.metrics;
  const groups = subject.byPopularity;
  return section(
    'items',
    'By item popularity',
    paragraph(
      'The catalogue in ten groups of about as many items, from the rarest to the most popular in training; items that no training user has are a group of their own.',
    ),
    legend(drawnModels(context)),
    charts(recallChart(context, `Recall@${k}`, groups), shareChart(groups)),
    details('Figures of this model', popularityTable(groups, k)),
  );
}

function recallChart(
  context: SectionContext,
  name: string,
  groups: readonly PopularityGroup[],
): Html {
  const drawing = drawChart({
    id: 'popularity-recall',
    label: `${name} by how many training users the wanted items have; the figures are in the table below.`,
    option: lineOption(
      drawnModels(context).map(({ model, look }) => ({
        look,
        values: model.byPopularity.map(({ recall }) => recall?.mean ?? Number.NaN),
        ...(look.isMain && { intervals: model.byPopularity.map(({ recall }) => recall) }),
      })),
      axisOf(groups),
      { name, min: 0 },
    ),
    width: chartWidth,
    height: 290,
  });
  return figure(name, 'mean over the users who want one of the group', drawing);
}

function shareChart(groups: readonly PopularityGroup[]): Html {
  const drawing = drawChart({
    id: 'popularity-share',
    label:
      'Share of what users wanted and share of what was shown to them, by popularity; the figures are in the table below.',
    option: barOption(
      [
        { color: wantedColor, values: groups.map(({ wantedShare }) => wantedShare) },
        { color: accent, values: groups.map(({ recommendedShare }) => recommendedShare) },
      ],
      axisOf(groups),
      { name: 'share', format: (value) => percent(value, 0) },
    ),
    width: chartWidth,
    height: 290,
  });
  return figure('Shown (accent) and wanted (grey)', 'shares of the whole', drawing);
}

function axisOf(groups: readonly PopularityGroup[]) {
  return {
    labels: groups.map(({ low, high }) => shortSpan(low, high)),
    name: 'training users of the item',
  };
}

function popularityTable(groups: readonly PopularityGroup[], k: number): Html {
  return table(
    [
      { name: 'training users' },
      { name: 'items' },
      { name: 'wanted in the test' },
      { name: `Recall@${k}` },
      { name: '95 %' },
      { name: 'share of what was wanted' },
      { name: 'share of what was shown' },
    ],
    groups.map(({ low, high, items, wanted, recall, wantedShare, recommendedShare }) => ({
      cells: [
        span(low, high),
        whole(items),
        whole(wanted),
        recall ? metric(recall.mean) : '–',
        recall ? range(recall) : '–',
        percent(wantedShare),
        percent(recommendedShare),
      ],
    })),
  );
}
