import { choiceColumns, fillChoiceRows } from '../features/choice-features.ts';
import { piecesOnScale } from '../features/wearer-pieces.ts';
import { slotOf } from '../slots.ts';
import { mostValidationRows } from './fit-table.ts';
import type { RowEvidence } from './row-evidence.ts';
import type { RowIndex } from './row-index.ts';
import { sampleRows } from './sample-rows.ts';
import type { SizeModelConfig } from './size-model-config.ts';

/** Features of the sizes of runs (rows × `choiceColumns`), and which one of each was kept. */
export interface ChoiceRows {
  readonly values: Float32Array;
  /** 1 for the size that was kept. */
  readonly target: Uint8Array;
  /** Where each run begins, and at last the number of rows. */
  readonly groups: Uint32Array;
}

export interface ChoiceTable {
  readonly learnt: ChoiceRows;
  readonly validation: ChoiceRows;
}

/** Of kept pieces whose size is one of several of the run on offer. */
export function choiceTable(
  index: RowIndex,
  evidence: RowEvidence,
  { mostChoiceRows }: SizeModelConfig,
  seed: number,
): ChoiceTable {
  const learnt: number[] = [];
  const held: number[] = [];
  for (const [row, isLearnt] of index.learnt.entries()) {
    if (index.fits[row] !== 1 || placeInRun(index, row) < 0) continue;
    if (index.rows[row]!.garment.run.sizes.length > 1) (isLearnt ? learnt : held).push(row);
  }
  return {
    learnt: choiceRows(index, evidence, sampleRows(learnt, mostChoiceRows, seed)),
    validation: choiceRows(index, evidence, sampleRows(held, mostValidationRows, seed)),
  };
}

function choiceRows(index: RowIndex, evidence: RowEvidence, rows: readonly number[]): ChoiceRows {
  const width = choiceColumns.length;
  const groups = new Uint32Array(rows.length + 1);
  for (const [at, row] of rows.entries()) {
    groups[at + 1] = groups[at]! + index.rows[row]!.garment.run.sizes.length;
  }
  const values = new Float32Array(groups[rows.length]! * width);
  const target = new Uint8Array(groups[rows.length]!);
  for (const [at, row] of rows.entries()) {
    const { garment } = index.rows[row]!;
    const item = evidence.item(row, evidence.itemSums(row), garment.run);
    const wearer = evidence.wearer(row);
    const worn = piecesOnScale(wearer, garment);
    const own = values.subarray(groups[at]! * width, groups[at + 1]! * width);
    fillChoiceRows(own, wearer, worn, item);
    target[groups[at]! + placeInRun(index, row)] = 1;
  }
  return { values, target, groups };
}

function placeInRun({ rows, slots }: RowIndex, row: number): number {
  const { sizes } = rows[row]!.garment.run;
  return sizes.findIndex(({ position, length }) => slotOf(position, length) === slots[row]);
}
