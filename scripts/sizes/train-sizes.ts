import { type EncodedArtifact, encodeArtifact } from '../../models/artifact/artifact.ts';
import type { Json, SizeMetrics } from '../../models/artifact/manifest.ts';
import { sha256 } from '../../models/artifact/sha256.ts';
import type { DecidedPiece } from '../../models/sizing/decided-piece.ts';
import { type MeasuredSizes, measureSizes } from '../../models/sizing/measure-sizes.ts';
import { sizeModelParts } from '../../models/sizing/size-artifact.ts';
import { type PieceSplit, splitPieces } from '../../models/sizing/split-pieces.ts';
import { sampleRows } from '../../models/sizing/training/sample-rows.ts';
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
  /** How many purchases were read at most. */
  readonly most: number;
  readonly seed: number;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly onStep?: ((step: string) => void) | undefined;
}

export interface TrainedSizes extends EncodedArtifact {
  readonly training: SizeTraining;
  readonly split: PieceSplit;
  /** Undefined without a test. */
  readonly measured: MeasuredSizes | undefined;
  /** How many pieces were measured on. */
  readonly tested: number;
}

const day = 86_400;
/** Past so many, a lot of the test's pieces is measured on. */
const mostTested = 20_000;

/**
 * Trains a model of sizes on the pieces that were decided before the test, and measures it on the
 * test's. The same pieces, options and seed give the same bytes.
 *
 * @throws UsageError where there is nothing to train on
 */
export function trainSizes(decided: DecidedPieces, options: TrainSizesOptions): TrainedSizes {
  const { pieces } = decided;
  const { returnWindow, testDays, seed, created, onStep } = options;
  const split = splitPieces(pieces, { until: decided.to - returnWindow, testDays, returnWindow });
  const rows = pick(pieces, split.training);
  if (rows.length === 0) {
    throw new UsageError(
      'no purchase of a SKU with a size was decided before the test: it takes a purchase that ' +
        'outlived the return window, a return for its size, or what was said of the fit',
    );
  }
  const config = { ...options.config, lag: medianLag(rows) };
  const training = trainSizeModel(rows, config, seed, { onStep });
  const tested = sampleRows(split.test, mostTested, seed);
  onStep?.('measuring');
  const measured = tested.length > 0 ? measureSizes(training.model, pieces, tested) : undefined;
  const artifact = encodeArtifact({
    kind: 'sizes',
    created,
    data: dataOf(rows),
    configuration: configurationOf(decided, { ...options, config }, training),
    seed,
    metrics: null,
    ...(measured && { sizeMetrics: metricsOf(measured, pieces, tested, split, testDays) }),
    backend: 'wasm-simd',
    parts: sizeModelParts(training.model),
  });
  return { ...artifact, training, split, measured, tested: tested.length };
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
  { pieces, isCut, from, unsized }: DecidedPieces,
  { config, returnWindow, most }: TrainSizesOptions,
  { fitRows, fitRounds, choiceRows, choiceRounds, validationRows }: SizeTraining,
): Record<string, Json> {
  return {
    ...(config as unknown as Record<string, Json>),
    returnDays: returnWindow / day,
    mostPurchases: most,
    /** Null: all purchases were read. */
    olderPurchasesLeftOutBefore: isCut ? instant(from) : null,
    decidedPieces: pieces.length,
    piecesWithoutSize: unsized,
    fitRows,
    fitRounds,
    choiceRows,
    choiceRounds,
    validationRows,
  };
}

function metricsOf(
  { fit, choice }: MeasuredSizes,
  pieces: readonly DecidedPiece[],
  tested: readonly number[],
  { cutoff }: PieceSplit,
  testDays: number,
): SizeMetrics {
  const test = pick(pieces, tested);
  const lines = test.map(({ wearer, garment, position, length, fit: outcome, at }) =>
    [wearer, garment.itemId, position, length, outcome, at].join('\t'),
  );
  return {
    split: {
      kind: 'time',
      cutoff: instant(cutoff),
      testDays,
      fingerprint: sha256(`${lines.join('\n')}\n`),
      users: new Set(test.map(({ wearer }) => wearer)).size,
      interactions: test.length,
    },
    fit,
    choice,
  };
}

function pick(pieces: readonly DecidedPiece[], wanted: readonly number[]): DecidedPiece[] {
  return wanted.flatMap((index) => pieces[index] ?? []);
}

function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
