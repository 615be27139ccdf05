import { InvalidInputError, UsageError } from '../../errors.ts';
import { ByteBuffer } from '../../imports/byte-buffer.ts';
import { copyField, UnstorableTextError } from '../../imports/copy-text.ts';
import { CsvReader, type CsvRecord } from '../../imports/csv-reader.ts';

const enough = 256 * 1024;

// Of an id longer than a user's can be, what is kept to show.
const longestKept = 200;

/**
 * Reads a list of user ids from CSV as rows of `copy … from stdin`, `line` and `user_id`, in constant
 * memory: one id a line, or the column `user_id` or `userId` of a table with a header. Blank lines
 * count as lines and are left out; nothing is trimmed.
 *
 * @throws InvalidInputError with the line, for what is not CSV or has no such column
 */
export async function* readCsvList(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const rows = new ListRows();
  let header: readonly string[] | undefined;
  let column = 0;
  const reader = new CsvReader('the body', {
    onRecord: (record) => {
      if (header !== undefined) {
        rows.add(record.line, idOf(record, header, column));
        return;
      }
      header = record.fields;
      column = record.fields.findIndex(isIdColumn);
      if (column !== -1) return;
      if (record.fields.length > 1) throw noIdColumn(record);
      column = 0;
      rows.add(record.line, idOf(record, header, column));
    },
    onStrayQuote: ({ line }) => {
      throw new InvalidInputError(`line ${line}: a quote inside a field that is not quoted`);
    },
  });
  try {
    for await (const chunk of bytes) {
      reader.write(chunk);
      if (rows.length > enough) yield rows.take();
    }
    reader.end();
  } catch (error) {
    throw error instanceof UsageError ? new InvalidInputError(error.message) : error;
  }
  if (rows.count === 0) {
    throw new InvalidInputError('expected a list of user ids, got none; {"userIds": []} is empty');
  }
  yield rows.take();
}

/** Rows of `copy … from stdin` of ids; the line is the place in the list, from 1. */
export function* listOfIds(ids: readonly string[]): Generator<Buffer> {
  const rows = new ListRows();
  for (const [index, id] of ids.entries()) {
    rows.add(index + 1, id);
    if (rows.length > enough) yield rows.take();
  }
  yield rows.take();
}

class ListRows {
  readonly #bytes = new ByteBuffer();
  count = 0;

  get length(): number {
    return this.#bytes.length;
  }

  /** @throws InvalidInputError for text that Postgres cannot store */
  add(line: number, id: string): void {
    try {
      this.#bytes.append(`${line}\t${copyField(id.slice(0, longestKept))}\n`);
      this.count += 1;
    } catch (error) {
      if (!(error instanceof UnstorableTextError)) throw error;
      throw new InvalidInputError(`line ${line}: ${error.message}`, [], { cause: error });
    }
  }

  take(): Buffer {
    const bytes = Buffer.from(this.#bytes.view());
    this.#bytes.truncate(0);
    return bytes;
  }
}

function isIdColumn(name: string): boolean {
  return /^user[_ ]?id$/i.test(name);
}

function idOf({ fields, line }: CsvRecord, header: readonly string[], column: number): string {
  if (fields.length === header.length) return fields[column] ?? '';
  throw new InvalidInputError(
    `line ${line}: expected ${header.length} fields, as in the first line, got ${fields.length}`,
  );
}

function noIdColumn({ fields, line }: CsvRecord): InvalidInputError {
  const columns = fields.slice(0, 20).map((name) => JSON.stringify(name.slice(0, 100)));
  return new InvalidInputError(
    `line ${line}: expected one id a line or a column user_id, got the columns ${columns.join(', ')}`,
  );
}
