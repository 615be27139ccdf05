import type { Manifest, SizeMetrics } from '../../models/artifact/manifest.ts';
import type { ModelRegistryStore, Rollback } from './model-registry-store.ts';
import {
  type Judge,
  type Judgement,
  type Publication,
  type PublishOptions,
  publish,
} from './publication.ts';
import { type Comparison, type TimeSplit, whyUnfair } from './publication-gate.ts';

export interface SizeModelPublisherOptions {
  /** Of the family of sizes. */
  readonly store: ModelRegistryStore;
  /** @throws ArtifactError when the files do not make a model of sizes */
  readonly check: (files: ReadonlyMap<string, Uint8Array>, manifest: Manifest) => void;
  /**
   * Measures a registered model on a split in time of the events in the database.
   *
   * @returns undefined where there is nothing to measure on
   */
  readonly measure: (
    files: ReadonlyMap<string, Uint8Array>,
    manifest: Manifest,
    split: TimeSplit,
  ) => Promise<SizeMetrics | undefined>;
  /** The same of the size chart, which answers where no model does. */
  readonly measureChart: (split: TimeSplit) => Promise<SizeMetrics | undefined>;
}

const metric = 'log loss of size and fit';

/** Registers trained models of sizes, and activates them when they are no worse than the active one. */
export class SizeModelPublisher {
  readonly #options: SizeModelPublisherOptions;

  constructor(options: SizeModelPublisherOptions) {
    this.#options = options;
  }

  /**
   * Publishes an artifact. Publishing it again changes nothing.
   *
   * @throws ArtifactError naming the file that is missing, truncated, altered or not readable
   * @throws ConflictError when it is refused (it stays registered, and what was active stays)
   */
  async publish(
    manifest: Manifest,
    files: ReadonlyMap<string, Uint8Array>,
    options: PublishOptions = {},
  ): Promise<Publication> {
    this.#options.check(files, manifest);
    const judge: Judge = (candidate, active, tolerance) =>
      active === undefined
        ? this.#judgeFirst(candidate, tolerance)
        : this.#judge(candidate, active, tolerance);
    return publish(this.#options.store, judge, { manifest, files }, options);
  }

  /** @throws ConflictError when there is nothing to go back to */
  rollback(): Promise<Rollback> {
    return this.#options.store.rollback();
  }

  /** Beside the size chart, which answers until there is a model. */
  async #judgeFirst(candidate: Manifest, tolerance: number): Promise<Judgement> {
    const { sizeMetrics } = candidate;
    const { cutoff, testDays } = sizeMetrics?.split ?? {};
    if (sizeMetrics === undefined || cutoff === undefined || testDays === undefined) return {};
    const chart = await this.#options.measureChart({ cutoff, testDays });
    if (!isSameTest(sizeMetrics, chart)) return {};
    return judged(compare(sizeMetrics, chart, true), 'the size chart', tolerance);
  }

  async #judge(candidate: Manifest, active: Manifest, tolerance: number): Promise<Judgement> {
    const { sizeMetrics } = candidate;
    if (sizeMetrics === undefined)
      return { objection: `${candidate.version} has not been measured` };
    if (isSameTest(sizeMetrics, active.sizeMetrics)) {
      return judged(
        compare(sizeMetrics, active.sizeMetrics, false),
        `the active ${active.version}`,
        tolerance,
      );
    }
    const { kind, cutoff, testDays } = sizeMetrics.split;
    if (kind !== 'time' || cutoff === undefined || testDays === undefined) {
      const both = `${candidate.version} and the active ${active.version}`;
      return { objection: `${both} were measured on different splits` };
    }
    const unfair = whyUnfair(active, cutoff, `the test of ${candidate.version}`);
    if (unfair !== undefined) return { objection: unfair };
    const { store, measure } = this.#options;
    const anew = await measure(await store.files(active.version), active, { cutoff, testDays });
    if (!isSameTest(sizeMetrics, anew)) {
      return { objection: 'the events it was measured on have changed since; train it again' };
    }
    return judged(compare(sizeMetrics, anew, true), `the active ${active.version}`, tolerance);
  }
}

/** Whether figures are of the same outcomes. */
function isSameTest(a: SizeMetrics, b: SizeMetrics | undefined): b is SizeMetrics {
  return b !== undefined && a.split.fingerprint === b.split.fingerprint;
}

function compare(candidate: SizeMetrics, active: SizeMetrics, measuredAnew: boolean): Comparison {
  return { metric, candidate: lossOf(candidate), active: lossOf(active), measuredAnew };
}

function lossOf({ fit, choice }: SizeMetrics): number {
  return fit.logLoss + choice.logLoss;
}

/** The lower the better. */
function judged(comparison: Comparison, other: string, tolerance: number): Judgement {
  const { candidate, active: loss } = comparison;
  if (candidate <= loss * (1 + tolerance)) return { comparison };
  const figures = `${metric} ${candidate.toFixed(4)}, ${other} has ${loss.toFixed(4)}`;
  return { comparison, objection: `it is worse on the same split: ${figures}` };
}
