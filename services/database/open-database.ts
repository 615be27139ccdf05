import type { Config } from '../config.ts';
import { checkServer } from './check-server.ts';
import { defaultDataDir } from './embedded/data-dir.ts';
import { acquireEmbeddedServer } from './embedded/embedded-server.ts';
import { migrate } from './migrations.ts';

export interface OpenDatabase {
  readonly url: string;
  readonly embedded: boolean;
  /** Absolute path. */
  readonly dataDir: string;
  release(): Promise<void>;
}

/** The database that the settings name, or the embedded one, with its schema up to date. */
export async function openDatabase(config: Config): Promise<OpenDatabase> {
  const dataDir = config.dataDir ?? defaultDataDir();
  if (config.databaseUrl !== undefined) {
    await checkServer(config.databaseUrl);
    await migrate(config.databaseUrl);
    return { url: config.databaseUrl, embedded: false, dataDir, release: async () => undefined };
  }
  const server = await acquireEmbeddedServer(dataDir);
  try {
    await migrate(server.url);
  } catch (error) {
    await server.release();
    throw error;
  }
  return { url: server.url, embedded: true, dataDir, release: () => server.release() };
}
