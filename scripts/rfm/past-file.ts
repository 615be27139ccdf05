import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { PastRow } from '../../services/rfm/rfm-past-store.ts';

const columns = [
  ...['userId', 'tier', 'group', 'frequency', 'monetary', 'firstOrderAt', 'lastOrderAt'],
  ...['recencyScore', 'frequencyScore', 'monetaryScore'],
] as const satisfies readonly (keyof PastRow)[];

/** Passes rows on and writes them as CSV; the file is there whole or not at all. */
export async function* writingRows(
  path: string,
  rows: AsyncIterable<PastRow>,
): AsyncGenerator<PastRow> {
  const partial = `${path}.partial`;
  const file = createWriteStream(partial);
  const closed = finished(file);
  // Awaited below; without this, a failure before that would end the process.
  closed.catch(() => undefined);
  try {
    file.write(`${columns.join(',')}\n`);
    for await (const row of rows) {
      const line = columns.map((column) => cell(row[column])).join(',');
      if (!file.write(`${line}\n`)) await Promise.race([once(file, 'drain'), closed]);
      yield row;
    }
    file.end();
    await closed;
    await rename(partial, path);
  } catch (error) {
    file.destroy();
    await rm(partial, { force: true });
    throw error;
  }
}

function cell(value: PastRow[keyof PastRow]): string {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString();
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
