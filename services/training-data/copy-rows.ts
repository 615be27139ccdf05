import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/**
 * Hands each row of a `copy … to stdout` in text format to `take`: its fields unescaped, `\N` as
 * null. A field may be a view into a larger text: one that is to be kept has to be `detached`.
 *
 * @throws the signal's reason when it is aborted, or what `take` throws
 */
export async function takeCopyRows(
  source: Readable,
  take: (fields: readonly (string | null)[]) => void,
  signal?: AbortSignal,
): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let failure: { readonly reason: unknown } | undefined;
  for await (const chunk of source) {
    // Read to its end all the same: the connection does nothing else before.
    if (failure !== undefined) continue;
    try {
      signal?.throwIfAborted();
      rest = takeLines(rest + decoder.write(chunk as Buffer), take);
    } catch (reason) {
      failure = { reason };
    }
  }
  if (failure !== undefined) throw failure.reason;
  if (rest !== '') throw new Error('the copy ended in the middle of a row');
}

/** The same text without the larger text that it was cut out of. */
export function detached(text: string): string {
  return Buffer.from(text).toString();
}

/** Takes all whole lines and gives back what is left after them. */
function takeLines(text: string, take: (fields: readonly (string | null)[]) => void): string {
  let from = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
    take(fieldsOf(text.slice(from, end)));
    from = end + 1;
  }
  return text.slice(from);
}

function fieldsOf(line: string): (string | null)[] {
  const fields = line.split('\t');
  return line.includes('\\') ? fields.map(unescaped) : fields;
}

const characters: Readonly<Record<string, string>> = {
  ...{ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
};

function unescaped(field: string): string | null {
  if (field === '\\N') return null;
  return field.replace(/\\(.)/g, (_, character: string) => characters[character] ?? character);
}
