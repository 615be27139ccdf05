import type { CrmReport } from '../../../../services/crm-report/crm-report.ts';
import { documentPage } from '../document.ts';
import { moment, percent, whole } from '../format.ts';
import { type Html, html } from '../html.ts';
import { gridSection } from './grid-section.ts';
import { movesSection } from './moves-section.ts';
import { tiersSection } from './tiers-section.ts';
import { valueSection } from './value-section.ts';

/** Who there is, who moved, and what they are worth, as one page. */
export function crmPage(report: CrmReport): string {
  const header = html`<h1>Customers</h1>
<p>as of ${moment(report.asOf.toISOString())}, orders of ${report.windowDays} days</p>
${tiles(report)}`;
  return documentPage('Customers', header, [
    tiersSection(report),
    movesSection(report),
    gridSection(report),
    valueSection(report),
  ]);
}

function tiles({ tiers, value }: CrmReport): Html {
  const sum = (of: 'users' | 'revenue', only = (_: string) => true) =>
    tiers.reduce((total, row) => total + (only(row.tier) ? row[of] : 0), 0);
  const tile = (name: string, figure: string, about: string) => html`<div>
<span>${name}</span><b>${figure}</b><small>${about}</small>
</div>
`;
  const users = sum('users');
  const high = sum('users', (tier) => tier === 'high_value');
  const ofHigh = sum('revenue', (tier) => tier === 'high_value') / sum('revenue');
  const lost = sum('users', (tier) => tier === 'lost');
  const prospects = sum('users', (tier) => tier === 'prospect');
  const next = value?.model.report.totals.spend.at(-1);
  return html`<div class="tiles">
${tile('Users', whole(users), `${whole(users - prospects)} with an order`)}${tile('Money', whole(Math.round(sum('revenue'))), 'of the window, less what came back')}${tile('High value', whole(high), `${percent(high / users)} of users, ${percent(ofHigh)} of the money`)}${tile('Lost', whole(lost), `${percent(lost / users)} of users`)}${next === undefined ? undefined : tile('Expected in 365 days', whole(Math.round(next)), 'from those who are customers now')}</div>
`;
}
