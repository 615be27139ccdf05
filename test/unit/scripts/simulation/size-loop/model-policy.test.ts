import { describe, expect, it } from '@jest/globals';
import type {
  ItemEvidence,
  SizePredictor,
  WearerEvidence,
} from '../../../../../models/sizing/size-predictor.ts';
import type {
  Garment,
  ItemOutcome,
  WearerOutcome,
} from '../../../../../models/sizing/size-types.ts';
import { runSizeLoop } from '../../../../../scripts/simulation/size-loop/loop.ts';
import {
  ModelPolicy,
  type ModelPolicyOptions,
} from '../../../../../scripts/simulation/size-loop/model-policy.ts';
import { usualTrust } from '../../../../../scripts/simulation/sizes.ts';

const until = new Date('2026-05-01T00:00:00Z');
const options = {
  ...{ users: 1000, items: 120, rooms: 2, days: 60, seed: 7, until },
  ...{ policyDays: 15, windowDays: 14, trust: usualTrust },
};

/** Names the largest size, and remembers what it was asked with. */
class Spy {
  trainings: number[] = [];
  worn = 0;
  ofItems = 0;

  predictor(): SizePredictor {
    const of = (evidence: unknown) => evidence as ItemEvidence & WearerEvidence;
    return {
      itemEvidence: (garment: Garment, outcomes: readonly ItemOutcome[]) => {
        this.ofItems += outcomes.length;
        return of({ garment });
      },
      withItemOutcome: (evidence) => evidence,
      wearerEvidence: (body, outcomes: readonly WearerOutcome[]) => {
        this.worn += outcomes.length;
        expect(outcomes.every(({ fit }) => ['small', 'fit', 'large'].includes(fit))).toBe(true);
        return of({ body });
      },
      choose: (_, item) => {
        const { sizes } = (item as unknown as { garment: Garment }).garment.run;
        return Float64Array.from(sizes, (_size, n) => (n === sizes.length - 1 ? 1 : 0));
      },
      predict: (_, item) => {
        const { sizes } = (item as unknown as { garment: Garment }).garment.run;
        const chosen = 1 / sizes.length;
        return sizes.map((_size, n) => ({ chosen, small: 0, fit: n === 1 ? 1 : 0.3, large: 0 }));
      },
      confidence: () => 'high',
      wouldHelp: () => [],
      fitPrior: () => ({ small: 0.1, fit: 0.8, large: 0.1 }),
    };
  }

  async run(more: Pick<ModelPolicyOptions, 'everyDays' | 'learnsOnline' | 'names' | 'warns'>) {
    const train = (rows: readonly unknown[]) => {
      this.trainings.push(rows.length);
      return this.predictor();
    };
    return runSizeLoop(options, async ({ world }) => {
      return new ModelPolicy({ world, windowDays: options.windowDays, train, ...more });
    });
  }
}

describe('ModelPolicy', () => {
  it('names the likeliest size, and trains as often as it is told to', async () => {
    const weekly = new Spy();
    const figures = await weekly.run({
      everyDays: 7,
      learnsOnline: true,
      names: 'kept',
      warns: false,
    });
    expect(figures.all.advised).toBe(figures.all.orders);
    // The largest size is hardly ever the best.
    expect(figures.all.exact / figures.all.orders).toBeLessThan(0.1);
    expect(weekly.trainings).toHaveLength(3);
    expect(weekly.trainings[0]).toBeGreaterThan(100);
    expect(weekly.trainings[2]).toBeGreaterThan(weekly.trainings[0] ?? 0);
  });

  it('advises by fit as well, where that says enough', async () => {
    const figures = await new Spy().run({
      everyDays: 0,
      learnsOnline: true,
      names: 'advised',
      warns: false,
    });
    // 1 against .3^4 for each other size: sure enough for every run.
    expect(figures.all.advised).toBe(figures.all.orders);
    expect(figures.all.exact / figures.all.orders).toBeLessThan(0.4);
  });

  it('names nothing and only says how an item runs, when it is told to', async () => {
    const figures = await new Spy().run({
      ...{ everyDays: 0, learnsOnline: true },
      ...{ names: 'nothing', warns: true },
    });
    expect(figures.all.advised).toBe(0);
    expect(figures.all.warned).toBeGreaterThan(0);
    expect(figures.all.warned).toBeLessThan(figures.all.orders);
  });

  it('learns between trainings what is decided, unless it is told not to', async () => {
    const learning = new Spy();
    await learning.run({ everyDays: 0, learnsOnline: true, names: 'kept', warns: false });
    const frozen = new Spy();
    await frozen.run({ everyDays: 0, learnsOnline: false, names: 'kept', warns: false });
    expect([learning.trainings, frozen.trainings].map(({ length }) => length)).toEqual([1, 1]);
    expect(learning.worn).toBeGreaterThan(frozen.worn);
    expect(learning.ofItems).toBeGreaterThan(frozen.ofItems);
  });
});
