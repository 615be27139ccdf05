import { describe, expect, it } from '@jest/globals';
import { createHybridTrainer } from '../../../../models/recommenders/hybrid.ts';
import { FitRecorder } from '../../../../scripts/training/learning-curve.ts';
import { twoBlocks } from '../../../helpers/recommender-suite.ts';

describe('FitRecorder', () => {
  it('keeps the losses of each part and leaves steps without one out', () => {
    const losses = new FitRecorder('als');
    losses.take({ done: 1, total: 4, loss: 9 });
    losses.take({ done: 2, total: 4 });
    losses.take({ done: 3, total: 4, loss: 5 });
    losses.take({ done: 4, total: 4, loss: 1, part: 'towers' });
    expect(losses.curves()).toEqual([
      { part: 'als', losses: [9, 5] },
      { part: 'towers', losses: [1] },
    ]);
  });

  it('says how long each part took', () => {
    let now = 1000;
    const recorder = new FitRecorder('hybrid', () => now);
    for (const [at, part] of [
      [2000, 'slim'],
      [4000, 'slim'],
      [4500, 'als'],
      [9000, 'als'],
    ] as const) {
      now = at;
      recorder.take({ done: 1, total: 2, part });
    }
    expect(recorder.seconds()).toEqual({ slim: 3, als: 5 });
  });

  it('names the component of a hybrid that has a loss', async () => {
    const losses = new FitRecorder('hybrid');
    const trainer = createHybridTrainer({ als: { dimensions: 8, epochs: 3 } });
    await trainer.fit(twoBlocks(), { seed: 1, onProgress: (step) => losses.take(step) });
    const [als, ...others] = losses.curves();
    expect([als?.part, als?.losses.length, others]).toEqual(['als', 6, []]);
    const falls = als?.losses.slice(1).map((loss, at) => loss <= (als.losses[at] ?? 0));
    expect(falls).toEqual([true, true, true, true, true]);
  });
});
