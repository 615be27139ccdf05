import type { Config } from './config.ts';
import { createApp } from './create-app.ts';
import { createServices } from './create-services.ts';
import type { OpenDatabase } from './database/open-database.ts';
import { createLogger } from './logger.ts';
import { listen } from './server.ts';

export interface Serving {
  readonly url: string;
  /** Stops accepting, finishes what is under way within 10 s, and writes what was accepted. */
  stop(): Promise<void>;
}

const finishWithin = 10_000;

/** Serves the API over an open database. */
export async function serve(config: Config, database: OpenDatabase): Promise<Serving> {
  const logger = createLogger(config.logLevel);
  const services = await createServices({
    databaseUrl: database.url,
    poolSize: config.poolSize,
    dataDir: database.dataDir,
    eventWeights: config.eventWeights,
    ranking: config.ranking,
    exposureDays: config.exposureDays,
    returnDays: config.returnDays,
    mostStreams: config.mostStreams,
    segmentSeconds: config.segmentSeconds,
    refreshSeconds: config.refreshSeconds,
    refreshWorkers: config.refreshWorkers,
    webhookPrivate: config.webhookPrivate,
    audienceUsers: config.audienceUsers,
    audienceMinutes: config.audienceMinutes,
    mostExports: config.mostExports,
    exportMinutes: config.exportMinutes,
    logger,
  });
  try {
    const server = await listen(createApp(services), config.host, config.port);
    logger.info({ url: server.url }, 'listening');
    return {
      url: server.url,
      stop: async () => {
        services.endStreams();
        await server.stop(finishWithin);
        await services.close();
        logger.info('stopped');
      },
    };
  } catch (error) {
    await services.close();
    throw error;
  }
}
