import { seededRandom } from '../../dataset/seeded-random.ts';
import { groupedBy } from '../grouped-by.ts';
import type { Body } from '../size-types.ts';
import { type HistogramMaker, trainTrees } from '../trees/train-trees.ts';
import type { TreeEnsemble } from '../trees/tree-ensemble.ts';
import { type BodyScale, BodySizes, subsetOf } from './body-sizes.ts';
import { growing, knownMeasures, measured, measures } from './measures.ts';

/** A kept piece. */
export interface KeptPiece {
  readonly scale: string;
  readonly position: number;
  readonly body: Body;
  /** Pieces of a wearer are in one fold, 0 to folds − 1. */
  readonly fold: number;
}

export interface BodyTreesConfig {
  /** Most pieces of a scale that are learnt from. */
  readonly mostRows: number;
  /** Fewest kept pieces with any measurement that trees are grown from. */
  readonly leastRows: number;
  readonly rounds: number;
  readonly rate: number;
  readonly leaves: number;
  readonly minRows: number;
  readonly l2: number;
  readonly bins: number;
}

export interface TrainedBodySizes {
  readonly all: BodySizes;
  /** By fold: learnt from the pieces of the other folds. */
  readonly without: readonly BodySizes[];
}

/** Measures that fewer of a scale's pieces come with are not asked for. */
const commonShare = 0.02;
/** Pieces of the first fold that errors are measured on. */
const mostErrorRows = 400;

/**
 * Body → size, one regression a scale: boosted trees that may not fall in a length or the weight. Every
 * piece is learnt from twice, the second time with each measure forgotten by the toss of a coin, so
 * that any subset of the measures has an answer.
 */
export function trainBodySizes(
  pieces: readonly KeptPiece[],
  folds: number,
  config: BodyTreesConfig,
  seed: number,
  histograms?: HistogramMaker,
): TrainedBodySizes {
  const bodyTypes = orderedBodyTypes(pieces);
  const byScale = groupedBy(pieces, ({ scale }) => scale);
  const all = new Map<string, BodyScale>();
  const without = Array.from({ length: folds }, () => new Map<string, BodyScale>());
  for (const [scale, ofScale] of byScale) {
    const rows = sampled(ofScale, config.mostRows, seed).map((piece) => ({
      ...piece,
      row: measured(piece.body, bodyTypes),
    }));
    const common = commonMeasures(rows);
    const grow = (from: readonly MeasuredPiece[]) => growTrees(from, config, seed, histograms);
    const parts = without.map((_, fold) => rows.filter((row) => row.fold !== fold));
    const trees = parts.map(grow);
    const errors = measureErrors(
      rows.filter(({ fold }) => fold === 0),
      trees[0] ?? null,
      meanOf(parts[0]?.length ? parts[0] : rows),
      common,
    );
    for (const [fold, part] of parts.entries()) {
      if (part.length === 0) continue;
      const { length } = part;
      without[fold]!.set(scale, {
        ...{ rows: length, mean: meanOf(part), trees: trees[fold]!, common, errors },
      });
    }
    all.set(scale, {
      ...{ rows: rows.length, mean: meanOf(rows), trees: grow(rows), common, errors },
    });
  }
  return {
    all: new BodySizes(all, bodyTypes),
    without: without.map((scales) => new BodySizes(scales, bodyTypes)),
  };
}

type MeasuredPiece = KeptPiece & { readonly row: Float32Array };

/** Body types numbered by the mean position of what they kept, within the scale of most pieces. */
function orderedBodyTypes(pieces: readonly KeptPiece[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { scale } of pieces) counts.set(scale, (counts.get(scale) ?? 0) + 1);
  const [largest] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  const sums = new Map<string, [sum: number, count: number]>();
  for (const { scale, body, position } of pieces) {
    if (body.bodyType === undefined) continue;
    const sum = sums.get(body.bodyType) ?? [0, 0];
    if (scale === largest) {
      sum[0] += position;
      sum[1]++;
    }
    sums.set(body.bodyType, sum);
  }
  const means = [...sums].map(([type, [sum, count]]) => ({ type, mean: count ? sum / count : 0 }));
  means.sort((a, b) => a.mean - b.mean || (a.type < b.type ? -1 : 1));
  return new Map(means.map(({ type }, at) => [type, at]));
}

function sampled(pieces: readonly KeptPiece[], most: number, seed: number): readonly KeptPiece[] {
  if (pieces.length <= most) return pieces;
  const random = seededRandom(seed);
  const kept = pieces.map((piece) => ({ piece, key: random() }));
  kept.sort((a, b) => a.key - b.key);
  return kept.slice(0, most).map(({ piece }) => piece);
}

function meanOf(pieces: readonly KeptPiece[]): number {
  let sum = 0;
  for (const { position } of pieces) sum += position;
  return sum / pieces.length;
}

function commonMeasures(pieces: readonly MeasuredPiece[]): number {
  let common = 0;
  for (const [measure] of measures.entries()) {
    let known = 0;
    for (const { row } of pieces) if (!Number.isNaN(row[measure]!)) known++;
    if (known > commonShare * pieces.length && known >= 20) common |= 1 << measure;
  }
  return common;
}

function growTrees(
  pieces: readonly MeasuredPiece[],
  config: BodyTreesConfig,
  seed: number,
  histograms: HistogramMaker | undefined,
): TreeEnsemble | null {
  const known = pieces.filter(({ row }) => knownMeasures(row) !== 0);
  if (known.length < config.leastRows) return null;
  const random = seededRandom(seed);
  const columns = measures.length;
  const values = new Float32Array(2 * known.length * columns);
  const target = new Float64Array(2 * known.length);
  for (const [at, { row, position }] of known.entries()) {
    values.set(row, 2 * at * columns);
    const forgetful = row.map((value) => (random() < 0.5 ? NaN : value));
    values.set(forgetful, (2 * at + 1) * columns);
    target.fill(position, 2 * at, 2 * at + 2);
  }
  const monotone = Int8Array.from(measures, (_, measure) => (measure < growing ? 1 : 0));
  const { rounds, rate, leaves, minRows, l2, bins } = config;
  return trainTrees(
    { rows: target.length, columns, values },
    target,
    { objective: 'regression', rounds, rate, leaves, minRows, l2, bins, seed, monotone },
    histograms,
  );
}

/** See `BodyScale.errors`; each subset is measured on the pieces that come with all of its measures. */
function measureErrors(
  pieces: readonly MeasuredPiece[],
  trees: TreeEnsemble | null,
  mean: number,
  common: number,
): Float32Array {
  const chosen = measures.flatMap((_, measure) => (common & (1 << measure) ? [measure] : []));
  const errors = new Float32Array(2 ** chosen.length);
  const best = pieces.filter(({ row }) => (knownMeasures(row) & common) === common);
  const rows = (best.length >= 30 ? best : pieces).slice(0, mostErrorRows);
  const out = new Float64Array(1);
  const some = new Float32Array(measures.length);
  for (let subset = 0; subset < errors.length; subset++) {
    let sum = 0;
    for (const { row, position } of rows) {
      some.fill(NaN);
      for (const [bit, measure] of chosen.entries()) {
        if (subset & (1 << bit)) some[measure] = row[measure]!;
      }
      out[0] = mean;
      if (trees && subsetOf(knownMeasures(some), common) !== 0) trees.predict(some, out);
      sum += (position - out[0]!) ** 2;
    }
    errors[subset] = rows.length > 0 ? Math.sqrt(sum / rows.length) : NaN;
  }
  return errors;
}
