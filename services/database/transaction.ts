import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import QueryStream from 'pg-query-stream';

export interface QueryOptions {
  /** A name makes it a prepared statement, planned once a connection: for the request path. */
  readonly name?: string;
}

export interface Queryable {
  /**
   * Runs one statement.
   *
   * @param text SQL with `$1 …` parameters, each cast in the SQL
   * @throws UnavailableError when the database cannot be reached
   */
  query<Row>(text: string, values?: readonly unknown[], options?: QueryOptions): Promise<Row[]>;
}

/** What a transaction offers beside queries. */
export interface Transaction extends Queryable {
  /** `copy … from stdin`: bytes in, the number of rows out. */
  copyIn(sql: string, source: Readable): Promise<number>;
  /** `copy … to stdout` as a stream of bytes. */
  copyOut(sql: string): Readable;
  /** The rows of a query one after another from a server-side cursor, in constant memory. */
  rows<Row>(text: string, values?: readonly unknown[], batchSize?: number): AsyncIterable<Row>;
}

/** A transaction on a connection that its maker has begun and will end. */
export class ClientTransaction implements Transaction {
  readonly #client: pg.ClientBase;

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  async query<Row>(
    text: string,
    values: readonly unknown[] = [],
    options: QueryOptions = {},
  ): Promise<Row[]> {
    const result = await this.#client.query({ text, values: [...values], ...options });
    return result.rows as Row[];
  }

  async copyIn(sql: string, source: Readable): Promise<number> {
    const stream = this.#client.query(copyFrom(sql));
    await pipeline(source, stream);
    return stream.rowCount;
  }

  copyOut(sql: string): Readable {
    return this.#client.query(copyTo(sql));
  }

  rows<Row>(text: string, values: readonly unknown[] = [], batchSize = 1000): AsyncIterable<Row> {
    const options = { batchSize, highWaterMark: batchSize };
    return this.#client.query(new QueryStream(text, [...values], options));
  }
}
