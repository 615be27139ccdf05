import { UsageError } from '../errors.ts';
import type { Format, FormatOptions, SourceFile } from './format.ts';
import type { ImportProgress } from './import-progress.ts';
import { type Input, readInput } from './input.ts';
import type { Reader } from './reader.ts';
import type { RowWriter } from './row-writer.ts';

export interface Reading {
  readonly format: Format;
  readonly formatOptions: FormatOptions;
  readonly writer: RowWriter;
  readonly progress: ImportProgress;
  readonly signal: AbortSignal;
}

/**
 * Reads files one after another into the writer. A file is read no faster than its rows are copied.
 *
 * @throws UsageError that names the file, for one that is not of the format
 */
export async function readFiles(inputs: readonly Input[], reading: Reading): Promise<void> {
  const { writer, progress, signal } = reading;
  const sizes = inputs.map((input) => input.size);
  progress.reading(sizes.includes(undefined) ? undefined : sizes.reduce<number>(sum, 0));
  let bytes = 0;
  for (const [index, input] of inputs.entries()) {
    const file: SourceFile = {
      path: input.path,
      line: (line, raw, work) =>
        writer.line({ file: index, path: input.path, line, raw }, () => work(writer)),
    };
    const read = (count: number) => {
      bytes += count;
    };
    const consume = async (chunks: AsyncIterable<Buffer>) => {
      let reader: Reader | undefined;
      for await (const chunk of chunks) {
        signal.throwIfAborted();
        reader ??= reading.format.open(file, chunk, reading.formatOptions);
        reader.write(chunk);
        await writer.drain();
        progress.read(bytes, writer.lines);
      }
      if (reader === undefined) throw new UsageError(`${input.path}: is empty`);
      reader.end();
    };
    await readInput(input, read, consume, signal);
  }
  await writer.finish();
}

function sum(total: number, size: number | undefined): number {
  return total + (size ?? 0);
}
