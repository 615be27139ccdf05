import type { CrmReport } from '../../../../services/crm-report/crm-report.ts';
import { chartWidth, rowsOption } from '../chart-options.ts';
import { drawChart } from '../charts.ts';
import { percent, whole } from '../format.ts';
import { type Html, html } from '../html.ts';
import { charts, figure, paragraph, section, table } from '../parts.ts';

/** Tiers and the finer groups: how many, and of how much of the money. */
export function tiersSection({ tiers, groups }: CrmReport): Html {
  const users = tiers.reduce((sum, row) => sum + row.users, 0);
  const revenue = tiers.reduce((sum, row) => sum + row.revenue, 0);
  return section(
    'tiers',
    'Tiers',
    paragraph(
      'Everybody is in one tier and one group. Money is that of the window, less what came back.',
    ),
    charts(
      figure(
        'Users',
        'by tier',
        bars(
          'tier-users',
          'Users by tier',
          tiers.map(({ tier, users: value }) => ({ name: tier, value })),
        ),
      ),
      figure(
        'Money',
        'by tier',
        bars(
          'tier-money',
          'Money by tier',
          tiers.map(({ tier, revenue: value }) => ({ name: tier, value })),
        ),
      ),
    ),
    table(
      [
        { name: 'tier', isText: true },
        ...['users', 'share', 'money', 'share'].map((name) => ({ name })),
      ],
      tiers.map((row) => ({
        cells: [
          row.tier,
          whole(row.users),
          percent(row.users / users),
          whole(Math.round(row.revenue)),
          percent(row.revenue / revenue),
        ],
      })),
    ),
    html`<h3>Groups</h3>
`,
    table(
      [
        { name: 'group', isText: true },
        ...['users', 'share', 'money', 'share'].map((name) => ({ name })),
      ],
      groups.map((row) => ({
        cells: [
          row.group,
          whole(row.users),
          percent(row.users / users),
          whole(Math.round(row.revenue)),
          percent(row.revenue / revenue),
        ],
      })),
    ),
  );
}

function bars(id: string, label: string, rows: readonly { name: string; value: number }[]): Html {
  return drawChart({
    id,
    label: `${label}.`,
    option: rowsOption(rows, { name: '', min: 0, format: whole }),
    width: chartWidth,
    height: 40 + 30 * rows.length,
  });
}
