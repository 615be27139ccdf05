import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { describe, expect, it } from '@jest/globals';
import { describeProgress, progressOn } from '../../../../scripts/training/progress.ts';

describe('describeProgress', () => {
  it('says the loss and the time left, as far as they are known', () => {
    expect(describeProgress({ done: 1, total: 4, loss: 1234.5678 }, 2000)).toBe(
      'loss 1234.57, 6 s left',
    );
    expect(describeProgress({ done: 0, total: 4 }, 2000)).toBe('');
  });
});

describe('progressOn', () => {
  it('writes plain lines where there is no terminal: one in five seconds and the last', () => {
    const out = new PassThrough();
    let now = 0;
    const progress = progressOn(out as unknown as WriteStream, () => now)('fitting');
    for (const [time, done] of [
      [1000, 1],
      [6000, 3],
      [7000, 4],
      [8000, 10],
    ] as const) {
      now = time;
      progress.update({ done, total: 10 });
    }
    progress.stop();
    expect(String(out.read())).toBe('fitting 30 %, 14 s left\nfitting 100 %, 0 s left\n');
  });
});
