import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { UsageError } from '../errors.ts';

/** A file to import. */
export interface Input {
  /** As it was given on the command line; `-` is standard input. */
  readonly path: string;
  /** Bytes on disk, compressed or not; undefined where that is not known beforehand. */
  readonly size: number | undefined;
}

const chunkBytes = 256 * 1024;

/**
 * Looks at every file before the first is read.
 *
 * @throws UsageError that names the file that is missing, a folder or empty
 */
export function findInputs(paths: readonly string[]): Promise<Input[]> {
  if (paths.filter((path) => path === '-').length > 1) {
    throw new UsageError('-: standard input can be read only once');
  }
  return Promise.all(paths.map(findInput));
}

async function findInput(path: string): Promise<Input> {
  if (path === '-') return { path, size: undefined };
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path}: ${error.code === 'ENOENT' ? 'no such file' : error.message}`);
  });
  if (found.isDirectory()) throw new UsageError(`${path}: is a folder, expected a file`);
  if (!found.isFile()) return { path, size: undefined };
  if (found.size === 0) throw new UsageError(`${path}: is empty`);
  return { path, size: found.size };
}

/**
 * Reads a file piece by piece, gzip unpacked on the way. The next piece is read when `consume` asks
 * for it.
 *
 * @param onBytes told how many more bytes of the file itself, packed or not, have been read
 * @throws UsageError that names a file that is empty, cannot be read, or is not whole gzip
 */
export async function readInput(
  input: Input,
  onBytes: (count: number) => void,
  consume: (chunks: AsyncIterable<Buffer>) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const source =
    input.path === '-'
      ? process.stdin
      : createReadStream(input.path, { highWaterMark: chunkBytes });
  addAbortSignal(signal, source);
  let consuming: { readonly error: unknown } | undefined;
  // Destroyed whatever happens: an open standard input would keep the process alive.
  try {
    const { packed, chunks } = await unpeeled(source, input.path, onBytes);
    if (!packed) return await consume(chunks);
    await pipeline(
      Readable.from(chunks),
      createGunzip({ chunkSize: chunkBytes }),
      (unpacked: AsyncIterable<Buffer>) =>
        consume(unpacked).catch((error) => {
          consuming = { error };
          throw error;
        }),
      { signal },
    );
  } catch (error) {
    // When its last stage fails, pipeline says no more than that the stages before were aborted.
    throw readError(input.path, consuming === undefined ? error : consuming.error);
  } finally {
    source.destroy();
  }
}

/** Takes the first bytes, which say whether it is gzip, and gives them back with the rest. */
async function unpeeled(
  source: AsyncIterable<Buffer>,
  path: string,
  onBytes: (count: number) => void,
): Promise<{ packed: boolean; chunks: AsyncIterable<Buffer> }> {
  const rest = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    head = Buffer.concat([head, next.value]);
    if (head.length >= 2) break;
  }
  if (head.length === 0) throw new UsageError(`${path}: is empty`);
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  if (!packed && path.endsWith('.gz')) {
    throw new UsageError(`${path}: is not gzip, though its name ends in .gz`);
  }
  onBytes(head.length);
  async function* chunks() {
    yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      onBytes(next.value.length);
      yield next.value;
    }
  }
  return { packed, chunks: chunks() };
}

function readError(path: string, error: unknown): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return new UsageError(`${path}: is cut off: its gzip has no end`);
  if (code?.startsWith('Z_')) return new UsageError(`${path}: is damaged gzip (${message})`);
  if (syscall === 'open' || syscall === 'read') return new UsageError(`${path}: ${message}`);
  return error;
}
