import { describe, expect, it } from '@jest/globals';
import { chartBody, chartPosition } from '../../../../../models/sizing/systems/chart-body.ts';

describe('the bodies a size is made for', () => {
  it('are those of the tables', () => {
    expect(chartBody('women-top', 0)).toMatchObject({
      bustCm: { from: 86, to: 90 },
      waistCm: { from: 68, to: 72 },
    });
    // EU 50 of the German table: bust 116.
    expect(chartBody('women-dress', 6)?.bustCm).toEqual({ from: 113, to: 119 });
    expect(chartBody('shoes', 38)?.footCm?.from).toBeCloseTo(23.75, 9);
    expect(chartBody('kids', 11)?.heightCm).toEqual({ from: 105, to: 115 });
  });

  it('are not known where a scale says nothing of bodies', () => {
    expect(chartBody('order:dress', 1)).toBeUndefined();
    expect(chartBody('one-size', 0)).toBeUndefined();
    expect(chartPosition('letters:hats', { bustCm: 88 })).toBeUndefined();
  });
});

describe('where the chart puts a body', () => {
  it('is the inverse', () => {
    for (const scale of ['women-top', 'men-bottom', 'adult-dress', 'shoes', 'kids', 'bra']) {
      for (const position of [-2, 0, 1.5, 6, 11, 30]) {
        const ranges = Object.entries(chartBody(scale, position) ?? {});
        const body = Object.fromEntries(
          ranges.map(([key, { from, to }]) => [key, (from + to) / 2]),
        );
        const found = chartPosition(scale, body)?.position;
        // The middle of a range over a bend of the line is not the line.
        expect(Math.abs((found ?? 99) - position)).toBeLessThan(0.2);
      }
    }
  });

  it('weighs what decides, and says what is missing', () => {
    // Bust 92 is L, waist 70 is M: (1 + 0.7 · 0) / 1.7.
    const found = chartPosition('women-dress', { bustCm: 92, waistCm: 70 });
    expect(found?.position).toBeCloseTo(1 / 1.7, 9);
    expect(found).toMatchObject({ used: ['bustCm', 'waistCm'], missing: ['hipCm'] });
  });

  it('takes weight over height where there is no girth', () => {
    // 55 kg at 162 cm is M; the same weight at 178 cm is slimmer: 50.06 kg at 162.
    expect(chartPosition('women-top', { weightKg: 55, heightCm: 162 })?.position).toBeCloseTo(0, 9);
    const tall = chartPosition('women-top', { weightKg: 55, heightCm: 178 });
    expect(tall?.position).toBeCloseTo((55 * 162) / 178 / 5 - 11, 6);
    expect(chartPosition('women-top', { weightKg: 55 })).toMatchObject({
      used: ['weightKg'],
      missing: ['bustCm', 'waistCm', 'heightCm'],
    });
  });

  it('knows children by height, and by age without it', () => {
    expect(chartPosition('kids', { heightCm: 110, age: 9 })?.position).toBe(11);
    expect(chartPosition('kids', { age: 6 })).toMatchObject({ used: ['age'] });
    expect(chartPosition('kids', { age: 6 })?.position).toBeCloseTo(11.6, 9);
  });

  it('says so when nothing is known', () => {
    expect(chartPosition('women-top', { footCm: 24 })).toEqual({
      position: undefined,
      missing: ['bustCm', 'waistCm'],
    });
  });

  it('never goes down when a measurement goes up, height and a weight without girths apart', () => {
    for (const measure of ['bustCm', 'waistCm', 'hipCm', 'footCm', 'weightKg'] as const) {
      for (const scale of ['women-dress', 'men-top', 'adult-bottom', 'shoes']) {
        let before = Number.NEGATIVE_INFINITY;
        for (let value = 20; value < 160; value += 0.5) {
          const position = chartPosition(scale, { [measure]: value })?.position ?? before;
          expect(position).toBeGreaterThanOrEqual(before);
          before = position;
        }
      }
    }
  });
});
