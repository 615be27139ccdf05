import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Dataset } from '../../models/dataset/dataset.ts';
import { IdMap } from '../../models/dataset/id-map.ts';
import { InteractionsBuilder } from '../../models/dataset/interactions-builder.ts';
import type { SparseMatrix } from '../../models/dataset/sparse-matrix.ts';

/** Of the split that LightGCN and its successors report on. Its ids are dense already. */
export const gowallaUsers = 29_858;
export const gowallaItems = 40_981;

/** One part: `train`, `test`, `fit` or `valid`. */
export function readPart(folder: string, part: string): SparseMatrix {
  const text = gunzipSync(readFileSync(partFile(folder, part))).toString();
  const builder = new InteractionsBuilder();
  for (const line of text.split('\n')) {
    const [user, ...items] = line.trim().split(' ').map(Number);
    for (const item of items) builder.add(user ?? 0, item);
  }
  return builder.build(gowallaUsers, gowallaItems);
}

export function partFile(folder: string, part: string): string {
  return join(folder, `${part}.txt.gz`);
}

export function datasetOf(interactions: SparseMatrix): Dataset {
  const ids = (count: number) => new IdMap(Array.from({ length: count }, (_, at) => String(at)));
  return { users: ids(gowallaUsers), items: ids(gowallaItems), interactions };
}
