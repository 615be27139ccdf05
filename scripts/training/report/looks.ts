import { accent, type Look } from './chart-options.ts';
import type { ModelReport } from './evaluation-report.ts';
import { type Html, html } from './html.ts';

const dashes = ['solid', 'dashed', 'dotted'] as const;
const colours = 4;

/** How each model is drawn in every chart: the one that the report is about in the accent. */
export function looksOf(models: readonly ModelReport[]): Look[] {
  return models.map(({ role }, at) => {
    if (role === 'model') return { color: accent, dash: 'solid', isMain: true };
    const other = at - 1;
    return {
      color: `var(--other-${(other % colours) + 1})`,
      dash: dashes[(1 + Math.floor(other / colours) + other) % dashes.length] ?? 'solid',
      isMain: false,
    };
  });
}

/** What the lines of a chart are. */
export function legend(entries: readonly { readonly name: string; readonly look: Look }[]): Html {
  return html`<ul class="legend">
${entries.map(
  ({ name, look }) => html`<li>${swatch(look)} ${name}</li>
`,
)}</ul>
`;
}

function swatch({ color, dash, isMain }: Look): Html {
  const pattern = { solid: 'none', dashed: '6 3', dotted: '2 2' }[dash];
  return html`<svg class="swatch" viewBox="0 0 26 10" aria-hidden="true"><line x1="0" y1="5" x2="26" y2="5" stroke="${color}" stroke-width="${isMain ? 3 : 2}" stroke-dasharray="${pattern}"/><circle cx="13" cy="5" r="${isMain ? 4 : 3}" fill="${color}"/></svg>`;
}
