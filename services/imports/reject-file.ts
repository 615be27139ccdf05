import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { UsageError } from '../errors.ts';

/** A line that cannot be imported. */
export interface Reject {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;
  readonly raw: string;
}

const shown = 5;
// A file of a wrong kind is bad from end to end; there is no use in reading on.
const enoughBeyondLimit = 1000;

/** More lines are bad than the caller allows. */
export class TooManyRejectsError extends UsageError {}

/**
 * The rejects of an import, NDJSON. The file is there whole or not at all, and only when there are
 * any.
 */
export class RejectFile {
  readonly #path: string;
  readonly #most: number;
  readonly #partial: string;
  readonly #first: Reject[] = [];
  #out: WriteStream | undefined;
  #failure: Error | undefined;
  #count = 0;
  #closed: Promise<string | undefined> | undefined;

  /** @param most how many rejects are allowed */
  constructor(path: string, most: number) {
    this.#path = path;
    this.#most = most;
    this.#partial = `${path}.partial-${process.pid}`;
  }

  get count(): number {
    return this.#count;
  }

  /** @throws TooManyRejectsError when so many are bad that the rest need not be read */
  add(reject: Reject): void {
    this.#count += 1;
    if (this.#first.length < shown) this.#first.push(reject);
    this.#out ??= this.#open();
    this.#out.write(`${JSON.stringify(reject)}\n`);
    if (this.#count >= this.#most + enoughBeyondLimit) throw this.#tooMany(' (stopped reading)');
  }

  /** Waits until what was added is on its way to the disk. */
  async drain(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#out?.writableNeedDrain) await once(this.#out, 'drain');
  }

  /** @throws TooManyRejectsError when there are more than allowed */
  check(): void {
    if (this.#count > this.#most) throw this.#tooMany('');
  }

  /** Puts the file in its place. Returns its path, or undefined when nothing was rejected. */
  close(): Promise<string | undefined> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  /** Takes away what was written so far. */
  async discard(): Promise<void> {
    this.#out?.destroy();
    await rm(this.#partial, { force: true });
  }

  async #finish(): Promise<string | undefined> {
    if (this.#out === undefined) return undefined;
    this.#out.end();
    try {
      await finished(this.#out);
      await rename(this.#partial, this.#path);
    } catch (error) {
      await rm(this.#partial, { force: true });
      throw this.#unwritable(error as Error);
    }
    return this.#path;
  }

  #open(): WriteStream {
    return createWriteStream(this.#partial).on('error', (error) => {
      this.#failure = this.#unwritable(error);
    });
  }

  #unwritable(error: Error): UsageError {
    return new UsageError(`${this.#path}: the reject file cannot be written: ${error.message}`);
  }

  #tooMany(remark: string): TooManyRejectsError {
    const lines = this.#first.map(({ file, line, reason }) => `  ${file}:${line}: ${reason}`);
    const more = this.#count - this.#first.length;
    const bad = this.#count === 1 ? '1 bad line' : `${this.#count} bad lines`;
    return new TooManyRejectsError(
      [
        `${bad}${remark}, ${this.#most} allowed (--max-rejects); nothing was imported`,
        ...lines,
        more > 0 ? `  and ${more} more; see ${this.#path}` : `see ${this.#path}`,
      ].join('\n'),
    );
  }
}
