import { withDatabase } from '../with-database.ts';
import { databaseSource } from './database-source.ts';
import { folderSource } from './folder-source.ts';
import type { TrainingSource } from './training-source.ts';

export interface SourceOptions {
  /** A folder; left out: the database that the settings name. */
  readonly dataset?: string;
  readonly testDays: number;
}

/** Gives `work` where to train from; a database is open until it is done. */
export function withSource<T>(
  script: string,
  { dataset, testDays }: SourceOptions,
  work: (source: TrainingSource) => Promise<T>,
): Promise<T> {
  if (dataset !== undefined) return work(folderSource(dataset));
  return withDatabase(script, (database) => work(databaseSource(database, { testDays })));
}
