import { describe, expect, it } from '@jest/globals';
import { BodySizes } from '../../../../../models/sizing/body/body-sizes.ts';
import { BrandTable } from '../../../../../models/sizing/brand-table.ts';
import { RateTable } from '../../../../../models/sizing/rate-table.ts';
import { fitClass, slotOf } from '../../../../../models/sizing/slots.ts';
import { foldsOf, pairKey } from '../../../../../models/sizing/training/folds.ts';
import { holdBack } from '../../../../../models/sizing/training/hold-back.ts';
import { RowEvidence } from '../../../../../models/sizing/training/row-evidence.ts';
import { indexRows } from '../../../../../models/sizing/training/row-index.ts';
import { sampleRows } from '../../../../../models/sizing/training/sample-rows.ts';
import {
  defaultSizeConfig,
  type SizeModelConfig,
} from '../../../../../models/sizing/training/size-model-config.ts';
import type { SizeRow } from '../../../../../models/sizing/training/size-row.ts';
import { plantedShop } from '../../../../helpers/planted-sizes.ts';

const folds = 5;
const rows = plantedShop(400, 2).rows;
const held = Uint8Array.from(rows, (_, row) => (row >= 360 ? 1 : 0));
const index = indexRows(
  rows,
  held.map((one) => 1 - one),
  folds,
  1,
);

function evidenceOf(config: Partial<SizeModelConfig>, of: readonly SizeRow[] = rows): RowEvidence {
  const all = {
    rates: new RateTable(),
    brands: new BrandTable(),
    bodies: new BodySizes(new Map(), new Map()),
  };
  const placed = of.map(({ position, length, fit, at }) => ({
    ...{ slot: slotOf(position, length), position, fit: fitClass(fit), at },
    ...{ expected: 2, heightCm: NaN, usualSmall: 0.1, usualLarge: 0.1 },
  }));
  const without = Array.from({ length: folds }, () => all);
  const bodies = without.map((tables) => tables.bodies);
  const tables = { all, without, bodies, placed, placedAll: placed };
  return new RowEvidence({ ...index, rows: of }, tables, { ...defaultSizeConfig, ...config });
}

const count = (evidence: RowEvidence, row: number) => evidence.itemSums(row).total()[0];
const numbers = Array.from(rows, (_, row) => row);
const sameItem = (row: number) =>
  numbers.filter((other) => rows[other]?.garment.itemId === rows[row]?.garment.itemId);
const sameWearer = (row: number) =>
  numbers.filter((other) => rows[other]?.wearer === rows[row]?.wearer);
const isBefore = (other: number, row: number, lag = 0) =>
  (rows[other]?.at ?? 0) + lag < (rows[row]?.at ?? 0);

describe('evidence of training rows', () => {
  it('is of others in other folds where before and after do not count', () => {
    const evidence = evidenceOf({ evidence: 'others' });
    for (const row of [0, 17, 200]) {
      const usable = sameItem(row).filter(
        (other) =>
          held[other] === 0 &&
          rows[other]?.wearer !== rows[row]?.wearer &&
          index.pairFolds[other] !== index.pairFolds[row],
      );
      expect(usable.length).toBeGreaterThan(0);
      expect(count(evidence, row)).toBe(usable.length);
    }
  });

  it('is of all rows that are learnt from for a row that validates', () => {
    const evidence = evidenceOf({ evidence: 'others' });
    const usable = sameItem(380).filter(
      (other) => held[other] === 0 && rows[other]?.wearer !== rows[380]?.wearer,
    );
    expect(count(evidence, 380)).toBe(usable.length);
  });

  it('is of what was known when the piece was taken', () => {
    const lag = 20_000;
    const evidence = evidenceOf({ evidence: 'before', lag });
    for (const row of [50, 300, 390]) {
      expect(count(evidence, row)).toBe(sameItem(row).filter((o) => isBefore(o, row, lag)).length);
      expect(evidence.wearer(row).pieces).toHaveLength(
        sameWearer(row).filter((o) => isBefore(o, row, lag)).length,
      );
    }
    expect(count(evidence, 0)).toBe(0);
  });

  it('is never of the row itself: its outcome changes nothing that it is told', () => {
    for (const kind of ['before', 'others'] as const) {
      for (const row of [100, 250, 370]) {
        const turned = rows.map((one, at) =>
          at === row
            ? { ...one, fit: one.fit === 'small' ? ('large' as const) : ('small' as const) }
            : one,
        );
        const [as, other] = [
          evidenceOf({ evidence: kind }),
          evidenceOf({ evidence: kind }, turned),
        ];
        expect(other.itemSums(row)).toEqual(as.itemSums(row));
        expect(other.wearer(row).pieces).toEqual(as.wearer(row).pieces);
      }
    }
  });

  it('never tells a wearer what they said of the same item, where rows are split at random', () => {
    const evidence = evidenceOf({ evidence: 'others' });
    for (const row of numbers.slice(0, 100)) {
      const usable = sameWearer(row).filter(
        (other) => held[other] === 0 && rows[other]?.garment.itemId !== rows[row]?.garment.itemId,
      );
      expect(evidence.wearer(row).pieces).toHaveLength(usable.length);
    }
  });
});

describe('folds', () => {
  it('depend on the key and the seed alone, and are of about the same size', () => {
    const keys = rows.map(pairKey);
    const all = foldsOf(keys, folds, 1);
    expect([...foldsOf(keys.slice(100), folds, 1)]).toEqual([...all.slice(100)]);
    expect([...foldsOf(keys, folds, 2)]).not.toEqual([...all]);
    const many = foldsOf(
      Array.from({ length: 10_000 }, (_, n) => `${n}`),
      folds,
      3,
    );
    for (let fold = 0; fold < folds; fold++) {
      const share = many.filter((of) => of === fold).length / many.length;
      expect(share).toBeGreaterThan(0.18);
      expect(share).toBeLessThan(0.22);
    }
  });
});

describe('holdBack', () => {
  it('keeps the latest tenth in time', () => {
    const back = holdBack(rows, 'before', 1);
    expect(back.reduce((sum, one) => sum + one, 0)).toBe(40);
    expect([...back.subarray(360)]).toEqual(Array.from({ length: 40 }, () => 1));
  });

  it('holds nothing back where all is of one moment', () => {
    const same = rows.map((row) => ({ ...row, at: 5 }));
    expect(holdBack(same, 'before', 1).includes(1)).toBe(false);
  });

  it('keeps pairs together at random', () => {
    const back = holdBack([...rows, ...rows], 'others', 1);
    expect([...back.subarray(0, rows.length)]).toEqual([...back.subarray(rows.length)]);
    expect(back.includes(1)).toBe(true);
  });
});

describe('sampleRows', () => {
  it('takes so many, in their order', () => {
    const some = sampleRows(numbers, 50, 1);
    expect(some).toHaveLength(50);
    expect([...some].sort((a, b) => a - b)).toEqual([...some]);
    expect(sampleRows(numbers, 400, 1)).toBe(numbers);
  });
});
