import type { z } from 'zod';
import { itemSchema, skuSchema } from '../../catalogue/catalogue-schema.ts';
import { UsageError } from '../../errors.ts';
import { checkEvent } from '../../events/check-event.ts';
import { eventSchema } from '../../events/events-schema.ts';
import { userSchema } from '../../users/users-schema.ts';
import type { Format, FormatOptions, SourceFile } from '../format.ts';
import { lineReader } from '../line-reader.ts';
import type { Reader } from '../reader.ts';
import { RowError } from '../row-error.ts';
import type { RowSink } from '../row-writer.ts';
import { csvTable } from '../table-reader.ts';
import { csvColumns } from './csv-columns.ts';
import { parseRow, rowErrorOf } from './data-set-row.ts';

/** Checks one record as the API checks it, and puts it into the sink. */
type Take = (input: unknown, sink: RowSink, options: FormatOptions) => void;

/** Our own formats: the objects of the API, one a line (NDJSON) or one a row (CSV). */
export const events = recordFormat('events', eventSchema, (input, sink, options) => {
  const checked = checkEvent(input, options.latest);
  if ('issues' in checked) throw rowErrorOf(checked.issues);
  sink.events(checked.event);
});

export const items = recordFormat('items', itemSchema, (input, sink) =>
  sink.items(parseRow(itemSchema, input)),
);

export const skus = recordFormat('skus', skuSchema, (input, sink) =>
  sink.skus(parseRow(skuSchema, input)),
);

export const users = recordFormat('users', userSchema, (input, sink) =>
  sink.users(parseRow(userSchema, input)),
);

function recordFormat(name: string, schema: z.ZodType, take: Take): Format {
  return {
    name,
    description: `${name} as in the API: NDJSON, or CSV with a header`,
    kind: 'records',
    entitiesFromEvents: false,
    open: (file, head, options) =>
      isCsv(file, head)
        ? csvReader(file, schema, take, options)
        : ndjsonReader(file, take, options),
  };
}

function ndjsonReader(file: SourceFile, take: Take, options: FormatOptions): Reader {
  return lineReader(file.path, (text, line) =>
    file.line(line, text, (sink) => take(parseJson(text), sink, options)),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RowError(`is not JSON: ${(error as Error).message}`);
  }
}

function csvReader(
  file: SourceFile,
  schema: z.ZodType,
  take: Take,
  options: FormatOptions,
): Reader {
  const columns = csvColumns(schema);
  return csvTable(file, (names) => {
    const record = columns.reader(file.path, names);
    return (fields, sink) => take(record(fields), sink, options);
  });
}

/** By the ending of the name, and where that says nothing by the first character. */
function isCsv(file: SourceFile, head: Buffer): boolean {
  const first = head
    .toString('utf8', 0, 1024)
    .trimStart()
    .replace(/^\uFEFF/, '')[0];
  if (first === '[') {
    throw new UsageError(`${file.path}: is a JSON list; expected one JSON object a line`);
  }
  const name = file.path.replace(/\.gz$/, '');
  if (name.endsWith('.csv')) return true;
  if (/\.(ndjson|jsonl)$/.test(name)) return false;
  return first !== '{';
}
