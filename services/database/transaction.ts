import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import QueryStream from 'pg-query-stream';

export interface QueryOptions {
  /** A name makes it a prepared statement, planned once a connection: for the request path. */
  readonly name?: string;
  /**
   * Milliseconds after which an answer is waited for no longer (UnavailableError), where the time
   * limit of all statements is too long: for the request path. Not in a transaction.
   */
  readonly timeout?: number;
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
  /** Runs one statement that answers no rows. Returns how many it inserted, updated or deleted. */
  execute(text: string, values?: readonly unknown[]): Promise<number>;
  /** `copy … from stdin`: bytes in, the number of rows out. */
  copyIn(sql: string, source: Readable): Promise<number>;
  /** `copy … to stdout` as a stream of bytes. */
  copyOut(sql: string): Readable;
  /** The rows of a query one after another from a server-side cursor, in constant memory. */
  rows<Row>(text: string, values?: readonly unknown[], batchSize?: number): AsyncIterable<Row>;
}

/** A connection outside of a transaction, and transactions on it one after another. */
export interface Session extends Transaction {
  /** Runs `work` in a transaction: committed when it resolves, rolled back when it throws. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
}

/** A transaction on a connection that its maker has begun and will end. */
export class ClientTransaction implements Transaction {
  readonly #client: pg.ClientBase;
  readonly #answerWithin: number | undefined;

  /** @param answerWithin milliseconds until a query without an answer is given up */
  constructor(client: pg.ClientBase, answerWithin?: number) {
    this.#client = client;
    this.#answerWithin = answerWithin;
  }

  async query<Row>(
    text: string,
    values: readonly unknown[] = [],
    { name }: QueryOptions = {},
  ): Promise<Row[]> {
    const named = name === undefined ? {} : { name };
    const limit = { query_timeout: this.#answerWithin };
    const result = await this.#client.query({ text, values: [...values], ...named, ...limit });
    return result.rows as Row[];
  }

  async execute(text: string, values: readonly unknown[] = []): Promise<number> {
    const result = await this.#client.query(text, [...values]);
    return result.rowCount ?? 0;
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

/** A session on a connection that its maker closes. */
export class ClientSession extends ClientTransaction implements Session {
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.query('begin');
    try {
      const result = await work();
      await this.query('commit');
      return result;
    } catch (error) {
      // The connection is closed when the session ends: where this fails, that rolls back.
      await this.query('rollback').catch(() => undefined);
      throw error;
    }
  }
}
