import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventPartitions } from '../../../../services/events/event-partitions.ts';

const day = 24 * 60 * 60 * 1000;

function setUp(failures = 0) {
  const asked: [string, string][] = [];
  const errors: unknown[] = [];
  let left = failures;
  const store = {
    ensurePartitions: async (from: string, to: string) => {
      if (left-- > 0) throw new Error('the database is out');
      asked.push([from, to]);
    },
  };
  const partitions = new EventPartitions(store, {
    now: () => new Date('2026-12-31T23:30:00Z'),
    onError: (error) => errors.push(error),
  });
  return { partitions, asked, errors };
}

const at = (...times: string[]) => times.map((occurredAt) => ({ occurredAt }));

describe('event partitions', () => {
  it('are made once for each month that is written to', async () => {
    const { partitions, asked } = setUp();
    await partitions.ensure(at('2026-01-31T23:59:59.999Z', '2001-02-01T00:00:00.000Z'));
    await partitions.ensure(at('2026-01-01T00:00:00.000Z'));
    const january = '2026-01-01T00:00:00Z';
    const february = '2001-02-01T00:00:00Z';
    expect(asked).toEqual([
      [january, january],
      [february, february],
    ]);
    partitions.forget();
    await partitions.ensure(at('2026-01-01T00:00:00.000Z'));
    expect(asked).toHaveLength(3);
  });

  it('are tried again when they could not be made', async () => {
    const { partitions, asked } = setUp(1);
    await expect(partitions.ensure(at('2026-01-31T00:00:00.000Z'))).rejects.toThrow();
    await partitions.ensure(at('2026-01-31T00:00:00.000Z'));
    expect(asked).toHaveLength(1);
  });

  describe('ahead of time', () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    it('are made at the start and every day until the end', async () => {
      const { partitions, asked } = setUp();
      partitions.start();
      await jest.advanceTimersByTimeAsync(2 * day);
      expect(asked).toHaveLength(3);
      expect(asked[0]).toEqual(['2026-12-31T23:30:00.000Z', '2027-02-01T00:00:00.000Z']);
      await partitions.stop();
      await jest.advanceTimersByTimeAsync(2 * day);
      expect(asked).toHaveLength(3);
    });

    it('are tried again the next day when they could not be made', async () => {
      const { partitions, asked, errors } = setUp(1);
      partitions.start();
      await jest.advanceTimersByTimeAsync(day);
      await partitions.stop();
      expect([errors.length, asked.length]).toEqual([1, 1]);
    });
  });
});
