import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { migrate, migrationsTable } from '../../../services/database/migrations.ts';
import { dumpSchema } from '../../../services/database/schema-dump.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';

describe('migrations', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase({ migrated: false });
  });
  afterEach(() => test.drop());

  const tables = async () => {
    const rows = await test.database.query<{ name: string }>(
      `select relname as name from pg_class
       where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by 1`,
    );
    return rows.map((row) => row.name);
  };

  it('give one result when twenty processes start at once', async () => {
    const runs = await Promise.all(Array.from({ length: 20 }, () => migrate(test.url)));
    const applied = runs.flat();
    expect(new Set(applied).size).toBe(applied.length);
    const rows = await test.database.query(`select 1 from ${migrationsTable}`);
    expect(rows).toHaveLength(applied.length);
  });

  it('leave nothing behind when they are undone, and come up again', async () => {
    await migrate(test.url);
    const before = await tables();
    await migrate(test.url, 'down');
    expect(await tables()).toEqual([migrationsTable]);
    const functions = await test.database.query(
      `select 1 from pg_proc where pronamespace = 'public'::regnamespace`,
    );
    expect(functions).toEqual([]);
    await migrate(test.url);
    expect(await tables()).toEqual(before);
  });

  it('make the schema that is written down in migrations/schema.sql', async () => {
    await migrate(test.url);
    const written = await readFile('migrations/schema.sql', 'utf8');
    expect(await dumpSchema(test.database)).toBe(written);
  });

  it('give every table a primary key', async () => {
    await migrate(test.url);
    const without = await test.database.query(
      `select relname from pg_class c
       where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
         and not exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisprimary)`,
    );
    expect(without).toEqual([]);
  });
});
