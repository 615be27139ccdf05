import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Database } from './database/database.ts';
import { projectRoot } from './database/project-root.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import type { Route } from './http/route.ts';

export interface ServicesOptions {
  readonly databaseUrl: string;
  readonly poolSize: number;
  /** Absolute path of a folder that this process may write to. */
  readonly dataDir: string;
  readonly logger: Logger;
  readonly now?: () => Date;
}

export interface Readiness {
  readonly ready: boolean;
  readonly database: 'up' | 'down';
}

/** Everything one process serves from. */
export interface Services {
  readonly version: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly routes: readonly Route[];
  readiness(): Promise<Readiness>;
  /** Finishes what has been accepted and lets go of every connection. */
  close(): Promise<void>;
}

// A request that waits longer than this for one statement has no viewer any more.
const statementTimeout = 10_000;

/** The composition root: the only place where services are constructed. */
export async function createServices(options: ServicesOptions): Promise<Services> {
  const { logger } = options;
  const metrics = createMetrics();
  const database = new Database({
    url: options.databaseUrl,
    poolSize: options.poolSize,
    applicationName: 'wardrobe',
    statementTimeout,
    onError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  });
  return {
    version: packageVersion(),
    logger,
    metrics,
    database,
    routes: [],
    readiness: () => readiness(database),
    close: () => database.close(),
  };
}

async function readiness(database: Database): Promise<Readiness> {
  const up = await database.query('select 1').then(
    () => true,
    () => false,
  );
  return { ready: up, database: up ? 'up' : 'down' };
}

function packageVersion(): string {
  const text = readFileSync(join(projectRoot(), 'package.json'), 'utf8');
  return String(JSON.parse(text).version);
}
