import type { FitProgress } from '../../models/recommenders/model.ts';

/** The training loss of one part of a model, step by step. */
export interface LearningCurve {
  readonly part: string;
  readonly losses: readonly number[];
}

/** Keeps the losses that a fit reports, and how long it takes, by the part that they are of. */
export class FitRecorder {
  readonly #name: string;
  readonly #losses = new Map<string, number[]>();
  readonly #clock: () => number;
  readonly #seconds = new Map<string, number>();
  #since: number;

  /**
   * @param name of a model that is one part
   * @param clock milliseconds
   */
  constructor(name: string, clock: () => number = Date.now) {
    this.#name = name;
    this.#clock = clock;
    this.#since = clock();
  }

  take({ loss, part = this.#name }: FitProgress): void {
    const now = this.#clock();
    this.#seconds.set(part, (this.#seconds.get(part) ?? 0) + (now - this.#since) / 1000);
    this.#since = now;
    if (loss === undefined) return;
    const losses = this.#losses.get(part) ?? [];
    losses.push(loss);
    this.#losses.set(part, losses);
  }

  /** How long each part took, in the order in which they were fitted. */
  seconds(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#seconds);
  }

  /** In the order in which the parts were fitted. */
  curves(): LearningCurve[] {
    return Array.from(this.#losses, ([part, losses]) => ({ part, losses }));
  }
}
