import type { Candidate } from './candidate.ts';

/** Where the candidates of an answer come from: what is there at once, then what is asked for. */
export interface CandidateSupply {
  /** To be had without waiting, batch after batch. */
  readonly ready: Iterator<readonly Candidate[]>;
  /** After those, where there are more. */
  readonly later?: AsyncIterator<readonly Candidate[]>;
}

/** The candidates of one answer as far as they have been needed. */
export class CandidateList {
  readonly #supply: CandidateSupply;
  readonly #seen: Set<string>;
  readonly candidates: Candidate[] = [];
  readonly #extras = new Map<string, Candidate>();
  #isReadyDone = false;
  #isLaterDone: boolean;

  /** @param without ids of items that are no candidates */
  constructor(supply: CandidateSupply, without: Iterable<string>) {
    this.#supply = supply;
    this.#seen = new Set(without);
    this.#isLaterDone = supply.later === undefined;
  }

  /** Candidates that are only there to be explored. */
  get extras(): Iterable<Candidate> {
    return this.#extras.values();
  }

  get isDone(): boolean {
    return this.#isReadyDone && this.#isLaterDone;
  }

  /** Adds the next batch where it can be had at once. */
  addReady(): boolean {
    if (this.#isReadyDone) return false;
    const { done, value } = this.#supply.ready.next();
    if (done) this.#isReadyDone = true;
    else this.#add(value);
    return !done || this.#isLaterDone;
  }

  async addLater(): Promise<void> {
    const { done, value } = (await this.#supply.later?.next()) ?? { done: true };
    if (done) this.#isLaterDone = true;
    else this.#add(value);
  }

  #add(batch: readonly Candidate[]): void {
    for (const candidate of batch) {
      if (this.#seen.has(candidate.itemId)) continue;
      if (candidate.isExtra) {
        this.#extras.set(candidate.itemId, candidate);
        continue;
      }
      this.#extras.delete(candidate.itemId);
      this.#seen.add(candidate.itemId);
      this.candidates.push(candidate);
    }
  }
}
