import type { Gain } from '../../../../models/evaluation/compare-models.ts';
import { chartWidth, intervalOption } from '../chart-options.ts';
import { drawChart } from '../charts.ts';
import type { ModelReport } from '../evaluation-report.ts';
import { difference, metric, percent, range, relative, whole } from '../format.ts';
import { type Html, html } from '../html.ts';
import { charts, figure, paragraph, section, table } from '../parts.ts';
import { drawnModels, type SectionContext } from './context.ts';

/** All models on the same test, in figures and with their intervals drawn. */
export function modelsSection(context: SectionContext): Html {
  const { models, split } = context.report;
  const [subject] = models;
  if (!subject) {
    return section(
      'models',
      'Figures',
      paragraph('Nothing was held out, so nothing was measured.'),
    );
  }
  const { k } = subject.metrics;
  const users = whole(split?.users ?? 0);
  return section(
    'models',
    'Against the others',
    verdict(subject, models),
    paragraph(
      `The same ${users} users and the whole catalogue for every model. Bands and small figures are 95 % intervals. `,
      'A gain compares user by user, and is clear where its interval does not hold 0.',
    ),
    charts(
      forest(context, `Recall@${k}`, ({ recall }) => recall),
      forest(context, `NDCG@${k}`, ({ ndcg }) => ndcg),
    ),
    modelTable(models, k),
  );
}

/** How the model does against the best of the others. */
function verdict(subject: ModelReport, models: readonly ModelReport[]): Html | undefined {
  const [best] = models
    .filter(({ gain }) => gain !== undefined)
    .toSorted((a, b) => b.metrics.ndcg.mean - a.metrics.ndcg.mean);
  if (!best?.gain) return undefined;
  const { mean, low, high } = best.gain.ndcg.difference;
  const how = low > 0 ? 'above' : high < 0 ? 'below' : 'not clearly apart from';
  return html`<p><b>NDCG@${subject.metrics.k} is ${how} that of ${best.name}</b>, the best of the others: ${difference(mean)} (${relative(mean, best.metrics.ndcg.mean)}), 95 % ${difference(low)} to ${difference(high)}.</p>
`;
}

/** Models far below the best would leave no room to tell the others apart. */
const leastShown = 0.5;

function forest(
  context: SectionContext,
  name: string,
  of: (metrics: ModelReport['metrics']) => ModelReport['metrics']['recall'],
): Html {
  const all = drawnModels(context).map(({ model, look }) => {
    return { name: model.name, interval: of(model.metrics), look };
  });
  const best = Math.max(...all.map(({ interval }) => interval.mean));
  const rows = all.filter(({ interval, look }) => {
    return look.isMain || interval.mean >= leastShown * best;
  });
  const missing = all
    .filter((row) => !rows.includes(row))
    .map((row) => `, without ${row.name} (${metric(row.interval.mean)})`);
  const drawing = drawChart({
    id: `forest-${name.toLowerCase().replace('@', '-')}`,
    label: `${name} of each model with its 95 % interval; the figures are in the table below.`,
    option: intervalOption(rows, { name, isFitted: true }),
    width: chartWidth,
    height: 36 + 32 * rows.length,
  });
  return figure(name, `mean over the users${missing.join('')}`, drawing);
}

function modelTable(models: readonly ModelReport[], k: number): Html {
  return table(
    [
      { name: 'model', isText: true },
      { name: `Recall@${k}` },
      { name: `NDCG@${k}` },
      { name: `gain in NDCG@${k} over it` },
      { name: `long-tail recall@${k}` },
      { name: `coverage@${k}` },
      { name: 'share of the top 1 %' },
    ],
    models.map(({ name, role, metrics, gain }) => ({
      isMain: role === 'model',
      cells: [
        name,
        withRange(metrics.recall),
        withRange(metrics.ndcg),
        gain ? gainCell(gain.ndcg, metrics.ndcg.mean) : '',
        metrics.longTailRecall ? withRange(metrics.longTailRecall) : '–',
        percent(metrics.coverage),
        percent(metrics.topShare),
      ],
    })),
  );
}

function withRange(interval: ModelReport['metrics']['recall']): Html {
  return html`${metric(interval.mean)}<small>${range(interval)}</small>`;
}

function gainCell({ difference: { mean, low, high } }: Gain, base: number): Html {
  const isClear = low > 0 || high < 0;
  const verdict = isClear ? relative(mean, base) : 'not clear';
  return html`${difference(mean)} <em class="${!isClear ? 'open' : low > 0 ? 'up' : 'down'}">${verdict}</em><small>${difference(low)} to ${difference(high)}</small>`;
}
