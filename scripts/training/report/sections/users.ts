import type { ActivityGroup } from '../../../../models/evaluation/metric-groups.ts';
import { chartWidth, lineOption } from '../chart-options.ts';
import { drawChart } from '../charts.ts';
import { metric, percent, range, shortSpan, span, whole } from '../format.ts';
import { type Html, html } from '../html.ts';
import { legend } from '../looks.ts';
import { charts, details, figure, paragraph, section, table } from '../parts.ts';
import { drawnModels, type SectionContext } from './context.ts';

/** How well users are served by how much is known of them. */
export function usersSection(context: SectionContext): Html | undefined {
  const [subject] = context.report.models;
  if (!subject) return undefined;
  const { k } = subject.metrics;
  return section(
    'users',
    'By user activity',
    paragraph(
      'The test users in ten groups of about the same size, by how many items they have in training; those with none are a group of their own.',
      unseen(context),
    ),
    legend(drawnModels(context)),
    charts(
      chart(context, `Recall@${k}`, ({ recall }) => recall),
      chart(context, `NDCG@${k}`, ({ ndcg }) => ndcg),
    ),
    details('Figures of this model', activityTable(subject.byActivity, k)),
  );
}

function chart(
  context: SectionContext,
  name: string,
  of: (group: ActivityGroup) => ActivityGroup['recall'],
): Html {
  const models = drawnModels(context);
  const groups = models[0]?.model.byActivity ?? [];
  const drawing = drawChart({
    id: `activity-${name.toLowerCase().replace('@', '-')}`,
    label: `${name} by number of training items, from users with few to users with many; the figures are in the table below.`,
    option: lineOption(
      models.map(({ model, look }) => ({
        look,
        values: model.byActivity.map((group) => of(group).mean),
        ...(look.isMain && { intervals: model.byActivity.map(of) }),
      })),
      {
        labels: groups.map(({ low, high }) => shortSpan(low, high)),
        name: 'training items of the user',
      },
      { name, min: 0 },
    ),
    width: chartWidth,
    height: 290,
  });
  return figure(name, 'mean of the group, with its interval', drawing);
}

function activityTable(groups: readonly ActivityGroup[], k: number): Html {
  return table(
    [
      { name: 'training items' },
      { name: 'users' },
      { name: `Recall@${k}` },
      { name: '95 %' },
      { name: `NDCG@${k}` },
      { name: '95 %' },
    ],
    groups.map(({ low, high, users, recall, ndcg }) => ({
      cells: [
        span(low, high),
        whole(users),
        metric(recall.mean),
        range(recall),
        metric(ndcg.mean),
        range(ndcg),
      ],
    })),
  );
}

/** What no model could know, where there is such a part. */
function unseen({ report: { cold, split } }: SectionContext): Html | undefined {
  if (!cold || !split) return undefined;
  const { unseenItemShare, warmUsers } = cold;
  const strangers = split.users - warmUsers.users;
  if (unseenItemShare === 0 && strangers === 0) return undefined;
  return html` No model can know ${percent(strangers / split.users)} of the test users and the items of ${percent(unseenItemShare)} of the test interactions, which training did not see.`;
}
