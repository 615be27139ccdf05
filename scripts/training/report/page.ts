import { documentPage } from './document.ts';
import type { EvaluationReport } from './evaluation-report.ts';
import { metric, moment, percent, range } from './format.ts';
import { type Html, html } from './html.ts';
import { looksOf } from './looks.ts';
import { activeSection } from './sections/active.ts';
import { itemsSection } from './sections/items.ts';
import { modelsSection } from './sections/models.ts';
import { neighboursSection } from './sections/neighbours.ts';
import { runSection } from './sections/run.ts';
import { scoresSection } from './sections/scores.ts';
import { spreadSection } from './sections/spread.ts';
import { trainingSection } from './sections/training.ts';
import { usersSection } from './sections/users.ts';
import { wordsSection } from './sections/words.ts';

/** A report as one page. */
export function renderPage(report: EvaluationReport): string {
  const context = { report, looks: looksOf(report.models) };
  const title = `${report.model} on ${nameOf(report.dataset)}`;
  const header = html`<h1>${title}</h1>
<p>${report.version === undefined ? '' : html`version <b>${report.version}</b>, `}${moment(report.created)}</p>
${tiles(report)}`;
  const sections = [
    modelsSection,
    activeSection,
    usersSection,
    itemsSection,
    spreadSection,
    scoresSection,
    trainingSection,
    neighboursSection,
    runSection,
    wordsSection,
  ];
  return documentPage(
    `${title} – evaluation`,
    header,
    sections.map((make) => make(context)),
  );
}

/** The last part of a path. */
function nameOf(dataset: string): string {
  return dataset.split(/[/\\]/).findLast((part) => part !== '') ?? dataset;
}

/** The five figures that a model is judged by, each with popularity's below it. */
function tiles({ models, metrics }: EvaluationReport): Html | undefined {
  if (!metrics) return undefined;
  const { k, recall, ndcg, longTailRecall, coverage, topShare } = metrics;
  const popularity = models.find(({ name }) => name === 'popularity')?.metrics;
  const tile = (name: string, value: string, about: string, other: string | undefined) => html`<div>
<span>${name}</span><b>${value}</b><small>${about}</small><small>${other === undefined ? '' : `popularity ${other}`}</small>
</div>
`;
  return html`<div class="tiles">
${tile(`Recall@${k}`, metric(recall.mean), range(recall), popularity && metric(popularity.recall.mean))}${tile(`NDCG@${k}`, metric(ndcg.mean), range(ndcg), popularity && metric(popularity.ndcg.mean))}${tile(`Long-tail recall@${k}`, longTailRecall ? metric(longTailRecall.mean) : '–', longTailRecall ? range(longTailRecall) : '', popularity?.longTailRecall ? metric(popularity.longTailRecall.mean) : undefined)}${tile(`Coverage@${k}`, percent(coverage), 'of the catalogue is shown', popularity && percent(popularity.coverage))}${tile('Top 1 % of items', percent(topShare), 'of all places', popularity && percent(popularity.topShare))}</div>
`;
}
