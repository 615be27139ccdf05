import { type EncodedArtifact, encodeArtifact } from '../../models/artifact/artifact.ts';
import type { Json } from '../../models/artifact/manifest.ts';
import type { DecidedPiece } from '../../models/sizing/decided-piece.ts';
import { type MeasuredOnSplit, measureOnSplit } from '../../models/sizing/measure-on-split.ts';
import { sizeModelParts } from '../../models/sizing/size-artifact.ts';
import { lastTest, trainingPieces } from '../../models/sizing/split-pieces.ts';
import type { SizeModelConfig } from '../../models/sizing/training/size-model-config.ts';
import {
  type SizeTraining,
  trainSizeModel,
} from '../../models/sizing/training/train-size-model.ts';
import { UsageError } from '../../services/errors.ts';
import type { DecidedPieces } from '../../services/training-data/size-rows-reader.ts';

export interface TrainSizesOptions {
  readonly config: SizeModelConfig;
  /** Seconds after which a piece that has not come back is kept. */
  readonly returnWindow: number;
  /** Days at the end that are held out to measure on; 0: none. */
  readonly testDays: number;
  /** See `ReadOptions.most`. */
  readonly most: number;
  readonly seed: number;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly onStep?: ((step: string) => void) | undefined;
}

export interface TrainedSizes extends EncodedArtifact {
  readonly training: SizeTraining;
  /** Undefined without a test. */
  readonly tested: MeasuredOnSplit | undefined;
}

const day = 86_400;

/**
 * Trains a model of sizes on the pieces that were decided before the test, and measures it on the
 * test's. The same pieces, options and seed give the same bytes.
 *
 * @throws UsageError where there is nothing to train on
 */
export function trainSizes(decided: DecidedPieces, options: TrainSizesOptions): TrainedSizes {
  const { pieces } = decided;
  const { returnWindow, testDays, seed, created, onStep } = options;
  const test = lastTest(decided.to - returnWindow, testDays);
  const rows = pick(pieces, trainingPieces(pieces, test, returnWindow));
  if (rows.length === 0) {
    throw new UsageError(
      'no purchase of a SKU with a size was decided before the test: it takes a purchase that ' +
        'outlived the return window, a return for its size, or what was said of the fit',
    );
  }
  const config = { ...options.config, lag: medianLag(rows) };
  const training = trainSizeModel(rows, config, seed, { onStep });
  onStep?.('measuring');
  const tested = measureOnSplit(training.model, pieces, test);
  const artifact = encodeArtifact({
    kind: 'sizes',
    created,
    data: dataOf(rows),
    configuration: configurationOf(decided, { ...options, config }, training),
    seed,
    metrics: null,
    ...(tested && { sizeMetrics: tested.metrics }),
    backend: 'wasm-simd',
    parts: sizeModelParts(training.model),
  });
  return { ...artifact, training, tested };
}

/** How long it takes until it is known how a piece turned out, half of the time. */
function medianLag(rows: readonly DecidedPiece[]): number {
  const lags = Float64Array.from(rows, ({ at, knownAt }) => knownAt - at).sort();
  return lags[lags.length >> 1] ?? 0;
}

function dataOf(rows: readonly DecidedPiece[]) {
  return {
    from: instant(rows[0]?.at ?? Number.NaN),
    to: instant(rows.at(-1)?.at ?? Number.NaN),
    users: new Set(rows.map(({ wearer }) => wearer)).size,
    items: new Set(rows.map(({ garment }) => garment.itemId)).size,
    interactions: rows.length,
  };
}

/** The settings, and how much of what was there they let the model see. */
function configurationOf(
  { pieces, usersShare, unsized }: DecidedPieces,
  { config, returnWindow, most }: TrainSizesOptions,
  { fitRows, fitRounds, choiceRows, choiceRounds, validationRows }: SizeTraining,
): Record<string, Json> {
  return {
    ...(config as unknown as Record<string, Json>),
    returnDays: returnWindow / day,
    mostPurchases: most,
    usersShare,
    decidedPieces: pieces.length,
    piecesWithoutSize: unsized,
    fitRows,
    fitRounds,
    choiceRows,
    choiceRounds,
    validationRows,
  };
}

function pick(pieces: readonly DecidedPiece[], wanted: readonly number[]): DecidedPiece[] {
  return wanted.flatMap((index) => pieces[index] ?? []);
}

function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
