/** How long each part of a run took. */
export class Stopwatch {
  readonly #clock: () => number;
  readonly #laps: Record<string, number> = {};
  #since: number;

  /** @param clock milliseconds */
  constructor(clock: () => number = Date.now) {
    this.#clock = clock;
    this.#since = clock();
  }

  /** Ends the lap that began with the last one. */
  lap(name: string): void {
    const now = this.#clock();
    this.#laps[name] = (now - this.#since) / 1000;
    this.#since = now;
  }

  /** Seconds by lap. */
  get laps(): Readonly<Record<string, number>> {
    return this.#laps;
  }

  describe(): string {
    return describeSeconds(this.#laps);
  }
}

/** `read 1.2, fit 34.5` */
export function describeSeconds(seconds: Readonly<Record<string, number>>): string {
  return Object.entries(seconds)
    .map(([name, value]) => `${name} ${value.toFixed(1)}`)
    .join(', ');
}
