import {
  type Manifest,
  type ManifestMetrics,
  manifestSchema,
} from '../../models/artifact/manifest.ts';
import type { EventWeights } from '../../models/dataset/event-weights.ts';
import type { ModelRegistryStore, Rollback } from './model-registry-store.ts';
import {
  type Judge,
  type Judgement,
  type Publication,
  type PublishOptions,
  publish,
} from './publication.ts';
import {
  type Comparison,
  comparability,
  compare,
  isGoodEnough,
  isSameTest,
  type TimeSplit,
} from './publication-gate.ts';
import { decodeServingModel, type ServingModel, weightsOf } from './serving-model.ts';

export interface ModelPublisherOptions {
  readonly store: ModelRegistryStore;
  /** Measures a model's best k on a split in time of the events in the database. */
  readonly measure: (
    model: Pick<ServingModel, 'model' | 'items' | 'weights'>,
    split: TimeSplit,
    options: {
      readonly k: number;
      /** What the test is defined by: the candidate's, where it has some. */
      readonly testWeights: EventWeights | undefined;
    },
  ) => Promise<ManifestMetrics>;
}

export interface ActiveModel {
  readonly manifest: Manifest;
  readonly model: ServingModel;
}

/** Registers trained models of recommendations, and activates them when they are no worse than the active one. */
export class ModelPublisher {
  readonly #options: ModelPublisherOptions;

  constructor(options: ModelPublisherOptions) {
    this.#options = options;
  }

  /**
   * Publishes an artifact. Publishing it again changes nothing.
   *
   * @param manifest as it stands in the artifact
   * @param files by name, `manifest.json` among them
   * @throws ArtifactError naming the file that is missing, truncated, altered or not readable
   * @throws ConflictError when it is refused (it stays registered, and what was active stays), and
   *   when the registry has another artifact under this version
   */
  async publish(
    manifest: Manifest,
    files: ReadonlyMap<string, Uint8Array>,
    options: PublishOptions = {},
  ): Promise<Publication> {
    decodeServingModel(files, manifest);
    const judge: Judge = async (candidate, active, tolerance) =>
      active === undefined ? {} : this.#judge(candidate, active, tolerance);
    return publish(this.#options.store, judge, { manifest, files }, options);
  }

  /** @throws ConflictError when there is nothing to go back to */
  rollback(): Promise<Rollback> {
    return this.#options.store.rollback();
  }

  /** The active version, whole; undefined: none is active. */
  async activeModel(): Promise<ActiveModel | undefined> {
    const active = await this.#options.store.active();
    if (active === undefined) return undefined;
    const manifest = manifestSchema.parse(active.manifest);
    const files = await this.#options.store.files(manifest.version);
    return { manifest, model: decodeServingModel(files, manifest) };
  }

  async #judge(candidate: Manifest, active: Manifest, tolerance: number): Promise<Judgement> {
    const found = comparability(candidate, active);
    if (found.how === 'not') return { objection: found.why };
    if (found.how === 'recorded') return judged(found.comparison, active.version, tolerance);
    const { metrics } = candidate;
    const testWeights = weightsOf(candidate);
    const anew =
      metrics && (await this.#measure(active, found.split, { k: metrics.k, testWeights }));
    if (metrics === null || !isSameTest(metrics, anew)) {
      return { objection: 'the events it was measured on have changed since; train it again' };
    }
    return judged(compare(metrics, anew, true), active.version, tolerance);
  }

  async #measure(
    active: Manifest,
    split: TimeSplit,
    options: Parameters<ModelPublisherOptions['measure']>[2],
  ): Promise<ManifestMetrics> {
    const { store, measure } = this.#options;
    return measure(decodeServingModel(await store.files(active.version), active), split, options);
  }
}

function judged(comparison: Comparison, active: string, tolerance: number): Judgement {
  if (isGoodEnough(comparison, tolerance)) return { comparison };
  const { metric, candidate } = comparison;
  const figures = `${metric} ${candidate.toFixed(4)}, the active ${active} has ${comparison.active.toFixed(4)}`;
  return { comparison, objection: `it is worse on the same split: ${figures}` };
}
