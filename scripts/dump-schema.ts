import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../services/database/project-root.ts';
import { dumpSchema } from '../services/database/schema-dump.ts';
import { runProcess } from '../services/run-process.ts';
import { withDatabase } from './with-database.ts';

/** `npm run schema`: writes migrations/schema.sql from a migrated database. */
await runProcess(() =>
  withDatabase('schema', async (database) => {
    await writeFile(join(projectRoot(), 'migrations/schema.sql'), await dumpSchema(database));
  }),
);
