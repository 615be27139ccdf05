import { Command } from 'commander';
import { buildComplements } from '../services/related-items/complements-store.ts';
import { runProcess } from '../services/run-process.ts';
import { instant, wholeNumber } from './training/options.ts';
import { withDatabase } from './with-database.ts';

interface Given {
  readonly from?: string;
  readonly days: number;
  readonly minBuyers: number;
  readonly most: number;
}

const day = 24 * 60 * 60 * 1000;

const command = new Command('build-complements')
  .description('Find out what is bought together across categories.')
  .option('--from <time>', 'take purchases from this time on', instant)
  .option('--days <n>', 'without --from: those of so many days', wholeNumber(1, 3650), 180)
  .option('--min-buyers <n>', 'a pair counts when so many buyers had both', wholeNumber(1), 3)
  .option('--most <n>', 'complements an item keeps', wholeNumber(1, 1000), 30);

await runProcess(async () => {
  const { from, days, minBuyers, most } = command.parse().opts<Given>();
  const since = from === undefined ? new Date(Date.now() - days * day) : new Date(from);
  await withDatabase('build-complements', async (database) => {
    const started = performance.now();
    const { baskets, items, complements } = await database.transaction((transaction) =>
      buildComplements(transaction, { since, minBuyers, most }),
    );
    await database.query('vacuum (analyze) item_complements');
    const counts = [complements, items, baskets].map((count) => count.toLocaleString('en'));
    process.stdout.write(
      `${counts[0]} complements of ${counts[1]} items from ${counts[2]} baskets of two items and ` +
        `more, ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
    );
  });
});
