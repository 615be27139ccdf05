import type { CrmReport } from '../../../../services/crm-report/crm-report.ts';
import { percent, whole } from '../format.ts';
import { type Html, html } from '../html.ts';
import { paragraph, section, table } from '../parts.ts';

const scores = [5, 4, 3, 2, 1];

/** Recency against frequency: how many users, and their share of the money. */
export function gridSection({ grid }: CrmReport): Html | undefined {
  const revenue = grid.reduce((sum, cell) => sum + cell.revenue, 0);
  const most = Math.max(...grid.map(({ users }) => users));
  const cellOf = (recency: number, frequency: number): Html | string => {
    const cell = grid.find((one) => one.recency === recency && one.frequency === frequency);
    if (cell === undefined) return '';
    const shade = Math.round((100 * cell.users) / most);
    return html`<span class="shade" style="--shade: ${shade}%">${whole(cell.users)}<small>${percent(cell.revenue / revenue)}</small></span>`;
  };
  return section(
    'grid',
    'Recency and frequency',
    paragraph(
      'Users with an order in the window by their scores from 1 to 5, and their share of the money.',
    ),
    table(
      [
        { name: 'recency \\ frequency', isText: true },
        ...scores.toReversed().map((score) => ({ name: String(score) })),
      ],
      scores.map((recency) => ({
        cells: [
          String(recency),
          ...scores.toReversed().map((frequency) => cellOf(recency, frequency)),
        ],
      })),
    ),
  );
}
