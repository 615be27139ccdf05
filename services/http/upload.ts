import { PassThrough, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Request } from 'express';
import {
  BodyTooLargeError,
  MalformedBodyError,
  UnsupportedCharsetError,
  UnsupportedEncodingError,
} from '../errors.ts';

/** What a route takes in place of a JSON body. */
export interface UploadRule {
  /** Of text in UTF-8, like `text/csv`. */
  readonly contentTypes: readonly string[];
  /** The most bytes, when unpacked. */
  readonly most: number;
  /** What it holds, for the document. */
  readonly description: string;
}

/** A body of text that is read while it comes. */
export interface Upload {
  readonly contentType: string;
  /**
   * Its bytes, unpacked; no faster than they are taken. They can be read once. What they end in may
   * be half a character, which the next ones go on with.
   *
   * @throws BodyTooLargeError past the most that the route takes
   * @throws MalformedBodyError for what is not UTF-8, not as compressed as it says, or cut off
   */
  readonly bytes: AsyncIterable<Buffer>;
}

/**
 * The upload of a request; undefined where the request is of another type.
 *
 * @throws UnsupportedCharsetError, UnsupportedEncodingError
 * @throws BodyTooLargeError where the request says that it is
 */
export function openUpload(request: Request, rule: UploadRule): Upload | undefined {
  const contentType = request.is([...rule.contentTypes]);
  if (typeof contentType !== 'string') return undefined;
  const charset = /;\s*charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
    throw new UnsupportedCharsetError(`expected UTF-8, got the charset ${charset}`);
  }
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  const unpacker = unpackers[encoding];
  if (unpacker === undefined) {
    throw new UnsupportedEncodingError(
      `expected gzip, deflate, br or identity as content encoding, got ${encoding}`,
    );
  }
  const told = Number(request.headers['content-length'] ?? 0);
  if (encoding === 'identity' && told > rule.most) throw tooLarge(rule.most);
  return { contentType, bytes: checkedBytes(request, unpacker, rule.most) };
}

const unpackers: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  identity: () => new PassThrough(),
  gzip: () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};

async function* checkedBytes(
  request: Request,
  unpacker: () => NodeJS.ReadWriteStream & Readable,
  most: number,
): AsyncGenerator<Buffer> {
  // `pipe`, not `pipeline`: what goes wrong with the body must leave the connection to answer on.
  const unpacked = unpacker();
  const cut = () => {
    if (!request.readableEnded) unpacked.destroy(new CutOffError());
  };
  if (request.destroyed) cut();
  request.once('close', cut).once('error', cut);
  request.pipe(unpacked);
  const text = new TextDecoder('utf-8', { fatal: true });
  let length = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > most) throw tooLarge(most);
      text.decode(chunk, { stream: true });
      yield chunk;
    }
    text.decode();
  } catch (error) {
    throw bodyError(error);
  } finally {
    request.off('close', cut).off('error', cut);
    // What is left is read all the same: a client may not look for an answer before it has sent all.
    request.unpipe(unpacked);
    request.resume();
  }
}

class CutOffError extends Error {}

function bodyError(error: unknown): unknown {
  if (error instanceof CutOffError) {
    return new MalformedBodyError('the request was ended by the client before its body was');
  }
  const { code } = Object(error) as { code?: unknown };
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return new MalformedBodyError(
      'the body is not valid UTF-8; of a spreadsheet, save it as "CSV UTF-8"',
    );
  }
  if (typeof code === 'string' && /^(Z_|ERR__?ZLIB|ERR_BROTLI|ERR_PADDING)/.test(code)) {
    return new MalformedBodyError('the body is not what its Content-Encoding says');
  }
  return error;
}

function tooLarge(most: number): BodyTooLargeError {
  return new BodyTooLargeError(`the body is larger than ${most} bytes, the most that is taken`);
}
