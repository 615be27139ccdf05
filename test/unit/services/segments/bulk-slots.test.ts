import { describe, expect, it } from '@jest/globals';
import { BusyError } from '../../../../services/errors.ts';
import { BulkSlots } from '../../../../services/segments/bulk-slots.ts';

describe('BulkSlots', () => {
  it('refuses one too many, and takes it when another has ended', async () => {
    const counts: number[] = [];
    const slots = new BulkSlots(2, (taken) => counts.push(taken));
    const first = slots.take();
    const second = slots.take();
    expect(() => slots.take()).toThrow(BusyError);
    await expect(slots.within(async () => 1)).rejects.toThrow('as many as');
    first();
    first();
    expect(await slots.within(async () => 'done')).toBe('done');
    await expect(slots.within(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    second();
    expect(counts).toEqual([1, 2, 1, 2, 1, 2, 1, 0]);
  });
});
