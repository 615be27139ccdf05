import { describe, expect, it } from '@jest/globals';
import { completedCodes, sizeOfCode } from '../../../../scripts/evaluate-sizes/size-codes.ts';

describe('sizeOfCode', () => {
  it('puts numbered sizes a step apart', () => {
    expect([1, 4, 8, 12, 16, 20, 24, 28, 32].map((code) => sizeOfCode(code).position)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8,
    ]);
  });

  it('reads one code more as long and one less as petite', () => {
    expect(sizeOfCode(13)).toEqual({ label: '13', position: 3, length: 1 });
    expect(sizeOfCode(15)).toEqual({ label: '15', position: 4, length: -1 });
    expect(sizeOfCode(25)).toEqual({ label: '25', position: 6, length: 1 });
    expect(sizeOfCode(27)).toEqual({ label: '27', position: 7, length: -1 });
    expect(sizeOfCode(0)).toEqual({ label: '0', position: 0, length: -1 });
    expect(sizeOfCode(58)).toEqual({ label: '58', position: 13, length: 1 });
  });

  it('puts M between the numbers 6 and 8', () => {
    expect(sizeOfCode(14)).toEqual({ label: '14', position: 3.5, length: 0 });
  });

  it('gives every code that is used a place of its own', () => {
    const places = Array.from({ length: 59 }, (_, code) => {
      const { position, length } = sizeOfCode(code);
      return `${position} ${length}`;
    });
    const used = [...Array(41).keys(), 42, 44, 45, 46, 48, 50, 51, 52, 54, 56, 57, 58];
    expect(new Set(used.map((code) => places[code])).size).toBe(used.length);
  });
});

describe('completedCodes', () => {
  it('fills the sizes between those that were taken and adds one at either end', () => {
    expect(completedCodes(new Set([8, 16]))).toEqual([4, 8, 12, 16, 20]);
  });

  it('keeps to letters where only letters were taken', () => {
    expect(completedCodes(new Set([8, 14]))).toEqual([4, 8, 14, 20]);
  });

  it('keeps petite and long sizes that were taken, in the order of the line', () => {
    expect(completedCodes(new Set([12, 13, 15, 16]))).toEqual([8, 12, 13, 15, 16, 20]);
  });

  it('adds nothing beside a size of no system', () => {
    expect(completedCodes(new Set([42]))).toEqual([42]);
  });
});
