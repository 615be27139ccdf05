const clearLine = '\r\u001B[K';

/** Prints a line for each step of a start: its number, its name, what came out, how long it took. */
export class Steps {
  readonly #total: number;
  readonly #output: NodeJS.WriteStream;
  #done = 0;

  constructor(total: number, output: NodeJS.WriteStream) {
    this.#total = total;
    this.#output = output;
  }

  /** A step that has been done already. */
  say(name: string, said: string, milliseconds: number): void {
    this.#write(this.#head(name), said, milliseconds);
  }

  /**
   * Runs one step. `work` may call `report` with what it is doing now, shown on a terminal only;
   * what it returns as `said` ends its line.
   */
  async run<T>(
    name: string,
    work: (report: (doing: string) => void) => Promise<{ result: T; said: string }>,
  ): Promise<T> {
    const began = performance.now();
    const head = this.#head(name);
    const report = (doing: string) => {
      if (this.#output.isTTY) this.#output.write(`${clearLine}${head} ${doing}`);
    };
    report('…');
    const { result, said } = await work(report);
    this.#write(head, said, performance.now() - began);
    return result;
  }

  #head(name: string): string {
    return `[${++this.#done}/${this.#total}] ${name.padEnd(8)}`;
  }

  #write(head: string, said: string, milliseconds: number): void {
    const clear = this.#output.isTTY ? clearLine : '';
    this.#output.write(`${clear}${head} ${said} (${(milliseconds / 1000).toFixed(1)} s)\n`);
  }
}
