/** Prints a line for each step of a start: its number, its name, what came out, how long it took. */
export class Steps {
  readonly #total: number;
  readonly #output: NodeJS.WriteStream;
  #done = 0;

  constructor(total: number, output: NodeJS.WriteStream) {
    this.#total = total;
    this.#output = output;
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
    const head = `[${++this.#done}/${this.#total}] ${name.padEnd(10)}`;
    const report = (doing: string) => {
      if (this.#output.isTTY) this.#output.write(`\r\u001B[K${head} ${doing}`);
    };
    report('…');
    const { result, said } = await work(report);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    this.#output.write(`${this.#output.isTTY ? '\r\u001B[K' : ''}${head} ${said} (${seconds} s)\n`);
    return result;
  }
}
