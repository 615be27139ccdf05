import { UsageError } from '../errors.ts';
import { CsvReader, type CsvRecord } from './csv-reader.ts';
import type { SourceFile } from './format.ts';
import type { Reader } from './reader.ts';
import { RowError } from './row-error.ts';
import type { RowSink } from './row-writer.ts';

/** A row of a table by the names of its columns. */
export type NamedFields = Readonly<Record<string, string>>;

/** Takes the fields of one row, as many as the header has. */
export type TakeFields = (fields: readonly string[], sink: RowSink) => void;

/**
 * Reads CSV with a header.
 *
 * @param onHeader given the names of the columns, all different; returns what takes the rows, or
 *   throws a UsageError for a header that is not of the format
 */
export function csvTable(
  file: SourceFile,
  onHeader: (names: readonly string[]) => TakeFields,
): Reader {
  let take: TakeFields | undefined;
  let width = 0;
  const onRecord = ({ fields, line, raw }: CsvRecord) => {
    if (take === undefined) {
      width = fields.length;
      take = onHeader(distinctNames(file, fields));
      return;
    }
    const takeFields = take;
    file.line(line, raw, (sink) => {
      checkWidth(fields, width);
      takeFields(fields, sink);
    });
  };
  return new CsvReader(file.path, {
    onRecord,
    onStrayQuote: ({ line, raw }) =>
      file.line(line, raw, () => {
        throw new RowError('a quote inside a field that is not quoted');
      }),
  });
}

/** @throws RowError when there are more or fewer fields than columns */
export function checkWidth(fields: readonly string[], columns: number): void {
  if (fields.length === columns) return;
  throw new RowError(`expected ${columns} fields, got ${fields.length}`);
}

/** The fields of a row by the names of their columns. */
export function byName(names: readonly string[], fields: readonly string[]): NamedFields {
  const row: Record<string, string> = {};
  for (let column = 0; column < names.length; column += 1) {
    row[names[column] ?? ''] = fields[column] ?? '';
  }
  return row;
}

/** @throws UsageError when a name stands there twice */
function distinctNames(file: SourceFile, names: readonly string[]): readonly string[] {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return names;
  throw new UsageError(`${file.path}:1: the column ${JSON.stringify(repeated)} is there twice`);
}

/**
 * For `csvTable`: rows by the names of their columns. More columns than those that are wanted are
 * allowed.
 */
export function namedColumns(
  file: SourceFile,
  wanted: readonly string[],
  take: (row: NamedFields, sink: RowSink) => void,
): (names: readonly string[]) => TakeFields {
  return (names) => {
    const missing = wanted.filter((name) => !names.includes(name));
    if (missing.length > 0) {
      throw new UsageError(
        `${file.path}:1: wrong header: expected the columns ${wanted.join(', ')}; missing: ${missing.join(', ')}`,
      );
    }
    return (fields, sink) => take(byName(names, fields), sink);
  };
}
