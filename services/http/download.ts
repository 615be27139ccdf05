import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Request, Response } from 'express';
import type { RouteDownload } from './route.ts';

/** A client that takes nothing for so many milliseconds has gone without a word. */
const stallsAfter = 60_000;

/** Of the levels of gzip one that keeps up with the database: see bench/README.md, Exports. */
const gzipLevel = 1;

/**
 * Answers with a download. It ends as the protocol ends a body whose length was not told (the last
 * chunk of HTTP/1.1), and only when all of it has been sent; otherwise the connection is broken.
 *
 * @throws what `bytes` throws before the first of them
 */
export async function sendDownload(
  request: Request,
  response: Response,
  download: RouteDownload,
  signal: AbortSignal,
): Promise<void> {
  // Open for minutes: not to be counted among the times of requests.
  response.locals.isStream = true;
  const compressed = compression(request, download);
  if (request.method === 'HEAD') {
    writeHead(response, download, compressed);
    response.end();
    return;
  }
  const chunks = download.bytes(signal)[Symbol.asyncIterator]();
  const first = await chunks.next();
  writeHead(response, download, compressed);
  const source = watched(first, chunks, {
    onStall: () => response.destroy(),
    onError: (error) => {
      if (!signal.aborted) request.log.error({ err: error }, 'a download broke off');
    },
  });
  try {
    if (compressed === 'none') await pipeline(source, response);
    else await pipeline(source, createGzip({ level: gzipLevel }), response);
  } catch {
    // Logged above, or the client has gone. The head is out: that the body does not end is all that
    // can be said now.
    response.destroy();
  }
}

type Compression = 'none' | 'file' | 'transfer';

function compression(request: Request, { gzip }: RouteDownload): Compression {
  if (gzip !== undefined) return gzip ? 'file' : 'none';
  return request.acceptsEncodings('gzip', 'identity') === 'gzip' ? 'transfer' : 'none';
}

function writeHead(response: Response, download: RouteDownload, compressed: Compression): void {
  const isFile = compressed === 'file';
  response.attachment(`${download.fileName}${isFile ? '.gz' : ''}`);
  response.status(200).set({
    'Content-Type': isFile ? 'application/gzip' : download.contentType,
    // Not to be kept, nor gathered up, by proxies.
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
    ...(download.gzip === undefined && { Vary: 'Accept-Encoding' }),
    ...(compressed === 'transfer' && { 'Content-Encoding': 'gzip' }),
    ...download.headers,
  });
}

interface Watcher {
  /** Called when nobody has taken a chunk for long. */
  readonly onStall: () => void;
  readonly onError: (error: unknown) => void;
}

/** The chunks, the first of which is there already. */
async function* watched(
  first: IteratorResult<Uint8Array>,
  chunks: AsyncIterator<Uint8Array>,
  { onStall, onError }: Watcher,
): AsyncGenerator<Uint8Array> {
  try {
    for (let next = first; !next.done; next = await nextOf(chunks, onError)) {
      const timer = setTimeout(onStall, stallsAfter);
      try {
        yield next.value;
      } finally {
        clearTimeout(timer);
      }
    }
  } finally {
    await chunks.return?.();
  }
}

async function nextOf(
  chunks: AsyncIterator<Uint8Array>,
  onError: Watcher['onError'],
): Promise<IteratorResult<Uint8Array>> {
  try {
    return await chunks.next();
  } catch (error) {
    onError(error);
    throw error;
  }
}
