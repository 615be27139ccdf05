import { StringDecoder } from 'node:string_decoder';
import { UsageError } from '../errors.ts';

/** The longest line or record that is read: what is longer is not a line but another kind of file. */
export const longestLine = 1024 * 1024;

/** Cuts UTF-8 bytes at each LF. A byte order mark is left out, a CR is not. */
export class LineSplitter {
  readonly #path: string;
  readonly #onLine: (text: string, line: number) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #line = 0;

  /** @param onLine called with each line, blank ones too, and its number from 1 */
  constructor(path: string, onLine: (text: string, line: number) => void) {
    this.#path = path;
    this.#onLine = onLine;
  }

  write(chunk: Buffer): void {
    const text = this.#rest + this.#decoder.write(chunk);
    let start = this.#line === 0 && text.startsWith('\uFEFF') ? 1 : 0;
    for (let end = text.indexOf('\n', start); end !== -1; end = text.indexOf('\n', start)) {
      this.#take(text.slice(start, end));
      start = end + 1;
    }
    this.#rest = text.slice(start);
    if (this.#rest.length > longestLine) {
      throw new UsageError(`${this.#path}: line ${this.#line + 1} is longer than 1 MiB`);
    }
  }

  end(): void {
    const last = this.#rest + this.#decoder.end();
    if (last !== '') this.#take(last);
  }

  #take(text: string): void {
    this.#line += 1;
    this.#onLine(text, this.#line);
  }
}
