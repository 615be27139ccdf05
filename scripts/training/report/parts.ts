import { type Html, type HtmlPart, html } from './html.ts';

/** A part of the page with a heading that can be linked to. */
export function section(id: string, title: string, ...content: readonly HtmlPart[]): Html {
  return html`<section id="${id}">
<h2>${title}</h2>
${content}
</section>
`;
}

/** Charts beside each other where there is room. */
export function charts(...figures: readonly HtmlPart[]): Html {
  return html`<div class="charts">${figures}</div>
`;
}

/** A chart with its title and a line about it. */
export function figure(title: string, about: string, drawing: Html): Html {
  return html`<figure>
<figcaption><b>${title}</b> <span>${about}</span></figcaption>
${drawing}
</figure>
`;
}

export interface Column {
  readonly name: string;
  /** Text stands left, numbers right (as by default). */
  readonly isText?: boolean;
}

/** Rows under headings; a row that is `main` stands out. */
export function table(
  columns: readonly Column[],
  rows: readonly { readonly cells: readonly HtmlPart[]; readonly isMain?: boolean }[],
): Html {
  const side = (at: number) => (columns[at]?.isText ? 'text' : 'number');
  return html`<div class="scroll"><table>
<thead><tr>${columns.map(({ name }, at) => html`<th scope="col" class="${side(at)}">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ({ cells, isMain }) => html`<tr${isMain ? html` class="main"` : ''}>${cells.map((cell, at) =>
    at === 0
      ? html`<th scope="row" class="${side(at)}">${cell}</th>`
      : html`<td class="${side(at)}">${cell}</td>`,
  )}</tr>
`,
)}</tbody>
</table></div>
`;
}

/** Figures that are there for those who want to know them, folded until they do. */
export function details(summary: string, content: Html): Html {
  return html`<details><summary>${summary}</summary>
${content}</details>
`;
}

export function paragraph(...content: readonly HtmlPart[]): Html {
  return html`<p>${content}</p>
`;
}
