import { describe, expect, it } from '@jest/globals';
import { chooseCut } from '../../../../scripts/evaluate-value/choose-cut.ts';
import { dayOf } from '../../../../scripts/evaluate-value/order-lines.ts';

const span = { first: dayOf('1997-01-01'), last: dayOf('1998-06-30') };

describe('chooseCut', () => {
  it('is the published one for CDNOW: weeks, 39 of them ahead', () => {
    const { cut, unit } = chooseCut('cdnow', span, {});
    expect(unit).toBe('weeks');
    expect(cut).toEqual({ calibrationEnd: dayOf('1997-09-30'), end: span.last, unit: 7 });
    expect((cut.end - cut.calibrationEnd) / 7).toBe(39);
  });

  it('predicts the last third of anything else, in days', () => {
    const { cut, unit } = chooseCut('transactions', { first: 100, last: 400 }, {});
    expect([cut, unit]).toEqual([{ calibrationEnd: 300, end: 400, unit: 1 }, 'days']);
  });

  it('does as it is told', () => {
    const given = { calibrationEnd: 150, end: 180, unit: 'weeks' } as const;
    const { cut } = chooseCut('transactions', { first: 100, last: 400 }, given);
    expect(cut).toEqual({ calibrationEnd: 150, end: 180, unit: 7 });
  });

  it.each([
    { calibrationEnd: span.last },
    { calibrationEnd: span.first - 1 },
    { end: span.last + 1 },
  ])('refuses %p, which leaves nothing to fit on or to predict', (given) => {
    expect(() => chooseCut('cdnow', span, given)).toThrow(/the orders are from 1997-01-01 to 1998/);
  });
});
