/** Text that Postgres cannot store. */
export class UnstorableTextError extends Error {}

type Scalar = string | number | boolean | null | undefined;

const special = /[\\\t\n\r\0]/;

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

/**
 * One field of the text format of `copy`, null and undefined as `\N`.
 *
 * @throws UnstorableTextError for text with a NUL character
 */
export function copyField(value: Scalar): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'number') return String(value);
  return special.test(value) ? escaped(value) : value;
}

function escaped(text: string): string {
  if (text.includes('\0')) throw new UnstorableTextError('holds the character U+0000');
  return text.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character);
}

// JSON writes what Postgres refuses as escapes: \u0000, and halves of surrogate pairs. An even
// number of backslashes before the u is a backslash and then plain text.
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/**
 * A jsonb field, undefined and null as `\N`.
 *
 * @throws UnstorableTextError for text with a NUL character or half a surrogate pair
 */
export function copyJson(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  const json = JSON.stringify(value);
  if (json.includes('\\u') && unstorable.test(json)) {
    throw new UnstorableTextError('holds U+0000 or half a surrogate pair');
  }
  return copyField(json);
}

/** A `text[]` field. */
export function copyTexts(values: readonly string[] | null | undefined): string {
  if (values === null || values === undefined) return '\\N';
  const quoted = values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`);
  return copyField(`{${quoted.join(',')}}`);
}
