import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import { projectRoot } from './project-root.ts';

/** Where node-pg-migrate keeps the names of the migrations that have run. */
export const migrationsTable = 'schema_migrations';

/**
 * Brings the schema up to date, or down by `count` migrations. Runs under an advisory lock that
 * waits, so that any number of processes may start at once, and in one transaction.
 *
 * @returns the names of the migrations that were run
 */
export async function migrate(
  url: string,
  direction: 'up' | 'down' = 'up',
  count: number = Number.POSITIVE_INFINITY,
): Promise<string[]> {
  const silent = () => undefined;
  const done = await runner({
    databaseUrl: url,
    dir: join(projectRoot(), 'migrations'),
    ignorePattern: 'schema\\.sql',
    migrationLoaderStrategies: [{ extensions: ['.sql'], loader: 'sql' }],
    migrationsTable,
    direction,
    count,
    singleTransaction: true,
    advisoryLockMode: 'wait',
    logger: { debug: silent, info: silent, warn: silent, error: silent },
  });
  return done.map((migration) => migration.name);
}
