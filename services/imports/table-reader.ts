import { UsageError } from '../errors.ts';
import { CsvReader, type CsvRecord } from './csv-reader.ts';
import type { SourceFile } from './format.ts';
import type { Reader } from './line-reader.ts';
import { RowError } from './row-error.ts';
import type { RowSink } from './row-writer.ts';

/** A row of a table by the names of its columns. */
export type NamedFields = Readonly<Record<string, string>>;

/**
 * Reads CSV with a header: each record's fields by name.
 *
 * @param checkHeader throws a UsageError for a header that is not of the format
 */
export function csvTable(
  file: SourceFile,
  checkHeader: (names: readonly string[]) => void,
  onRow: (row: NamedFields, sink: RowSink) => void,
): Reader {
  let names: readonly string[] | undefined;
  const onRecord = ({ fields, line, raw }: CsvRecord) => {
    if (names === undefined) {
      names = distinctNames(file, fields);
      checkHeader(names);
      return;
    }
    const header = names;
    file.line(line, raw, (sink) => onRow(byName(header, fields), sink));
  };
  return new CsvReader(file.path, onRecord, ({ line, raw }) =>
    file.line(line, raw, () => {
      throw new RowError('a quote inside a field that is not quoted');
    }),
  );
}

/**
 * The fields of a row by their names.
 *
 * @throws RowError when there are more or fewer fields than names
 */
export function byName(names: readonly string[], fields: readonly string[]): NamedFields {
  if (fields.length !== names.length) {
    throw new RowError(`expected ${names.length} fields, got ${fields.length}`);
  }
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
 * A check that a header has the columns of a format; more columns are allowed and not read.
 *
 * @throws UsageError that names the columns that are missing
 */
export function requireColumns(file: SourceFile, wanted: readonly string[]) {
  return (names: readonly string[]): void => {
    const missing = wanted.filter((name) => !names.includes(name));
    if (missing.length === 0) return;
    throw new UsageError(
      `${file.path}:1: wrong header: expected the columns ${wanted.join(', ')}; missing: ${missing.join(', ')}`,
    );
  };
}
