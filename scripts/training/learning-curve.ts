import type { FitProgress } from '../../models/recommenders/model.ts';

/** The training loss of one part of a model, step by step. */
export interface LearningCurve {
  readonly part: string;
  readonly losses: readonly number[];
}

/** Keeps the losses that a fit reports, by the part that they are of. */
export class LossRecorder {
  readonly #name: string;
  readonly #losses = new Map<string, number[]>();

  /** @param name of a model that is one part */
  constructor(name: string) {
    this.#name = name;
  }

  take({ loss, part = this.#name }: FitProgress): void {
    if (loss === undefined) return;
    const losses = this.#losses.get(part) ?? [];
    losses.push(loss);
    this.#losses.set(part, losses);
  }

  /** In the order in which the parts were fitted. */
  curves(): LearningCurve[] {
    return Array.from(this.#losses, ([part, losses]) => ({ part, losses }));
  }
}
