import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Express } from 'express';
import { type Logger, pino } from 'pino';
import { createApp } from '../../services/create-app.ts';
import { createServices, type Services } from '../../services/create-services.ts';
import type { Database } from '../../services/database/database.ts';
import {
  type RankingSettings,
  rankingSettingsSchema,
} from '../../services/recommendations/ranking-settings.ts';
import { createTestDatabase } from './test-database.ts';

export interface TestService {
  readonly app: Express;
  readonly services: Services;
  /** For arranging and looking at data; not the service's own pool. */
  readonly database: Database;
  readonly url: string;
  close(): Promise<void>;
}

/** No variety, no caps, no exploration: what a test of something else looks at does not move. */
export const byRelevance = rankingSettingsSchema.parse({
  variant: 'by-relevance',
  policy: {
    ...{ relevanceWeight: 1, longTailWeight: 0, categoryShare: 1, brandShare: 1 },
    explorationShare: 0,
  },
});

/** The real app over a database of its own; every answer is checked against its schema. */
export async function createTestService({
  through = (url) => url,
  ...options
}: {
  readonly now?: () => Date;
  readonly logger?: Logger;
  readonly mostStreams?: number;
  readonly segmentSeconds?: number;
  readonly refreshSeconds?: number;
  readonly refreshWorkers?: number;
  readonly audienceUsers?: number;
  readonly mostExports?: number;
  readonly webhookPrivate?: 'refuse' | 'allow';
  /** By default answers are in the order of relevance alone. */
  readonly ranking?: RankingSettings;
  /** Another way to the service's database, given its URL. */
  readonly through?: (url: string) => string;
} = {}): Promise<TestService> {
  const { database, url, drop } = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'wardrobe-test-data-'));
  const services = await createServices({
    databaseUrl: through(url),
    poolSize: 5,
    dataDir,
    logger: pino({ level: 'silent' }),
    ranking: byRelevance,
    // Tests compute and send by hand.
    refreshWorkers: 0,
    ...options,
  });
  return {
    app: createApp(services, { checkResponses: true }),
    services,
    database,
    url,
    close: async () => {
      await services.close();
      await drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
