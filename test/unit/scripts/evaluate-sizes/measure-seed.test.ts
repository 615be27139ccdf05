import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';
import { placesOf } from '../../../../scripts/evaluate-sizes/ask-model.ts';
import { figuresText } from '../../../../scripts/evaluate-sizes/figures-text.ts';
import { measureSeed } from '../../../../scripts/evaluate-sizes/measure-seed.ts';
import {
  fitMultinomial,
  multinomialChances,
} from '../../../../scripts/evaluate-sizes/multinomial.ts';
import { later, part, splitRows } from '../../../../scripts/evaluate-sizes/parts.ts';
import { choicesText, predictionsText } from '../../../../scripts/evaluate-sizes/predictions.ts';
import type { RentalRow } from '../../../../scripts/evaluate-sizes/read-rows.ts';
import { sizeOfCode } from '../../../../scripts/evaluate-sizes/size-codes.ts';
import { sizeRowsOf } from '../../../../scripts/evaluate-sizes/size-rows.ts';
import { plantedShop } from '../../../helpers/planted-sizes.ts';

const day = 86_400;
const codes = [1, 4, 8, 12, 16, 20];
const random = seededRandom(4);
const rentals: RentalRow[] = plantedShop(2500, 3).rows.map((row, at) => ({
  row: at,
  user: row.wearer,
  item: row.garment.itemId,
  category: 'dress',
  code: codes[row.position] ?? 8,
  fit: row.fit,
  body: row.body,
  at: 1_400_000_000 - (1_400_000_000 % day) + Math.floor(random() * 900) * day,
}));

describe('splitRows', () => {
  it('keeps rows of one user and item together at random', () => {
    const parts = splitRows(rentals, 'random', 1);
    const partOf = new Map<string, number>();
    for (const [row, { user, item }] of rentals.entries()) {
      const key = `${user} ${item}`;
      expect(partOf.get(key) ?? parts[row]).toBe(parts[row]);
      partOf.set(key, parts[row] ?? -1);
    }
    const tests = parts.filter((of) => of === part.test).length;
    expect(tests / rentals.length).toBeGreaterThan(0.07);
    expect(tests / rentals.length).toBeLessThan(0.13);
  });

  it('goes by whole days in time, and a further seed ends earlier', () => {
    const latest = (of: number, seed: number) => {
      const parts = splitRows(rentals, 'time', seed);
      return Math.max(...rentals.filter((_, row) => parts[row] === of).map(({ at }) => at));
    };
    const parts = splitRows(rentals, 'time', 0);
    const tests = rentals.filter((_, row) => parts[row] === part.test);
    expect(Math.min(...tests.map(({ at }) => at))).toBeGreaterThan(latest(part.validation, 0));
    expect(latest(part.validation, 0)).toBeGreaterThan(latest(part.train, 0));
    expect(latest(part.test, 2)).toBeLessThan(latest(part.test, 0));
    expect(splitRows(rentals, 'time', 2)).toContain(later);
  });
});

describe('sizeRowsOf', () => {
  it('never tells a row that its own size exists', () => {
    const lone = rentals.map((rental, at) => (at === 5 ? { ...rental, code: 57 } : rental));
    for (const split of ['random', 'time'] as const) {
      const rows = sizeRowsOf(lone, splitRows(lone, split, 0), split, 5, 0);
      expect(rows[5]?.garment.run.sizes.map(({ label }) => label)).not.toContain('57');
    }
  });
});

describe('measureSeed', () => {
  const run = measureSeed(rentals, 'random', 0, () => {});

  it('beats the simple rules where outcomes have reasons', () => {
    const { figures } = run;
    expect(figures.auc).toBeGreaterThan(0.85);
    expect(figures.auc).toBeGreaterThan(figures.latentAuc);
    expect(figures.choice.exact).toBeGreaterThan(figures.mostFrequent.exact);
    expect(figures.choice.withinOne).toBeGreaterThan(figures.choice.exact);
  });

  it('does not let the outcome of a test row change its own chances', () => {
    const [row] = run.answers.rows;
    const turned = rentals.map((rental) =>
      rental.row === row ? { ...rental, fit: other(rental.fit) } : rental,
    );
    const again = measureSeed(turned, 'random', 0, () => {});
    expect(again.answers.rows[0]).toBe(row);
    expect([...again.answers.chances]).toEqual([...run.answers.chances]);
  });

  it('writes every test row, and every kept one', () => {
    const lines = predictionsText([run]).trimEnd().split('\n');
    expect(lines[0]).toBe('seed\trow\tpSmall\tpFit\tpLarge\tlabel');
    expect(lines).toHaveLength(run.figures.testRows + 1);
    const [, row, small, fit, large, label] = lines[1]?.split('\t') ?? [];
    expect(Number(small) + Number(fit) + Number(large)).toBeCloseTo(1, 9);
    expect(label).toBe(rentals[Number(row)]?.fit);
    expect(choicesText([run]).trimEnd().split('\n')).toHaveLength(run.figures.keptRows + 1);
    expect(figuresText([run, run], 'random', 1e9)).toMatch(
      /mean one-vs-rest AUC +0\.\d{4} ± 0\.0000/,
    );
  });

  it('measures in time with what was known on the days before', () => {
    const { figures } = measureSeed(rentals, 'time', 0, () => {});
    expect(figures.auc).toBeGreaterThan(0.8);
    expect(figures.newItemShare).toBe(0);
  });
});

function other(fit: RentalRow['fit']): RentalRow['fit'] {
  return fit === 'fit' ? 'small' : 'fit';
}

describe('placesOf', () => {
  const run = { scale: 'women', sizes: [4, 8, 16].map(sizeOfCode) };
  const garment = { itemId: 'a', category: null, brand: null, run };
  const kept = (code: number) => ({
    ...{ wearer: 'w', garment, fit: 'fit' as const, body: {}, at: 0 },
    ...{ position: sizeOfCode(code).position, length: sizeOfCode(code).length },
  });

  it('counts in the run', () => {
    expect(placesOf(kept(8), 2)).toMatchObject({ suggested: 2, kept: 1, suggestedCode: '16' });
  });

  it('counts the kept size in where no other row shows it', () => {
    expect(placesOf(kept(12), 2)).toMatchObject({ suggested: 3, kept: 2, isKeptInRun: false });
    expect(placesOf(kept(12), 0)).toMatchObject({ suggested: 0, kept: 2 });
  });

  it('suggests nothing in an empty run', () => {
    expect(placesOf(kept(12), -1)).toMatchObject({ suggested: -1, suggestedCode: null });
  });
});

describe('fitMultinomial', () => {
  it('finds the shares of classes where features say nothing', () => {
    const features = Float64Array.from({ length: 10 }, () => 1);
    const weights = fitMultinomial(features, Uint8Array.of(0, 0, 0, 0, 0, 1, 1, 1, 2, 2), 3, 500);
    const chances = multinomialChances(weights, Float64Array.of(1), 3);
    for (const [k, share] of [0.5, 0.3, 0.2].entries()) expect(chances[k]).toBeCloseTo(share, 3);
  });
});
