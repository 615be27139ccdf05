import type { ExportRequest } from './segment-exports-schema.ts';

/**
 * What stands before the first row: of CSV the names of the columns and, if it is asked for, a byte
 * order mark. An export that goes on after a cursor is the rest of a file that has it already.
 */
export function headOf(
  { format, header, bom, cursor }: ExportRequest,
  columns: readonly { readonly name: string }[],
): string {
  const isBeginning = header ?? cursor === undefined;
  if (format === 'ndjson' || !isBeginning) return '';
  return `${bom ? '\uFEFF' : ''}${columns.map(({ name }) => quoted(name)).join(',')}\n`;
}

function quoted(name: string): string {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/**
 * The bytes with the head before them, in one piece with the first: as long as the rows are not
 * there, nothing has been said.
 */
export async function* withHead(
  head: string,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  let before = Buffer.from(head);
  for await (const chunk of chunks) {
    yield before.length === 0 ? chunk : Buffer.concat([before, chunk]);
    before = Buffer.alloc(0);
  }
  if (before.length > 0) yield before;
}
