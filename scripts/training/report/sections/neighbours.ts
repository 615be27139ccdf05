import type { NeighbourExample } from '../evaluation-report.ts';
import { figure as number, whole } from '../format.ts';
import { type Html, html } from '../html.ts';
import { itemName } from '../item-name.ts';
import { paragraph, section } from '../parts.ts';
import type { SectionContext } from './context.ts';

/** A few items and what the model finds like them. */
export function neighboursSection({ report: { neighbours } }: SectionContext): Html {
  return section(
    'neighbours',
    'Nearest items',
    paragraph(
      'Chosen by their popularity alone. The number is the likeness, on the model’s own scale.',
    ),
    html`<div class="cards">${neighbours.map(card)}</div>
`,
  );
}

function card({ why, item, users, similar }: NeighbourExample): Html {
  return html`<article>
<h3>${itemName(item)}</h3>
<p>${why}; ${whole(users)} training ${users === 1 ? 'user' : 'users'}</p>
<ol>
${similar.map(
  (other) => html`<li>${itemName(other)} <span>${number(other.score, 3)}</span></li>
`,
)}</ol>
${similar.length === 0 ? html`<p>Nothing is like it.</p>` : ''}</article>
`;
}
