import { readConfig } from '../../services/config.ts';
import { createSegmentTools, type SegmentTools } from '../../services/create-services.ts';
import { openDatabase } from '../../services/database/open-database.ts';
import { createLogger } from '../../services/logger.ts';

/**
 * Gives `work` what the API answers from, over the database that the settings name.
 *
 * @param connections with which segments are computed
 */
export async function withSegmentTools(
  { connections = 1 }: { readonly connections?: number },
  work: (tools: SegmentTools) => Promise<void>,
): Promise<void> {
  const config = readConfig();
  const opened = await openDatabase(config);
  const tools = createSegmentTools({
    databaseUrl: opened.url,
    logger: createLogger('silent'),
    segmentSeconds: config.segmentSeconds,
    refreshSeconds: config.refreshSeconds,
    refreshWorkers: connections,
  });
  try {
    await work(tools);
  } finally {
    await tools.close();
    await opened.release();
  }
}
