import { describe, expect, it } from '@jest/globals';
import type { ItemState } from '../../../../../models/sizing/evidence/item-state.ts';
import type { WearerState } from '../../../../../models/sizing/evidence/wearer-state.ts';
import {
  choiceColumns,
  fillChoiceRows,
} from '../../../../../models/sizing/features/choice-features.ts';
import { fillFitRow, fitColumns } from '../../../../../models/sizing/features/fit-features.ts';
import { piecesOnScale } from '../../../../../models/sizing/features/wearer-pieces.ts';
import { SizeModel } from '../../../../../models/sizing/size-model.ts';
import { featureTables } from '../../../../../models/sizing/training/feature-tables.ts';
import { learnUsual } from '../../../../../models/sizing/training/learn-usual.ts';
import { indexRows } from '../../../../../models/sizing/training/row-index.ts';
import { defaultSizeConfig } from '../../../../../models/sizing/training/size-model-config.ts';
import type { SizeRow } from '../../../../../models/sizing/training/size-row.ts';
import { plantedShop } from '../../../../helpers/planted-sizes.ts';

const rows: SizeRow[] = plantedShop(1500, 5).rows.map((row, n) => ({
  ...row,
  garment: { ...row.garment, brand: ['A', 'B', null][n % 3] ?? null },
}));
const isHeld = (row: number) => row >= 1400;
const learnt = Uint8Array.from(rows, (_, row) => (isHeld(row) ? 0 : 1));
const index = indexRows(rows, learnt, defaultSizeConfig.folds, 1);
const { evidence, tables } = learnUsual(index, defaultSizeConfig, 1, undefined);
const most = { mostFitRows: 1000, mostChoiceRows: 1000 };
const held = featureTables(index, evidence, 0, most, 1);
const model = new SizeModel({
  ...tables,
  fitTrees: null,
  fitCalibration: { kind: 'none' },
  choiceTrees: null,
  sharpness: 1,
  thresholds: { low: 0, high: 1, purchaseGain: 0 },
});

/** What the service would have made of what it knew when a piece was taken. */
function served({ wearer, garment, body, at }: SizeRow) {
  const before = rows.filter((row) => row.at < at);
  const outcomeOf = ({ garment: of, position, length, fit, at: then }: SizeRow) => ({
    ...{ scale: of.run.scale, position, length, fit, at: then },
    ...{ itemId: of.itemId, category: of.category, brand: of.brand },
  });
  const ofItem = before
    .filter((row) => row.garment.itemId === garment.itemId)
    .map((row) => ({ ...outcomeOf(row), body: row.body }));
  const ofWearer = before.filter((row) => row.wearer === wearer).map(outcomeOf);
  const item = model.itemEvidence(garment, ofItem, at) as ItemState;
  return { item, worn: model.wearerEvidence(body, ofWearer, at) as WearerState };
}

describe('features of a row that validates', () => {
  it('are those that the service makes of the same outcomes', () => {
    const width = fitColumns.length;
    const own = new Float32Array(width);
    const heldRows = rows.filter((_, row) => isHeld(row));
    expect(held.fit.rows).toBe(heldRows.length);
    for (const [at, row] of heldRows.entries()) {
      const { item, worn } = served(row);
      const size = item.sizes.find(({ position }) => position === row.position);
      if (!size) throw new Error('the size is not in the run');
      fillFitRow(own, worn, piecesOnScale(worn, row.garment), item, size);
      expect([...own]).toEqual([...held.fit.values.subarray(at * width, (at + 1) * width)]);
    }
  });

  it('are so for the choice too, of which the size that was taken is no feature', () => {
    const width = choiceColumns.length;
    const chosen = rows.filter((row, at) => isHeld(at) && row.fit === 'fit');
    expect(held.choice.groups).toHaveLength(chosen.length + 1);
    for (const [at, row] of chosen.entries()) {
      const { item, worn } = served(row);
      const own = new Float32Array(item.sizes.length * width);
      fillChoiceRows(own, worn, piecesOnScale(worn, row.garment), item);
      const [from = 0, to = 0] = [held.choice.groups[at], held.choice.groups[at + 1]];
      expect([...own]).toEqual([...held.choice.values.subarray(from * width, to * width)]);
      expect([...held.choice.target.subarray(from, to)].indexOf(1)).toBe(row.position);
    }
  });
});
