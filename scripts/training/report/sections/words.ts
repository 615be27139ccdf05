import { type Html, html } from '../html.ts';
import { section } from '../parts.ts';
import type { SectionContext } from './context.ts';

/** What the metrics mean; the same words as docs/evaluation.md. */
export function wordsSection({ report: { metrics } }: SectionContext): Html | undefined {
  if (!metrics) return undefined;
  const { k } = metrics;
  return section(
    'words',
    'What the figures mean',
    html`<dl>
<dt>Recall@${k}</dt><dd>hits among the ${k} items of a list, over what the user wanted in the test; mean over the users</dd>
<dt>NDCG@${k}</dt><dd>the same with a gain of 1 / log₂(place + 1) for each hit, over what the best order would gain; mean over the users</dd>
<dt>long-tail recall@${k}</dt><dd>recall among wanted items that are less popular in training than the median item; mean over the users who want one</dd>
<dt>coverage@${k}</dt><dd>share of the catalogue that is in anybody’s list</dd>
<dt>share of the top 1 %</dt><dd>share of all places that the 1 % of items most popular in training take</dd>
<dt>95 %</dt><dd>interval of 1,000 resamples of the users, with a seed</dd>
<dt>Gini coefficient</dt><dd>0 when all items are shown as often, towards 1 when one takes all places</dd>
</dl>
`,
  );
}
