/**
 * Training at scale: a generated power-law set is written to a file and trained on with `train`, a
 * process of its own, for its seconds and the most memory it ever has resident. See
 * bench/README.md.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { describeMachine, withBenchDatabase } from './bench-database.ts';
import { type GeneratedSize, writeInteractions } from './scale/generated-interactions.ts';

/** Users and items grow with the interactions: what is measured is the same shop, larger. */
const usersPerInteraction = 1 / 50;
const itemsPerInteraction = 1 / 250;

const numbers = (given: string) => given.split(',').map((part) => Number(part) * 1e6);

const options = new Command('scale')
  .option('--millions <list>', 'millions of interactions', numbers, [5e6, 50e6])
  .option('--model <kind>', 'als, slim or hybrid, which is both', 'hybrid')
  .option('--dimensions <n>', 'of ALS', Number, 64)
  .option('--epochs <n>', 'of ALS, at most', Number, 8)
  .option('--neighbours <n>', 'of SLIM', Number, 100)
  .option('--threads <n>', '', Number, 2)
  .option('--from-database', 'import the file into a database of its own and train from there')
  .option('--again', 'train a second time, from the first artifact')
  .option('--dir <folder>', 'where the files go', tmpdir())
  .parse()
  .opts<{
    millions: number[];
    model: string;
    dimensions: number;
    epochs: number;
    neighbours: number;
    threads: number;
    fromDatabase?: boolean;
    again?: boolean;
    dir: string;
  }>();

const say = (line: string) => process.stdout.write(`${line}\n`);
const whole = (value: number) => Math.round(value).toLocaleString('en');

// The most that was ever resident, in KiB: VmHWM on Linux.
const tellPeak =
  'data:text/javascript,process.on("exit",()=>console.log("peak",process.resourceUsage().maxRSS))';

const folder = await mkdtemp(join(options.dir, 'wardrobe-scale-'));
try {
  say(`${describeMachine()}, load ${loadavg()[0]?.toFixed(1)}`);
  for (const interactions of options.millions) {
    await bench({
      users: Math.round(interactions * usersPerInteraction),
      items: Math.round(interactions * itemsPerInteraction),
      interactions,
    });
  }
} finally {
  await rm(folder, { recursive: true });
}

async function bench(size: GeneratedSize): Promise<void> {
  const data = join(folder, String(size.interactions));
  await mkdir(data);
  const path = join(data, 'train.txt.gz');
  const start = performance.now();
  const written = await writeInteractions(path, size, 1);
  const bytes = (await stat(path)).size;
  say(
    `${whole(written)} interactions of ${whole(size.users)} users and ${whole(size.items)} items: ` +
      `${whole(bytes / 1e6)} MB, written in ${seconds(start)} s`,
  );
  if (options.fromDatabase === true) {
    await withBenchDatabase(async ({ url }) => {
      const imported = performance.now();
      await run('import', ['interactions', path], url);
      say(`  imported in ${seconds(imported)} s`);
      await trainTwice(data, ['--test-days', '0'], url);
    });
  } else {
    await trainTwice(data, ['--dataset', data]);
  }
  await rm(data, { recursive: true });
}

async function trainTwice(data: string, source: string[], url?: string): Promise<void> {
  const model = join(data, 'model');
  await train([...source, '--out', model], url);
  if (options.again !== true) return;
  say('  again, from the first:');
  await train([...source, '--out', join(data, 'next'), '--warm-start', model], url);
}

async function train(source: string[], url?: string): Promise<void> {
  const settings = join(folder, 'settings.json');
  await writeFile(settings, JSON.stringify(settingsOf(options.model)));
  const args = [
    ...[...source, '--model', options.model, '--settings', settings, '--tune', 'none'],
    ...['--threads', String(options.threads), '--report', 'none'],
  ];
  const start = performance.now();
  const { said, peak } = await run('train', args, url);
  for (const name of ['train', 'starts from', 'fitted', 'seconds']) {
    const [line] = new RegExp(`^${name} .*$`, 'm').exec(said) ?? [];
    if (line !== undefined) say(`  ${line}`);
  }
  say(`  all: ${seconds(start)} s, peak ${whole(peak)} MiB, load ${loadavg()[0]?.toFixed(1)}`);
}

/** Runs a script in a process of its own. `peak` in MiB. */
async function run(name: string, args: string[], url?: string) {
  const script = join(import.meta.dirname, `../scripts/${name}.js`);
  const child = spawn(process.execPath, ['--import', tellPeak, script, ...args], {
    env: { PATH: process.env.PATH ?? '', ...(url !== undefined && { DATABASE_URL: url }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${said}`);
  return { said, peak: Number(/^peak (\d+)$/m.exec(said)?.[1]) / 1024 };
}

function settingsOf(model: string): object {
  const { dimensions, epochs, again } = options;
  // All epochs, so that sizes compare; a warm start is to stop by itself.
  const als = { dimensions, epochs, ...(again !== true && { tolerance: 0 }) };
  const slim = { neighbours: options.neighbours };
  if (model === 'als') return als;
  if (model === 'slim') return slim;
  const others = { popularity: 0, 'item-neighbours': 0, 'user-neighbours': 0, spectral: 0 };
  return { als, slim, weights: { ...others, als: 1, slim: 1 } };
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1e3).toFixed(1);
}
