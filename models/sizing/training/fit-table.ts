import { fillFitRow, fitColumns } from '../features/fit-features.ts';
import { piecesOnScale } from '../features/wearer-pieces.ts';
import type { RowEvidence } from './row-evidence.ts';
import type { RowIndex } from './row-index.ts';
import { sampleRows } from './sample-rows.ts';
import type { SizeModelConfig } from './size-model-config.ts';

/** Features of taken pieces (rows × `fitColumns`) and how they turned out. */
export interface FitRows {
  readonly rows: number;
  readonly values: Float32Array;
  /** 0 small, 1 fit, 2 large. */
  readonly target: Uint8Array;
}

export interface FitTable {
  readonly learnt: FitRows;
  readonly validation: FitRows;
}

/** Most validation rows that are looked at. */
export const mostValidationRows = 20_000;

export function fitTable(
  index: RowIndex,
  evidence: RowEvidence,
  { mostFitRows }: SizeModelConfig,
  seed: number,
): FitTable {
  const learnt: number[] = [];
  const held: number[] = [];
  for (const [row, isLearnt] of index.learnt.entries()) (isLearnt ? learnt : held).push(row);
  return {
    learnt: fitRows(index, evidence, sampleRows(learnt, mostFitRows, seed)),
    validation: fitRows(index, evidence, sampleRows(held, mostValidationRows, seed)),
  };
}

function fitRows(index: RowIndex, evidence: RowEvidence, rows: readonly number[]): FitRows {
  const width = fitColumns.length;
  const values = new Float32Array(rows.length * width);
  const target = new Uint8Array(rows.length);
  for (const [at, row] of rows.entries()) {
    const { garment, position, length } = index.rows[row]!;
    const taken = { label: '', position, length };
    const run = { scale: garment.run.scale, sizes: [taken] };
    const item = evidence.item(row, evidence.itemSums(row), run);
    const wearer = evidence.wearer(row);
    const worn = piecesOnScale(wearer, garment);
    const values1 = values.subarray(at * width, (at + 1) * width);
    fillFitRow(values1, wearer, worn, item, item.sizes[0]!);
    target[at] = index.fits[row]!;
  }
  return { rows: rows.length, values, target };
}
