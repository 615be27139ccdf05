import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  type InteractionLine,
  parseInteractionLine,
} from '../../models/dataset/interaction-line.ts';
import { UsageError } from '../../services/errors.ts';

/** The path of `<name>.txt` or `<name>.txt.gz` in `folder`; undefined when there is neither. */
export async function findInteractionFile(
  folder: string,
  name: string,
): Promise<string | undefined> {
  for (const extension of ['.txt', '.txt.gz']) {
    const path = join(folder, name + extension);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) return path;
  }
  return undefined;
}

/**
 * The lines `user item item …` of a file, read as a stream and unpacked where it ends in `.gz`.
 *
 * @param take called with each line; what it throws is reported like a line that cannot be read
 * @throws UsageError naming the file and the line; the signal's reason when aborted
 */
export async function readInteractionFile(
  path: string,
  take: (line: InteractionLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const file = createReadStream(path, { signal });
  const input = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file;
  let number = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      const parsed = parseInteractionLine(line);
      if (parsed) take(parsed);
    }
    // A stream that fails ends its lines without a word.
    if (input.errored) throw input.errored;
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path}, line ${number}: ${reason}`, [], { cause: error });
  }
}
