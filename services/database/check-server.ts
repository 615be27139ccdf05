import pg from 'pg';
import { UsageError } from '../errors.ts';

const oldestSupported = 150_000;

/**
 * Makes sure that a database can be used before anything else is tried on it.
 *
 * @throws UsageError in one line, without the password
 */
export async function checkServer(url: string): Promise<void> {
  const place = placeOf(url);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const result = await client.query(
      `select current_setting('server_version_num')::int as version`,
    );
    const version: number = result.rows[0].version;
    if (version < oldestSupported) {
      const major = Math.floor(version / 10_000);
      throw new UsageError(`DATABASE_URL: ${place} is Postgres ${major}; expected 15 or newer`);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`DATABASE_URL: cannot use ${place}: ${reasonOf(error)}`, [], {
      cause: error,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

function placeOf(url: string): string {
  try {
    const { host, pathname, username, search, hash } = new URL(url);
    if (username === '' && /@/.test(pathname + search + hash)) throw unescapedPassword();
    return `${host || 'localhost'}${pathname}`;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError('DATABASE_URL: expected postgres://user:password@host:port/database');
  }
}

/** Up to the first of these characters such a URL looks like a host: its password would be told. */
function unescapedPassword(): UsageError {
  return new UsageError('DATABASE_URL: write / ? and # in a password as %2F, %3F and %23');
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
