/** Text that is HTML already. Only `html` makes it, so that nothing gets into a page unescaped. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What a template may hold; anything but `Html` is escaped. */
export type HtmlPart = Html | string | number | undefined | readonly HtmlPart[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A piece of a page: the template as it stands, every value in it escaped for text and quoted
 * attributes, lists one after another, undefined as nothing.
 *
 * @example html`<p title="${title}">${paragraphs.map((text) => html`<b>${text}</b>`)}</p>`
 */
export function html(template: TemplateStringsArray, ...values: readonly HtmlPart[]): Html {
  return new Html(template.reduce((page, text, at) => page + partOf(values[at - 1]) + text));
}

function partOf(value: HtmlPart): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.map(partOf).join('');
  return escaped(String(value));
}

/** Text as it may stand in a page, in an attribute with quotes too. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
