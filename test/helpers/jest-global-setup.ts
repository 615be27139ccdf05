import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { acquireEmbeddedServer } from '../../services/database/embedded/embedded-server.ts';
import { migrate } from '../../services/database/migrations.ts';
import { afterTests } from './jest-shared.ts';
import { databaseUrl, templateName } from './test-database.ts';

/**
 * Makes a migrated template that every test file clones its database from: on the server of
 * TEST_DATABASE_URL, or on an embedded one in a temporary folder.
 */
export default async function setUp(): Promise<void> {
  if (process.env.TEST_DATABASE_URL === undefined) {
    const folder = await mkdtemp(join(tmpdir(), 'wardrobe-test-'));
    // Under root the server runs as another user, who must be able to enter.
    await chmod(folder, 0o711);
    const server = await acquireEmbeddedServer(folder);
    process.env.TEST_DATABASE_URL = server.url;
    afterTests({ folder, server });
  }
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  await client.query(`drop database if exists ${templateName}`);
  await client.query(`create database ${templateName}`);
  await client.end();
  await migrate(databaseUrl(templateName));
}
