import { choiceColumns, fillChoiceRows } from '../features/choice-features.ts';
import { fillFitRow, fitColumns } from '../features/fit-features.ts';
import { piecesOnScale } from '../features/wearer-pieces.ts';
import { slotOf } from '../slots.ts';
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

/** Features of the sizes of runs (rows × `choiceColumns`), and which one of each was kept. */
export interface ChoiceRows {
  readonly values: Float32Array;
  /** 1 for the size that was kept. */
  readonly target: Uint8Array;
  /** Where each run begins, and at last the number of rows. */
  readonly groups: Uint32Array;
}

export interface FeatureTables {
  readonly fit: FitRows;
  readonly choice: ChoiceRows;
}

/** Most validation rows that are looked at. */
export const mostValidationRows = 20_000;

/** Of the rows that are learnt from, or of those that validate: up to so many of each by lot. */
export function featureTables(
  index: RowIndex,
  evidence: RowEvidence,
  learnt: 0 | 1,
  { mostFitRows, mostChoiceRows }: Pick<SizeModelConfig, 'mostFitRows' | 'mostChoiceRows'>,
  seed: number,
): FeatureTables {
  const all: number[] = [];
  for (const [row, isLearnt] of index.learnt.entries()) if (isLearnt === learnt) all.push(row);
  const chosen = all.filter((row) => {
    const { length } = index.rows[row]!.garment.run.sizes;
    return index.fits[row] === 1 && length > 1 && placeInRun(index, row) >= 0;
  });
  const fitRows = sampleRows(all, mostFitRows, seed);
  const choiceRows = sampleRows(chosen, mostChoiceRows, seed);
  const fit = emptyFit(index, fitRows);
  const choice = emptyChoice(index, choiceRows);
  // Both samples are in the order of the rows: each is walked along.
  let [nextFit, nextChoice] = [0, 0];
  for (const row of all) {
    const isFit = fitRows[nextFit] === row;
    const isChoice = choiceRows[nextChoice] === row;
    if (!isFit && !isChoice) continue;
    const { garment, position, length } = index.rows[row]!;
    const sums = evidence.itemSums(row);
    const wearer = evidence.wearer(row);
    const worn = piecesOnScale(wearer, garment);
    if (isFit) {
      const run = { ...garment.run, sizes: [{ label: '', position, length }] };
      const item = evidence.item(row, sums, run);
      const values = rowsOf(fit.values, fitColumns.length, nextFit, nextFit + 1);
      fillFitRow(values, wearer, worn, item, item.sizes[0]!);
      nextFit++;
    }
    if (isChoice) {
      const [from, to] = [choice.groups[nextChoice]!, choice.groups[nextChoice + 1]!];
      const values = rowsOf(choice.values, choiceColumns.length, from, to);
      fillChoiceRows(values, wearer, worn, evidence.item(row, sums, garment.run));
      nextChoice++;
    }
  }
  return { fit, choice };
}

function emptyFit({ fits }: RowIndex, rows: readonly number[]): FitRows {
  return {
    rows: rows.length,
    values: new Float32Array(rows.length * fitColumns.length),
    target: Uint8Array.from(rows, (row) => fits[row]!),
  };
}

function emptyChoice(index: RowIndex, rows: readonly number[]): ChoiceRows {
  const groups = new Uint32Array(rows.length + 1);
  for (const [at, row] of rows.entries()) {
    groups[at + 1] = groups[at]! + index.rows[row]!.garment.run.sizes.length;
  }
  const sizes = groups[rows.length]!;
  const target = new Uint8Array(sizes);
  for (const [at, row] of rows.entries()) target[groups[at]! + placeInRun(index, row)] = 1;
  return { values: new Float32Array(sizes * choiceColumns.length), target, groups };
}

function rowsOf(values: Float32Array, width: number, from: number, to: number): Float32Array {
  return values.subarray(from * width, to * width);
}

function placeInRun({ rows, slots }: RowIndex, row: number): number {
  const { sizes } = rows[row]!.garment.run;
  return sizes.findIndex(({ position, length }) => slotOf(position, length) === slots[row]);
}
