import type { ValueEvaluation } from '../../../../models/segmentation/value/evaluate-value.ts';
import { documentPage } from '../document.ts';
import { dayText, figure as number, percent, signedPercent as signed, whole } from '../format.ts';
import { type Html, html } from '../html.ts';
import { calibrationSection } from './calibration-section.ts';
import { fitSection, type ValueSource } from './fit-section.ts';
import { holdoutSection } from './holdout-section.ts';
import { trackingSection } from './tracking-section.ts';

/** How well customer value is predicted, as one page. */
export function valuePage(evaluation: ValueEvaluation, source: ValueSource): string {
  const title = `Customer value of ${source.name}`;
  const { calibrationEnd, end } = evaluation;
  const header = html`<h1>${title}</h1>
<p>fitted through ${dayText(calibrationEnd)}, predicted through ${dayText(end)} (${end - calibrationEnd} days)</p>
${tiles(evaluation)}`;
  return documentPage(title, header, [
    trackingSection(evaluation),
    holdoutSection(evaluation),
    calibrationSection(evaluation),
    fitSection(evaluation, source),
  ]);
}

function tiles({ bgNbd, orders, spend }: ValueEvaluation): Html {
  const tile = (name: string, value: string, about: string) => html`<div>
<span>${name}</span><b>${value}</b><small>${about}</small>
</div>
`;
  const repeating = bgNbd.repeatCustomers / bgNbd.customers;
  return html`<div class="tiles">
${tile('Orders expected', whole(Math.round(orders.model.total)), `there were ${whole(orders.actual)}`)}${tile('Error of the total', signed(orders.model.totalError), `past rates ${signed(orders.pastRate.totalError)}`)}${tile('MAE, a customer', number(orders.model.mae, 3), `past rates ${number(orders.pastRate.mae, 3)}`)}${
  spend
    ? tile(
        'Money expected',
        whole(Math.round(spend.model.total)),
        `there was ${whole(Math.round(spend.actual))}`,
      )
    : undefined
}${tile('Customers', whole(bgNbd.customers), `${percent(repeating)} ordered again`)}</div>
`;
}
