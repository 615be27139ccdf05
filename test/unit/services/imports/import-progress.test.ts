import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { describe, expect, it } from '@jest/globals';
import { createProgress, describeReading } from '../../../../services/imports/import-progress.ts';

describe('the progress of an import', () => {
  it('says rows, rate, and the time left by the bytes that are left', () => {
    expect(describeReading(150_000, 25, 100, 3)).toBe('150,000 rows, 50,000 rows/s, 9 s left');
    expect(describeReading(10, 1, 101, 1)).toBe('10 rows, 10 rows/s, 1 min 40 s left');
  });

  it('says nothing of the time left where the size is not known', () => {
    expect(describeReading(20, 5, undefined, 2)).toBe('20 rows, 10 rows/s');
  });

  it('is a line every five seconds where there is no terminal', () => {
    const out = new PassThrough();
    let now = 0;
    const progress = createProgress(out as unknown as WriteStream, () => now);
    progress.reading(1000);
    for (const [time, bytes] of [
      [1000, 100],
      [4999, 300],
      [5000, 500],
      [9000, 800],
    ] as const) {
      now = time;
      progress.read(bytes, bytes * 2);
    }
    progress.step('merging');
    progress.stop();
    expect(out.read().toString()).toBe('reading: 50%, 1,000 rows, 200 rows/s, 5 s left\nmerging\n');
  });

  it('is a bar on a terminal', () => {
    const out = Object.assign(new PassThrough(), {
      isTTY: true,
      columns: 100,
      cursorTo: () => true,
      clearLine: () => true,
      moveCursor: () => true,
      clearScreenDown: () => true,
    });
    let now = 0;
    const progress = createProgress(out as unknown as WriteStream, () => now);
    progress.reading(1000);
    now = 2000;
    progress.read(1000, 500);
    progress.step('merging');
    expect(out.read().toString()).toMatch(
      /reading \[=+\] 100% \| 500 rows, 250 rows\/s, 0 s left.*\nmerging\n$/s,
    );
  });
});
