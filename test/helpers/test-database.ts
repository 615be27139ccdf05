import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Database } from '../../services/database/database.ts';

export const templateName = 'wardrobe_test_template';

/** The URL of another database on the server of the tests. */
export function databaseUrl(name: string): string {
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  url.pathname = `/${name}`;
  return url.href;
}

export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  drop(): Promise<void>;
}

/** A database of the test file's own, cloned from the migrated template, or an empty one. */
export async function createTestDatabase(
  options: { readonly migrated?: boolean } = {},
): Promise<TestDatabase> {
  const name = `wardrobe_test_${randomBytes(6).toString('hex')}`;
  const template = (options.migrated ?? true) ? templateName : 'template0';
  await administer(`create database ${name} template ${template}`);
  const url = databaseUrl(name);
  const database = new Database({
    url,
    poolSize: 5,
    applicationName: 'wardrobe-test',
    statementTimeout: 0,
  });
  return {
    url,
    database,
    drop: async () => {
      await database.close();
      await administer(`drop database ${name} with (force)`);
    },
  };
}

async function administer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
