import { CsvError, type Parser, parse } from 'csv-parse';
import { UsageError } from '../errors.ts';
import { longestLine, type Reader } from './line-reader.ts';

/** A record of a CSV file. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** The line it begins on, from 1. */
  readonly line: number;
  /** As it stands in the file, without the end of the line. */
  readonly raw: string;
}

/** Cuts CSV (RFC 4180, UTF-8, lines ending in LF or CRLF) into records, the header too. */
export class CsvReader implements Reader {
  readonly #path: string;
  readonly #parser: Parser;
  #nextLine = 1;

  /**
   * @param onRecord called while the bytes are read, so that nothing is queued
   * @param onStrayQuote called for a record with a quote inside a field that is not quoted
   */
  constructor(
    path: string,
    onRecord: (record: CsvRecord) => void,
    onStrayQuote: (record: Omit<CsvRecord, 'fields'>) => void,
  ) {
    this.#path = path;
    this.#parser = parse({
      bom: true,
      raw: true,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      max_record_size: longestLine,
      on_record: (read: unknown) => {
        const { record, raw } = read as { record: string[]; raw: string };
        onRecord({ fields: record, ...this.#place(raw) });
        return null;
      },
      on_skip: (error, raw) => {
        // After any other error nobody knows where the next record begins.
        if (error?.code !== 'INVALID_OPENING_QUOTE') throw error;
        onStrayQuote(this.#place(raw ?? ''));
      },
    });
    this.#parser.resume();
    // It is given to the callback of the write as well; unheard, it would end the process.
    this.#parser.on('error', () => undefined);
  }

  write(chunk: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#parser.write(chunk, (error) => (error ? reject(this.#explain(error)) : resolve()));
    });
  }

  end(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#parser.once('error', (error) => reject(this.#explain(error)));
      this.#parser.once('end', resolve);
      this.#parser.end();
    });
  }

  /** Where a record stands. The parser's own count takes a CRLF inside quotes for two lines. */
  #place(raw: string): { line: number; raw: string } {
    let start = 0;
    while (raw[start] === '\n' || raw[start] === '\r') start += 1;
    let end = raw.length;
    while (end > start && (raw[end - 1] === '\n' || raw[end - 1] === '\r')) end -= 1;
    const line = this.#nextLine + start;
    const text = raw.slice(start, end);
    this.#nextLine = line + 1 + (text.includes('\n') ? text.split('\n').length - 1 : 0);
    return { line, raw: text };
  }

  #explain(error: Error): Error {
    return error instanceof CsvError ? new UsageError(`${this.#path}: ${error.message}`) : error;
  }
}
