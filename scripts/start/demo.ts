import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { EventWeights } from '../../models/dataset/event-weights.ts';
import { defaultSizeConfig } from '../../models/sizing/training/size-model-config.ts';
import {
  createFeatureService,
  createModelPublisher,
  createRfmBuilder,
  createSizeModelPublisher,
  createValueService,
} from '../../services/create-services.ts';
import type { Database } from '../../services/database/database.ts';
import { ConflictError } from '../../services/errors.ts';
import { buildComplements } from '../../services/related-items/complements-store.ts';
import { countShop } from '../../services/simulation/shop-store.ts';
import { demoShop, simulateShop } from '../simulation/simulate-shop.ts';
import { readPieces } from '../sizes/read-pieces.ts';
import { trainSizes } from '../sizes/train-sizes.ts';
import { databaseSource } from '../training/database-source.ts';
import { trainArtifact } from '../training/train-artifact.ts';
import type { Steps } from './steps.ts';

export interface DemoOptions {
  readonly database: Database;
  /** Where a file is kept for as long as the simulated shop has no model. */
  readonly dataDir: string;
  readonly now: Date;
  readonly threads: number | undefined;
  readonly weights: EventWeights;
  readonly timeZone: string;
  /** Days after which a piece that has not come back is kept. */
  readonly returnDays: number;
  readonly signal: AbortSignal;
}

const testDays = 7;

/** What is left to do until the demo answers. */
export type DemoStage = 'shop' | 'model' | 'nothing';

/**
 * An empty database gets the simulated shop. One that a start before this one filled, and was
 * stopped before there was a model, gets its model. Anything else is the user's own.
 */
export async function demoStage({ database, dataDir }: DemoOptions): Promise<DemoStage> {
  const { users, items } = await countShop(database);
  if (users === 0 && items === 0) return 'shop';
  return existsSync(markerOf(dataDir)) ? 'model' : 'nothing';
}

/** How many steps `makeDemo` takes. */
export function demoSteps(stage: DemoStage): number {
  return { shop: 6, model: 5, nothing: 0 }[stage];
}

/** Brings an empty database to a published model, from the stage it is at. */
export async function makeDemo(
  stage: DemoStage,
  steps: Steps,
  options: DemoOptions,
): Promise<void> {
  if (stage === 'nothing') return;
  if (stage === 'shop') await simulate(steps, options);
  await buildFeatures(steps, options);
  await buildValue(steps, options);
  await trainAndPublish(steps, options);
  await trainAndPublishSizes(steps, options);
  await rm(markerOf(options.dataDir));
}

/** As `npm run build-complements` has it by default. */
const complementDays = 180;
/** Fewer than by default: it is a small shop. */
const minBuyers = 2;

function markerOf(dataDir: string): string {
  return join(dataDir, 'simulated-shop-in-the-making.json');
}

async function simulate(steps: Steps, { database, dataDir, now, signal }: DemoOptions) {
  signal.throwIfAborted();
  await writeFile(markerOf(dataDir), `${JSON.stringify({ ...demoShop, until: now })}\n`);
  await steps.run('shop', async (report) => {
    const size = await simulateShop(database, { ...demoShop, until: now }, ({ day, days }) =>
      report(`day ${day} of ${days}`),
    );
    const counts = Object.entries(size).map(([what, n]) => `${n.toLocaleString('en')} ${what}`);
    return { result: undefined, said: `simulated: ${counts.join(', ')}` };
  });
}

async function buildFeatures(steps: Steps, options: DemoOptions) {
  const { database, now, weights, timeZone, signal } = options;
  signal.throwIfAborted();
  await steps.run('features', async (report) => {
    const built = await createFeatureService(database, weights, timeZone).build({ onStep: report });
    await createRfmBuilder(database).build({
      asOf: now,
      onStep: (step) => report(`tiers: ${step}`),
    });
    const since = new Date(now.getTime() - complementDays * 86_400_000);
    const { complements } = await database.transaction((transaction) =>
      buildComplements(transaction, { since, minBuyers, most: 30 }),
    );
    const of = `${built.users} users and ${built.items} items`;
    return { result: undefined, said: `of ${of}, ${complements} complements` };
  });
}

async function buildValue(steps: Steps, { database, now, timeZone, signal }: DemoOptions) {
  signal.throwIfAborted();
  await steps.run('value', async (report) => {
    try {
      const built = await createValueService(database, timeZone).build({
        asOf: now,
        onStep: report,
      });
      return { result: undefined, said: `of ${built.users.toLocaleString('en')} customers` };
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      // So small a shop may have too few orders.
      return { result: undefined, said: error.message };
    }
  });
}

async function trainAndPublish(
  steps: Steps,
  { database, now, threads, weights, signal }: DemoOptions,
) {
  signal.throwIfAborted();
  const artifact = await steps.run('train', async (report) => {
    const result = await trainArtifact(databaseSource(database, { testDays, weights }), {
      kind: 'hybrid',
      tune: 'weights',
      k: 20,
      seed: demoShop.seed,
      threads: threads ?? availableParallelism(),
      created: now.toISOString(),
      signal,
      report: () => undefined,
      progress: (label) => ({
        update: ({ done, total }) => report(`${label} ${done}/${total}`),
        stop: () => undefined,
      }),
    });
    const { metrics } = result.manifest;
    const figures = metrics ? `, NDCG@${metrics.k} ${metrics.ndcg.mean.toFixed(3)}` : '';
    return { result, said: `hybrid model${figures} on the last ${testDays} days` };
  });
  await steps.run('publish', async () => {
    const { version } = await createModelPublisher(database).publish(
      artifact.manifest,
      artifact.files,
    );
    return { result: undefined, said: version };
  });
}

async function trainAndPublishSizes(
  steps: Steps,
  { database, now, returnDays, signal }: DemoOptions,
): Promise<void> {
  signal.throwIfAborted();
  await steps.run('sizes', async (report) => {
    const returnWindow = returnDays * 86_400;
    const pieces = await readPieces(database, { returnWindow, most: mostPurchases, signal });
    const { manifest, files } = trainSizes(pieces, {
      ...{ returnWindow, testDays, most: mostPurchases, config: defaultSizeConfig },
      ...{ seed: demoShop.seed, created: now.toISOString(), onStep: report },
    });
    const { version } = manifest;
    try {
      await createSizeModelPublisher(database, returnDays).publish(manifest, files);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      // So small a shop may have too little to learn from.
      return { result: undefined, said: `the size chart answers: ${error.message}` };
    }
    const { choice } = manifest.sizeMetrics ?? {};
    const figures = choice ? `, ${(100 * choice.exact).toFixed(0)} % of kept sizes named` : '';
    return { result: undefined, said: `${version}${figures} on the last ${testDays} days` };
  });
}

const mostPurchases = 200_000;
