import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '../services/config.ts';
import { Database } from '../services/database/database.ts';
import { openDatabase } from '../services/database/open-database.ts';
import { projectRoot } from '../services/database/project-root.ts';
import { dumpSchema } from '../services/database/schema-dump.ts';
import { runProcess } from '../services/run-process.ts';

/** `npm run schema`: writes migrations/schema.sql from a migrated database. */
await runProcess(async () => {
  const opened = await openDatabase(readConfig());
  const database = new Database({
    url: opened.url,
    poolSize: 2,
    applicationName: 'wardrobe-schema',
    statementTimeout: 0,
  });
  try {
    await writeFile(join(projectRoot(), 'migrations/schema.sql'), await dumpSchema(database));
  } finally {
    await database.close();
    await opened.release();
  }
});
