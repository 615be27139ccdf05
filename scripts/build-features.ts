import { Command } from 'commander';
import { readConfig } from '../services/config.ts';
import { createFeatureService, createRfmBuilder } from '../services/create-services.ts';
import type { FeatureReport, FeatureStep } from '../services/features/feature-service.ts';
import { runProcess } from '../services/run-process.ts';
import { printRfm } from './rfm/print-rfm.ts';
import { withDatabase } from './with-database.ts';

const command = new Command('build-features')
  .description('Bring the features of users and items, and the tiers, up to date with the events.')
  .option('--full', 'build everything anew, not only what has new events');

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Says each step when it starts, with the time since the start. */
function stepPrinter(): (step: FeatureStep, full: FeatureReport['full']) => void {
  const started = performance.now();
  let announced = false;
  return (step, full) => {
    if (!announced && full !== undefined) {
      process.stdout.write(`building everything anew: ${full}\n`);
    }
    announced = true;
    process.stdout.write(`[${seconds(started)}] ${step}\n`);
  };
}

await runProcess(async () => {
  const { full = false } = command.parse().opts<{ full?: boolean }>();
  await withDatabase('build-features', async (database) => {
    const started = performance.now();
    const onStep = stepPrinter();
    const { eventWeights, timeZone } = readConfig();
    const { users, items, skus, tags, forgotten } = await createFeatureService(
      database,
      eventWeights,
      timeZone,
    ).build({
      full,
      onStep,
    });
    const counts = [users, items, skus, tags].map((count) => count.toLocaleString('en'));
    process.stdout.write(
      `features of ${counts[0]} users, ${counts[1]} items and ${counts[2]} SKUs with new events, ` +
        `${counts[3]} tags, ${seconds(started)}\n`,
    );
    if (forgotten > 0) {
      process.stdout.write(
        `forgot what ${forgotten.toLocaleString('en')} users did, who had asked for it\n`,
      );
    }
    await printRfm(database, createRfmBuilder(database), { asOf: new Date(), full });
  });
});
