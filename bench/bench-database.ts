import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../services/config.ts';
import { Database } from '../services/database/database.ts';
import { openDatabase } from '../services/database/open-database.ts';

export interface BenchDatabase {
  readonly database: Database;
  readonly url: string;
  /** A temporary folder, removed at the end. */
  readonly dataDir: string;
}

/** `2 cores (…), Node v20…`: what a figure is worth nothing without. */
export function describeMachine(): string {
  const [cpu] = cpus();
  return `${availableParallelism()} cores (${cpu?.model}), Node ${process.version}`;
}

/**
 * Gives `work` an embedded database in a temporary folder, and clears both away.
 *
 * @param keep a folder that stays, with what is in it
 */
export async function withBenchDatabase(
  work: (bench: BenchDatabase) => Promise<void>,
  keep?: string,
) {
  const dataDir = keep ?? (await mkdtemp(join(tmpdir(), 'wardrobe-bench-')));
  // Under root the server runs as another user, who must be able to enter.
  await chmod(dataDir, 0o711);
  const opened = await openDatabase(readConfig({ DATA_DIR: dataDir }));
  const database = new Database({
    url: opened.url,
    poolSize: 1,
    applicationName: 'bench',
    statementTimeout: 0,
  });
  try {
    await work({ database, url: opened.url, dataDir });
  } finally {
    await database.close();
    await opened.release();
    if (keep === undefined) await rm(dataDir, { recursive: true, force: true });
  }
}
