import { BusyError } from '../errors.ts';

/**
 * How many long jobs (exports, uploads, snapshots) this process does at once: each has a database
 * connection of its own. Further ones are refused, not kept waiting, so that callers know.
 */
export class BulkSlots {
  readonly #most: number;
  readonly #onChange: (taken: number) => void;
  #taken = 0;

  /** @param onChange told how many are taken */
  constructor(most: number, onChange: (taken: number) => void = () => undefined) {
    this.#most = most;
    this.#onChange = onChange;
  }

  /**
   * Takes a slot.
   *
   * @returns what gives it back, once
   * @throws BusyError when none is free
   */
  take(): () => void {
    if (this.#taken >= this.#most) {
      throw new BusyError(
        `${this.#most} exports, uploads and snapshots are under way, as many as this process does at once; try again later`,
      );
    }
    this.#change(1);
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      this.#change(-1);
    };
  }

  /** Does some work in a slot. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    const giveBack = this.take();
    try {
      return await work();
    } finally {
      giveBack();
    }
  }

  #change(by: number): void {
    this.#taken += by;
    this.#onChange(this.#taken);
  }
}
