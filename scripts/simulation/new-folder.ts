import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '../../services/errors.ts';

/**
 * Makes a folder that is there whole or not at all: `write` fills one beside it, which takes its
 * name when all is done.
 *
 * @throws UsageError when something is there already
 */
export async function withNewFolder<T>(
  folder: string,
  write: (partial: string) => Promise<T>,
): Promise<T> {
  const path = resolve(folder);
  await assertFree(path, folder);
  const partial = `${path}.partial-${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  await mkdir(partial);
  try {
    const result = await write(partial);
    await rmdir(path).catch(() => undefined);
    await rename(partial, path);
    return result;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function assertFree(path: string, given: string): Promise<void> {
  const entries = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(`${given}: expected a folder that can be written to (${error.code})`);
  });
  if (entries.length > 0) throw new UsageError(`${given} is there already, and is not empty`);
}

const chunkLength = 1 << 16;

/** Writes rows as JSON, one a line, at the pace of the disk. Returns how many there were. */
export async function writeNdjson(path: string, rows: Iterable<object>): Promise<number> {
  let count = 0;
  const chunks = function* () {
    let chunk = '';
    for (const row of rows) {
      chunk += `${JSON.stringify(row)}\n`;
      count++;
      if (chunk.length < chunkLength) continue;
      yield chunk;
      chunk = '';
    }
    yield chunk;
  };
  await pipeline(Readable.from(chunks()), createWriteStream(path, { flags: 'wx' }));
  return count;
}
