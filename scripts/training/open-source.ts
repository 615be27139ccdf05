import { readConfig } from '../../services/config.ts';
import { withDatabase } from '../with-database.ts';
import { databaseSource } from './database-source.ts';
import { folderSource } from './folder-source.ts';
import { databaseShop, type Shop } from './shop.ts';
import type { TrainingSource } from './training-source.ts';

export interface SourceOptions {
  /** A folder; left out: the database that the settings name. */
  readonly dataset?: string;
  readonly testDays: number;
}

/** Where to train from. */
export interface OpenSource {
  readonly source: TrainingSource;
  /** Undefined for a folder. */
  readonly shop: Shop | undefined;
}

/** Gives `work` where to train from; a database is open until it is done. */
export function withSource<T>(
  script: string,
  { dataset, testDays }: SourceOptions,
  work: (opened: OpenSource) => Promise<T>,
): Promise<T> {
  if (dataset !== undefined) return work({ source: folderSource(dataset), shop: undefined });
  const { eventWeights: weights } = readConfig();
  return withDatabase(script, (database) =>
    work({ source: databaseSource(database, { testDays, weights }), shop: databaseShop(database) }),
  );
}
