import type { CrmReport } from '../../../../services/crm-report/crm-report.ts';
import { barOption, chartWidth, rowsOption } from '../chart-options.ts';
import { drawChart } from '../charts.ts';
import { figure as number, percent, whole } from '../format.ts';
import { type Html, html } from '../html.ts';
import { charts, figure, paragraph, section, table } from '../parts.ts';

/** What is expected of whom in the year to come. */
export function valueSection({ tiers, value }: CrmReport): Html {
  if (value === undefined) {
    return section('value', 'Value', paragraph('No value has been built: npm run build-value.'));
  }
  const { model, bands, tenths } = value;
  const spend = tenths.reduce((sum, row) => sum + row.spend, 0);
  const valued = tiers.filter((row) => row.valued > 0);
  const { bgNbd } = model.report;
  return section(
    'value',
    'Value',
    paragraph(
      `What is expected of those who are customers now, in the 365 days after ${model.asOf.toISOString().slice(0, 10)}, by ${model.version}.`,
      bgNbd.seesStopping
        ? undefined
        : ' The orders do not tell who has stopped: who has ordered twice is taken to be there still.',
    ),
    charts(
      figure(
        'Expected money',
        'by tier',
        drawChart({
          id: 'value-tiers',
          label: 'Expected money by tier.',
          option: rowsOption(
            valued.map((row) => ({ name: row.tier, value: row.spend ?? 0 })),
            { name: '', min: 0, format: whole },
          ),
          width: chartWidth,
          height: 40 + 30 * valued.length,
        }),
      ),
      figure(
        'Who it comes from',
        'share of the expected money, by tenth of the customers',
        drawChart({
          id: 'value-tenths',
          label: 'Share of the expected money by tenth of the customers, the most expected first.',
          option: barOption(
            [{ color: 'var(--accent)', values: tenths.map((row) => row.spend / spend) }],
            { labels: tenths.map(({ tenth }) => String(tenth)), name: 'tenth' },
            { name: '', min: 0, format: (share) => percent(share, 0) },
          ),
          width: chartWidth,
          height: 250,
        }),
      ),
    ),
    html`<h3>By tier</h3>
`,
    valueTable(
      'tier',
      valued.map((row) => ({ name: row.tier, ...row, users: row.valued })),
    ),
    html`<h3>By churn band</h3>
`,
    valueTable(
      'band',
      bands.map((row) => ({ name: row.band, ...row })),
    ),
  );
}

interface ValueRow {
  readonly name: string;
  readonly users: number;
  readonly alive: number | null;
  readonly orders: number | null;
  readonly spend: number | null;
}

function valueTable(name: string, rows: readonly ValueRow[]): Html {
  return table(
    [
      { name, isText: true },
      ...['customers', 'alive', 'orders', 'money', 'money each'].map((column) => ({
        name: column,
      })),
    ],
    rows.map(({ name: of, users, alive, orders, spend }) => ({
      cells: [
        of,
        whole(users),
        alive === null ? '–' : number(alive, 3),
        whole(Math.round(orders ?? 0)),
        whole(Math.round(spend ?? 0)),
        number((spend ?? 0) / users),
      ],
    })),
  );
}
