import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { AppError, UsageError } from '../../services/errors.ts';
import type { RouteDownload } from '../../services/http/route.ts';

const gzipLevel = 1;

/**
 * Writes a download to a file, which is there whole or not at all, or to standard output (`-`).
 *
 * @param onBytes called with how many have been written so far
 * @throws UsageError when the file cannot be written
 */
export async function writeDownload(
  download: RouteDownload,
  path: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<number> {
  let written = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      written += chunk.length;
      onBytes(written);
      done(null, chunk);
    },
  });
  const through = (target: NodeJS.WritableStream) => {
    const source = Readable.from(download.bytes(signal));
    const options = { signal, end: path !== '-' };
    return download.gzip === true
      ? pipeline(source, createGzip({ level: gzipLevel }), counted, target, options)
      : pipeline(source, counted, target, options);
  };
  if (path === '-') await through(process.stdout);
  else await whole(path, (partial) => through(createWriteStream(partial)));
  return written;
}

async function whole(path: string, write: (partial: string) => Promise<void>): Promise<void> {
  const target = resolve(path);
  const partial = join(dirname(target), `.${basename(target)}-${randomUUID()}`);
  try {
    await write(partial);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof AppError || !isFileError(error)) throw error;
    throw new UsageError(`${path} cannot be written: ${error.message}`, [], { cause: error });
  }
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
