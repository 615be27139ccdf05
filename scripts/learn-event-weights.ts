import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { readConfig } from '../services/config.ts';
import { runInterruptible } from './training/interruptible.ts';
import { type LearnOptions, learnWeights } from './training/learn-weights.ts';
import {
  defaultThreads,
  seedOption,
  testDaysOption,
  threadsOption,
  wholeNumber,
} from './training/options.ts';
import { withDatabase } from './with-database.ts';

type Numbers = 'testDays' | 'daysBefore' | 'daysAfter' | 'moments' | 'users' | 'seed';
type Given = Pick<LearnOptions, Numbers> & { readonly threads?: number; readonly out?: string };

const command = new Command('learn-event-weights')
  .description(
    "Learn from the database's events what each type of event says of an interest, in clicks, and " +
      'print a file for WARDROBE_EVENT_WEIGHTS.',
  )
  .addOption(testDaysOption())
  .option('--days-before <n>', 'days of events that are counted', wholeNumber(1, 3650), 60)
  .option('--days-after <n>', 'days in which something may come of them', wholeNumber(1, 365), 7)
  .option('--moments <n>', 'times at which is counted', wholeNumber(1, 100), 4)
  .option('--users <n>', 'at most about so many users', wholeNumber(1), 200_000)
  .option('--out <file>', 'write the file here too')
  .addOption(seedOption())
  .addOption(threadsOption());

await runInterruptible(async (signal, wrote) => {
  const { out, threads = defaultThreads(), ...given } = command.parse().opts<Given>();
  const { eventWeights: weights } = readConfig();
  const report = (text: string) => process.stdout.write(text);
  const options = { ...given, threads, weights, signal, report };
  const changes = await withDatabase('learn-event-weights', (database) =>
    learnWeights(database, options),
  );
  if (changes === undefined) return;
  const text = `${JSON.stringify(changes, undefined, 2)}\n`;
  report(text);
  if (out === undefined) return;
  await writeFile(out, text, { signal });
  wrote(out);
});
