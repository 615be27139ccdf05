import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { Dataset } from '../../models/dataset/dataset.ts';
import type { Recommendations } from '../../models/evaluation/ranking-metrics.ts';
import { noItem } from '../../models/recommenders/top-items.ts';
import { UsageError } from '../../services/errors.ts';

/**
 * Writes `user<TAB>item,item,…` for every test user, best first. The file is there whole or not at
 * all.
 *
 * @param users dense indices, one for each list
 * @throws UsageError when the file cannot be written or an id has a comma
 */
export async function writeRecommendations(
  path: string,
  { items, limit }: Recommendations,
  users: Uint32Array,
  dataset: Dataset,
  signal: AbortSignal,
): Promise<void> {
  const partial = `${path}.partial-${process.pid}`;
  const out = createWriteStream(partial);
  try {
    await once(out, 'open');
    for (const [row, user] of users.entries()) {
      const list = items.subarray(row * limit, (row + 1) * limit).filter((item) => item !== noItem);
      const ids = Array.from(list, (item) => checkId(dataset.items.idOf(item)));
      if (!out.write(`${dataset.users.idOf(user)}\t${ids.join(',')}\n`)) await once(out, 'drain');
      signal.throwIfAborted();
    }
    out.end();
    await finished(out);
    await rename(partial, path);
  } catch (error) {
    out.destroy();
    await rm(partial, { force: true });
    signal.throwIfAborted();
    if (error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be written: ${reason}`, [], { cause: error });
  }
}

function checkId(id: string): string {
  if (!id.includes(',')) return id;
  throw new UsageError(`item id ${id} has a comma, which separates the ids of --recommendations`);
}
