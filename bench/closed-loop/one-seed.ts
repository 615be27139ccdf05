import type { Behaviour } from '../../scripts/simulation/behaviour.ts';
import type { EventRow } from '../../services/simulation/shop-store.ts';
import { withBenchDatabase } from '../bench-database.ts';
import { BestSellersByCategory, Chance, Clairvoyance, RoomPopularity } from './baselines.ts';
import type { Policy } from './policy.ts';
import { type LoopOptions, type Morning, runLoop } from './run.ts';
import type { Figures } from './tally.ts';
import { Wardrobe, type WardrobeOptions, type Watched } from './wardrobe.ts';

export const policies = ['chance', 'best-sellers', 'room', 'wardrobe', 'clairvoyance'] as const;
export type PolicyName = (typeof policies)[number];

/** What came out of one seed. */
export interface SeedResult {
  readonly seed: number;
  readonly figures: Partial<Record<PolicyName, Figures>>;
  readonly seconds: Partial<Record<PolicyName, number>>;
  readonly watched?: Watched;
}

/** Lets each policy run the same shop. */
export async function runSeed(
  options: LoopOptions,
  names: readonly PolicyName[],
  serving: Pick<WardrobeOptions, 'ranking' | 'threads'>,
): Promise<SeedResult> {
  const figures: Partial<Record<PolicyName, Figures>> = {};
  const seconds: Partial<Record<PolicyName, number>> = {};
  const watched: Watched = {
    questions: 0,
    milliseconds: 0,
    soldOut: 0,
    degraded: 0,
    personalised: 0,
    published: 0,
    refused: 0,
    nightSeconds: 0,
  };
  for (const name of names) {
    const started = performance.now();
    figures[name] = await runPolicy(options, name, { ...serving, watched });
    seconds[name] = (performance.now() - started) / 1000;
  }
  const isAsked = names.includes('wardrobe');
  return { seed: options.seed, figures, seconds, ...(isAsked && { watched }) };
}

async function runPolicy(
  options: LoopOptions,
  name: PolicyName,
  serving: Omit<WardrobeOptions, 'bench'>,
): Promise<Figures> {
  if (name !== 'wardrobe') {
    return runLoop(options, async (morning, history, read) => {
      for (const event of history.events()) read(event);
      return ruleOf(name, morning);
    });
  }
  let figures: Figures | undefined;
  await withBenchDatabase(async (bench) => {
    figures = await runLoop(
      options,
      (morning: Morning, history: Behaviour, read: (event: EventRow) => void) =>
        Wardrobe.open(morning, history, read, { ...serving, bench }),
    );
  });
  return figures as Figures;
}

function ruleOf(name: Exclude<PolicyName, 'wardrobe'>, { shop, world, funnel }: Morning): Policy {
  switch (name) {
    case 'chance':
      return new Chance(shop, world.seed);
    case 'best-sellers':
      return new BestSellersByCategory(shop);
    case 'room':
      return new RoomPopularity(shop);
    case 'clairvoyance':
      return new Clairvoyance(shop, funnel);
  }
}
