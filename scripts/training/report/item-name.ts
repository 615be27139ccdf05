import type { ItemReport } from './evaluation-report.ts';
import { type Html, html } from './html.ts';

/** An item by its title with its id small beside it, or by its id alone. */
export function itemName({ id, title }: ItemReport): Html {
  return title === undefined ? html`<code>${id}</code>` : html`${title} <code>${id}</code>`;
}
