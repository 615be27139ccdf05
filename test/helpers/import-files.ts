import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { formats } from '../../services/imports/formats/formats.ts';
import { silentProgress } from '../../services/imports/import-progress.ts';
import type { Reject } from '../../services/imports/reject-file.ts';
import {
  type ImportOptions,
  type ImportReport,
  runImport,
} from '../../services/imports/run-import.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export interface ImportBench extends TestDatabase {
  /** A folder of the test's own. */
  readonly folder: string;
  /** Writes a file, packed when its name ends in .gz. Returns its path. */
  file(name: string, text: string | Buffer): Promise<string>;
  /** Imports files as the script does. */
  run(
    format: string,
    files: readonly string[],
    options?: Partial<ImportOptions>,
  ): Promise<ImportReport>;
  /** What stands in the reject file. */
  rejects(): Promise<Reject[]>;
  close(): Promise<void>;
}

/** A database and a folder to import from. */
export async function createImportBench(): Promise<ImportBench> {
  const test = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'wardrobe-test-import-'));
  return {
    ...test,
    folder,
    file: async (name, text) => {
      const path = join(folder, name);
      await writeFile(
        path,
        name.endsWith('.gz') && typeof text === 'string' ? gzipSync(text) : text,
      );
      return path;
    },
    run: (name, files, options = {}) => {
      const format = formats.find((candidate) => candidate.name === name);
      if (format === undefined) throw new Error(`no format ${name}`);
      return runImport({
        database: test.database,
        format,
        formatOptions: { occurredAt: '2000-01-01T00:00:00Z', latest: '2026-06-02T00:00:00.000Z' },
        files,
        maxRejects: 0,
        rejectFile: join(folder, 'rejects.ndjson'),
        batchRows: 1000,
        progress: silentProgress,
        signal: new AbortController().signal,
        ...options,
      });
    },
    rejects: async () => {
      const text = await readFile(join(folder, 'rejects.ndjson'), 'utf8');
      return text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    },
    close: async () => {
      await test.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
