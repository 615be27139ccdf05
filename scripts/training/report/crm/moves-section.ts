import type { CrmPoint, CrmReport } from '../../../../services/crm-report/crm-report.ts';
import { chartWidth, stackOption } from '../chart-options.ts';
import { drawChart } from '../charts.ts';
import { whole } from '../format.ts';
import { type Html, html } from '../html.ts';
import { legend } from '../looks.ts';
import { details, figure, paragraph, section, table } from '../parts.ts';
import { tierLook, tierOrder } from './tier-looks.ts';

/** Who was in which tier at the first of each month, and where from. */
export function movesSection({ points }: CrmReport): Html | undefined {
  if (points.length === 0) return undefined;
  const names = tierOrder.filter((tier) => points.some(({ users }) => users[tier] !== undefined));
  const drawing = drawChart({
    id: 'months',
    label: 'Users by tier at the first of each month.',
    option: stackOption(
      names.map((tier) => ({
        color: tierLook(tier).color,
        values: points.map(({ users }) => users[tier] ?? 0),
      })),
      { labels: points.map(({ at }) => at.slice(2, 10)), name: '' },
      { name: 'users', min: 0, format: whole },
    ),
    width: 2 * chartWidth,
    height: 330,
  });
  const later = points.slice(1);
  return section(
    'moves',
    'From month to month',
    paragraph('Tiers as they were at the first of each month in UTC, and at last as they are.'),
    legend(names.map((name) => ({ name, look: tierLook(name) }))),
    html`<div class="wide">${figure('Tiers', 'users at each point', drawing)}</div>
`,
    later.length === 0
      ? paragraph('There is one point yet, and so nobody has moved.')
      : html`<h3>Who moved in all ${later.length} steps together</h3>
${matrix(names, later)}`,
    later
      .toReversed()
      .map((point) =>
        details(
          `to ${point.at.slice(0, 10)}: ${whole(movedIn(point))} users moved`,
          matrix(names, [point]),
        ),
      ),
  );
}

function movedIn({ moves }: CrmPoint): number {
  return moves.reduce(
    (sum, { from, to, users }) => sum + (from !== null && from !== to ? users : 0),
    0,
  );
}

/** From the tier of the row to that of the column. */
function matrix(names: readonly string[], points: readonly CrmPoint[]): Html {
  const count = (from: string | null, to: string) =>
    points
      .flatMap(({ moves }) => moves)
      .reduce((sum, move) => sum + (move.from === from && move.to === to ? move.users : 0), 0);
  const rows: (string | null)[] = [...names, null];
  return table(
    [{ name: 'from \\ to', isText: true }, ...names.map((name) => ({ name }))],
    rows.map((from) => ({
      cells: [
        from ?? 'not there yet',
        ...names.map((to) => {
          const users = count(from, to);
          if (users === 0) return '';
          return from === to ? html`<span class="stayed">${whole(users)}</span>` : whole(users);
        }),
      ],
    })),
  );
}
