import { readConfig } from '../services/config.ts';
import { Database } from '../services/database/database.ts';
import { openDatabase } from '../services/database/open-database.ts';

/** Gives `work` the database that the settings name, and lets go of it whatever happens. */
export async function withDatabase<T>(
  script: string,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const opened = await openDatabase(readConfig());
  const database = new Database({
    url: opened.url,
    poolSize: 4,
    applicationName: `wardrobe-${script}`,
    statementTimeout: 0,
  });
  try {
    return await work(database);
  } finally {
    await database.close();
    await opened.release();
  }
}
