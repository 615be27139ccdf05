import type { Database } from '../../services/database/database.ts';
import type { RfmBuilder, RfmOptions } from '../../services/rfm/rfm-builder.ts';
import { countTiers } from '../../services/rfm/rfm-store.ts';
import { TierTally } from './tier-table.ts';

/** Builds the tiers, says each step when it starts, and what has come of it. */
export async function printRfm(
  database: Database,
  builder: RfmBuilder,
  options: RfmOptions,
): Promise<void> {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  let announced = false;
  const { windowDays, rulesVersion, written, changedTier } = await builder.build({
    ...options,
    onStep: (step, full) => {
      if (!announced && full !== undefined) {
        process.stdout.write(`adding up all orders anew: ${full}\n`);
      }
      announced = true;
      process.stdout.write(`[${seconds()}] tiers: ${step}\n`);
    },
  });
  process.stdout.write(
    `tiers by orders of ${windowDays} days and rules ${rulesVersion}: ` +
      `${written.toLocaleString('en')} rows new or changed, ` +
      `${changedTier.toLocaleString('en')} users in another tier, ${seconds()}\n`,
  );
  const tally = new TierTally();
  for (const { tier, users, revenue } of await countTiers(database)) {
    tally.add(tier, users, revenue);
  }
  process.stdout.write(tally.text());
}
