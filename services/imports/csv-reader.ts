import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { UsageError } from '../errors.ts';
import { LineSplitter, longestLine } from './line-splitter.ts';
import type { Reader } from './reader.ts';

const enoughQuoted = 64 * 1024;

/** A record of a CSV file. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** The line it begins on, from 1. */
  readonly line: number;
  /** As it stands in the file, without the end of the line. */
  readonly raw: string;
}

export interface CsvHandlers {
  readonly onRecord: (record: CsvRecord) => void;
  /** Called for a record with a quote inside a field that is not quoted. */
  readonly onStrayQuote: (record: Omit<CsvRecord, 'fields'>) => void;
}

/**
 * Reads CSV (RFC 4180, UTF-8, lines ending in LF or CRLF), the header too. A record without a quote
 * is cut at its commas; those with quotes go to csv-parse, together with the lines they extend
 * over. csv-parse looks at every byte: with it alone a record of twelve fields takes 7 µs, so 0.8 µs.
 */
export class CsvReader implements Reader {
  readonly #path: string;
  readonly #handlers: CsvHandlers;
  readonly #lines: LineSplitter;
  /** Lines of records with quotes, and the number of the first. */
  #quoted = '';
  #quotedFrom = 0;
  /** Whether the last of these lines ended inside a quoted field. */
  #open = false;

  constructor(path: string, handlers: CsvHandlers) {
    this.#path = path;
    this.#handlers = handlers;
    this.#lines = new LineSplitter(path, (text, line) => this.#take(text, line));
  }

  write(chunk: Buffer): void {
    this.#lines.write(chunk);
    if (!this.#open) this.#parseQuoted();
  }

  end(): void {
    this.#lines.end();
    this.#parseQuoted();
  }

  #take(text: string, line: number): void {
    if (!this.#open && !text.includes('"')) {
      this.#parseQuoted();
      const raw = text.endsWith('\r') ? text.slice(0, -1) : text;
      if (raw !== '') this.#handlers.onRecord({ fields: raw.split(','), line, raw });
      return;
    }
    if (this.#quoted === '') this.#quotedFrom = line;
    this.#quoted += `${text}\n`;
    this.#open = endsInQuotes(text, this.#open);
    // Cut where a record ends, so that what has gathered is never more than this and one record.
    if (!this.#open && this.#quoted.length > enoughQuoted) this.#parseQuoted();
    if (this.#quoted.length <= longestLine) return;
    throw new UsageError(
      `${this.#path}: a record from line ${this.#quotedFrom} on is longer than 1 MiB; is a quote not closed?`,
    );
  }

  #parseQuoted(): void {
    if (this.#quoted === '') return;
    const text = this.#quoted;
    const first = this.#quotedFrom;
    let next = first;
    this.#quoted = '';
    const place = (raw: string) => {
      const content = raw.replace(/[\r\n]+$/, '');
      const line = next;
      next += content.split('\n').length;
      return { line, raw: content };
    };
    try {
      parse(text, {
        raw: true,
        record_delimiter: ['\r\n', '\n'],
        relax_column_count: true,
        skip_records_with_error: true,
        on_record: (read: unknown) => {
          const { record, raw } = read as { record: string[]; raw: string };
          this.#handlers.onRecord({ fields: record, ...place(raw) });
          return null;
        },
        on_skip: (error) => {
          // After any other error nobody knows where the next record begins.
          if (error?.code !== 'INVALID_OPENING_QUOTE') throw error;
          const whole = text.split('\n', next - first + 1)[next - first] ?? '';
          this.#handlers.onStrayQuote(place(whole));
        },
      });
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      // Its own line numbers begin with the first line it was given.
      const what = error.message.replace(/ at line \d+.*/, '');
      throw new UsageError(`${this.#path}:${next}: ${what}`);
    }
  }
}

/** Whether a line ends inside a quoted field. A quote opens a field only at its beginning. */
function endsInQuotes(text: string, open: boolean): boolean {
  let inside = open;
  let at = text.indexOf('"');
  while (at !== -1) {
    if (!inside) inside = at === 0 || text[at - 1] === ',';
    else if (text[at + 1] === '"') at += 1;
    else inside = false;
    at = text.indexOf('"', at + 1);
  }
  return inside;
}
