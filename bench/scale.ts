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
import { describeMachine } from './bench-database.ts';
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
  await train(data, 'model');
  if (options.again === true) {
    say('  again, from the first:');
    await train(data, 'next', 'model');
  }
  await rm(data, { recursive: true });
}

async function train(data: string, out: string, parent?: string): Promise<void> {
  const settings = join(folder, 'settings.json');
  await writeFile(settings, JSON.stringify(settingsOf(options.model)));
  const script = join(import.meta.dirname, '../scripts/train.js');
  const args = [
    ...['--dataset', data, '--model', options.model, '--settings', settings],
    ...['--tune', 'none', '--threads', String(options.threads), '--out', join(data, out)],
    ...['--report', 'none', ...(parent === undefined ? [] : ['--warm-start', join(data, parent)])],
  ];
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', tellPeak, script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`train ended with ${code}: ${said}`);
  const peak = Number(/^peak (\d+)$/m.exec(said)?.[1]) / 1024;
  for (const name of ['train', 'fitted', 'seconds']) {
    const [line] = new RegExp(`^${name} .*$`, 'm').exec(said) ?? [];
    if (line !== undefined) say(`  ${line}`);
  }
  say(`  all: ${seconds(start)} s, peak ${whole(peak)} MiB, load ${loadavg()[0]?.toFixed(1)}`);
}

function settingsOf(model: string): object {
  const als = { dimensions: options.dimensions, epochs: options.epochs };
  const slim = { neighbours: options.neighbours };
  if (model === 'als') return als;
  if (model === 'slim') return slim;
  const others = { popularity: 0, 'item-neighbours': 0, 'user-neighbours': 0, spectral: 0 };
  return { als, slim, weights: { ...others, als: 1, slim: 1 } };
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1e3).toFixed(1);
}
