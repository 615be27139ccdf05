import type { ActiveReport, ExposureReport, ItemReport } from '../evaluation-report.ts';
import { difference, metric, moment, percent, whole } from '../format.ts';
import { type Html, html } from '../html.ts';
import { itemName } from '../item-name.ts';
import { charts, paragraph, section, table } from '../parts.ts';
import type { SectionContext } from './context.ts';

type Compared = Exclude<ActiveReport, { readonly why: string }>;

/** What users would notice if this model took the place of the active version. */
export function activeSection({ report }: SectionContext): Html {
  const { active } = report;
  const title = 'What changed against the active version';
  if ('why' in active) return section('active', title, paragraph(active.why));
  const k = report.metrics?.k ?? 0;
  return section(
    'active',
    title,
    html`<p>Active is <b>${active.version}</b> (${active.kind}, made ${moment(active.created)}).</p>
`,
    figuresOf(active, report.models),
    html`<p>Of the ${k} items of a list, <b>${percent(active.overlap.mean)}</b> are the same (mean over the test users, 95 % ${percent(active.overlap.low)} to ${percent(active.overlap.high)}). <b>${percent(active.sameFirst)}</b> of the users have the same item in the first place.</p>
`,
    charts(
      changeTable('Items shown to more users', active.gained),
      changeTable('Items shown to fewer users', active.lost),
    ),
  );
}

function figuresOf(
  { unfair }: Compared,
  models: SectionContext['report']['models'],
): Html | undefined {
  if (unfair !== undefined) {
    return html`<p>Its figures are not compared: ${unfair}. Its lists are, made from what was known of each user at the same moment.</p>
`;
  }
  const [subject] = models;
  const active = models.find(({ role }) => role === 'active');
  if (!subject || !active?.gain) return undefined;
  const { k } = subject.metrics;
  return table(
    [
      { name: 'metric', isText: true },
      { name: 'active' },
      { name: 'this model' },
      { name: 'gain' },
      { name: '95 %' },
      { name: 'users it is better for' },
      { name: 'worse for' },
    ],
    [
      { name: `Recall@${k}`, of: 'recall' as const },
      { name: `NDCG@${k}`, of: 'ndcg' as const },
    ].map(({ name, of }) => {
      const gain = active.gain?.[of];
      const interval = gain?.difference ?? { mean: Number.NaN, low: Number.NaN, high: Number.NaN };
      return {
        cells: [
          name,
          metric(active.metrics[of].mean),
          metric(subject.metrics[of].mean),
          difference(interval.mean),
          `${difference(interval.low)} to ${difference(interval.high)}`,
          whole(gain?.up ?? 0),
          whole(gain?.down ?? 0),
        ],
      };
    }),
  );
}

function changeTable(title: string, items: readonly (ItemReport & ExposureReport)[]): Html {
  if (items.length === 0) return html`<div><h3>${title}</h3><p>None.</p></div>`;
  return html`<div><h3>${title}</h3>
${table(
  [{ name: 'item', isText: true }, { name: 'active' }, { name: 'this model' }],
  items.map((item) => ({ cells: [itemName(item), whole(item.before), whole(item.after)] })),
)}</div>`;
}
