import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { UnavailableError } from '../errors.ts';
import { isConnectionError } from './connection-errors.ts';
import type { Sql } from './sql.ts';
import { withLiterals } from './sql-literals.ts';
import {
  ClientSession,
  ClientTransaction,
  type Queryable,
  type QueryOptions,
  type Session,
  type Transaction,
} from './transaction.ts';

// bigint and numeric come as text by default, because a double cannot hold all of them. Counts and
// money in this schema stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly applicationName: string;
  /** Milliseconds; 0: none. */
  readonly statementTimeout: number;
  /** Settings of every connection of the pool, in place of the server's. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called when an idle connection breaks. */
  readonly onError?: (error: Error) => void;
}

// Milliseconds, also to wait for a connection of the pool to become free.
const connectWithin = 2_000;

// A server that is out of reach without a word (a cut cable, a frozen machine) never says that a
// statement has timed out. So long after it should have, the connection is given up.
const answerGrace = 1_000;

/** A pool of connections to one Postgres. */
export class Database implements Queryable {
  readonly #pool: pg.Pool;
  readonly #url: string;
  /** Milliseconds until a statement without an answer is given up; undefined: never. */
  readonly #answerWithin: number | undefined;

  constructor(options: DatabaseOptions) {
    this.#url = options.url;
    this.#answerWithin =
      options.statementTimeout > 0 ? options.statementTimeout + answerGrace : undefined;
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.poolSize,
      application_name: options.applicationName,
      connectionTimeoutMillis: connectWithin,
      keepAlive: true,
      ...(options.statementTimeout > 0 && { statement_timeout: options.statementTimeout }),
      ...(options.settings && { options: commandLine(options.settings) }),
    });
    this.#pool.on('error', (error) => options.onError?.(error));
  }

  async query<Row>(
    text: string,
    values: readonly unknown[] = [],
    { name, timeout }: QueryOptions = {},
  ): Promise<Row[]> {
    try {
      const named = name === undefined ? {} : { name };
      const limit = { query_timeout: timeout ?? this.#answerWithin };
      const result = await this.#pool.query({ text, values: [...values], ...named, ...limit });
      return result.rows as Row[];
    } catch (error) {
      throw translate(error);
    }
  }

  /** Runs `work` in a transaction: committed when it resolves, rolled back when it throws. */
  async transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    isolation: 'read committed' | 'repeatable read' = 'read committed',
  ): Promise<T> {
    const client = await this.#connect();
    // Without a listener, a connection that breaks between two statements would end the process.
    const ignore = () => undefined;
    client.on('error', ignore);
    let broken = false;
    try {
      const transaction = new ClientTransaction(client, this.#answerWithin);
      await transaction.query(`begin isolation level ${isolation}`);
      const result = await work(transaction);
      await transaction.query('commit');
      return result;
    } catch (error) {
      broken = isConnectionError(error);
      if (!broken) {
        await client.query('rollback').catch(() => {
          broken = true;
        });
      }
      throw translate(error);
    } finally {
      client.off('error', ignore);
      client.release(broken);
    }
  }

  /**
   * Runs `work` on a connection of its own that is closed afterwards: for temporary tables and
   * settings that outlive a transaction.
   */
  async session<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    const ignore = () => undefined;
    client.on('error', ignore);
    try {
      return await work(new ClientSession(client));
    } catch (error) {
      throw translate(error);
    } finally {
      client.off('error', ignore);
      client.release(true);
    }
  }

  /**
   * The bytes of `copy (…) to stdout` as they are taken, in constant memory. Where they are taken no
   * more, or the signal is aborted, the statement ends at once on the server too.
   *
   * @param options as they stand in `with (…)`: `format csv`
   * @throws the signal's reason when it is aborted
   */
  async *copyOut(query: Sql, options: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    const text = `copy (${withLiterals(query)}) to stdout with (${options})`;
    const client = await this.#connect();
    // Errors of the connection come through the stream; nobody may be reading it when they do.
    const ignore = () => undefined;
    client.on('error', ignore);
    let backend: Backend | undefined;
    let isOver = false;
    try {
      signal.throwIfAborted();
      backend = await backendOf(client);
      const source = client.query(copyTo(text));
      source.on('error', ignore);
      const abort = () => source.destroy(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      try {
        signal.throwIfAborted();
        for await (const chunk of source) yield chunk as Buffer;
      } finally {
        signal.removeEventListener('abort', abort);
      }
      isOver = true;
    } catch (error) {
      throw translate(error);
    } finally {
      client.off('error', ignore);
      // In the middle of an answer a connection is closed, not given back.
      client.release(!isOver);
      if (!isOver && backend) await this.#terminate(backend);
    }
  }

  /**
   * Calls `onPayload` for each notification on a channel, on a connection of its own. When that
   * connection breaks, `onLost` is called once and listening has ended. A connection that cannot be
   * made is an error, and no loss besides: whoever tries again for both would try twice as often
   * each time.
   *
   * @returns a function that stops listening
   */
  async listen(
    channel: string,
    onPayload: (payload: string) => void,
    onLost: (error: Error) => void,
  ): Promise<() => Promise<void>> {
    const client = new pg.Client({
      connectionString: this.#url,
      keepAlive: true,
      connectionTimeoutMillis: connectWithin,
    });
    let ended = false;
    let listening = false;
    const lost = (error: Error) => {
      if (ended) return;
      ended = true;
      client.end().catch(() => undefined);
      if (listening) onLost(error);
    };
    client.on('error', lost);
    client.on('end', () => lost(new Error('the connection was closed')));
    client.on('notification', (message) => onPayload(message.payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      if (ended) throw new UnavailableError('the connection was closed');
      listening = true;
    } catch (error) {
      ended = true;
      client.end().catch(() => undefined);
      throw translate(error);
    }
    return async () => {
      ended = true;
      await client.end();
    };
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /**
   * Ends a backend whose connection has been closed. It would find that out when it writes next, and
   * may be sorting for minutes before. Where it cannot be reached, that has to do.
   */
  async #terminate({ pid, startedAt }: Backend): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: connectWithin,
      query_timeout: connectWithin,
    });
    const ignore = () => undefined;
    client.on('error', ignore);
    try {
      await client.connect();
      // The process may have ended, and another one have its number.
      const end = `select pg_terminate_backend(pid) from pg_stat_activity
        where pid = $1::integer and backend_start = $2::timestamptz`;
      await client.query(end, [pid, startedAt]);
    } catch {
      // As above.
    } finally {
      client.end().catch(ignore);
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw translate(error);
    }
  }
}

/** A process of the server. */
interface Backend {
  readonly pid: number;
  /** As text: a Date has no microseconds. */
  readonly startedAt: string;
}

async function backendOf(client: pg.PoolClient): Promise<Backend> {
  const { rows } = await client.query<Backend>(
    `select pid, backend_start::text as "startedAt" from pg_stat_activity
     where pid = pg_backend_pid()`,
  );
  const [backend] = rows;
  if (backend === undefined) throw new Error('a connection without a process');
  return backend;
}

/** As the server takes settings when a connection is made. */
function commandLine(settings: Readonly<Record<string, string>>): string {
  const given = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  return given.join(' ');
}

/** A lost or refused connection becomes an UnavailableError; everything else stays what it is. */
function translate(error: unknown): unknown {
  return isConnectionError(error)
    ? new UnavailableError('the database does not answer', [], { cause: error })
    : error;
}
