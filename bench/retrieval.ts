/**
 * The best items of a whole catalogue: scoring everything, the exact scan by bounds, and the native
 * index, for several sizes of catalogue. Each size is measured in a process of its own. See
 * bench/README.md.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { AlsModel } from '../models/recommenders/als-model.ts';
import type { ScoredItem } from '../models/recommenders/model.ts';
import { TopItems } from '../models/recommenders/top-items.ts';
import { CandidateRetriever } from '../models/retrieval/candidate-retriever.ts';
import { ExactRetriever } from '../models/retrieval/exact-retriever.ts';
import { indexSettings } from '../services/retrieval/index-settings.ts';
import { buildIndex, openIndex } from '../services/retrieval/vector-index.ts';
import { loadVectorLibrary } from '../services/retrieval/vector-library.ts';
import { describeMachine } from './bench-database.ts';
import { type ScaledQuery, scaledGowalla } from './retrieval/scaled-gowalla.ts';

interface Options {
  readonly sizes: string;
  readonly one?: number;
  readonly dimensions: number;
  readonly data: string;
  readonly queries: number;
  readonly connectivity: number;
  readonly expansionAdd: number;
  readonly breadths: string;
  readonly index: boolean;
}

const options = new Command('retrieval')
  .option('--sizes <list>', 'items of the catalogue', '10000,100000,1000000')
  .option('--one <n>', 'this size, in this process', Number)
  .option('--dimensions <n>', 'of ALS', Number, 64)
  .requiredOption('--data <folder>', 'gowalla, see shared/data/README.md')
  .option('--queries <n>', 'users', Number, 400)
  .option('--connectivity <n>', 'of the index', Number, indexSettings.connectivity)
  .option('--expansion-add <n>', 'of the index', Number, indexSettings.expansionAdd)
  .option('--breadths <list>', 'what the index is asked for', '200,400,800,1600')
  .option('--no-index', 'the exact scans only')
  .parse()
  .opts<Options>();

const count = 100;
const say = (line: string) => process.stdout.write(`${line}\n`);
const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
const load = () => `load ${loadavg()[0]?.toFixed(1)}`;

/** Milliseconds of each query's answer, the median first; and the answers. */
function timed(queries: readonly ScaledQuery[], answer: (asked: ScaledQuery) => ScoredItem[]) {
  for (const asked of queries.slice(0, 100)) answer(asked);
  const times: number[] = [];
  const answers = queries.map((asked) => {
    const start = performance.now();
    const found = answer(asked);
    times.push(performance.now() - start);
    return found;
  });
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(share * times.length)] ?? 0).toFixed(3);
  return { answers, text: `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms` };
}

function recall(found: readonly ScoredItem[][], exact: readonly ScoredItem[][]): string {
  let hits = 0;
  let all = 0;
  exact.forEach((list, n) => {
    const items = new Set(list.map(({ item }) => item));
    all += items.size;
    for (const { item } of found[n] ?? []) if (items.has(item)) hits++;
  });
  return (hits / all).toFixed(4);
}

async function measure(items: number): Promise<void> {
  say(`${items} items, ${options.dimensions} dimensions, ${load()}`);
  const { data, dimensions, queries: users } = options;
  const { model, queries } = await scaledGowalla(data, items, dimensions, users);
  const scores = new Float32Array(items);
  const top = new TopItems(count);
  const all = timed(queries, ({ query, known }) => {
    query.score(scores);
    for (const item of known) scores[item] = Number.NEGATIVE_INFINITY;
    return top.list(scores);
  });
  say(`  score everything: ${all.text}; factors ${megabytes(4 * items * options.dimensions)}`);

  const start = performance.now();
  const before = process.memoryUsage.rss();
  const exact = new ExactRetriever(model);
  const seconds = ((performance.now() - start) / 1000).toFixed(2);
  const scan = timed(queries, ({ query, known }) => exact.top(query, count, known));
  const grown = megabytes(process.memoryUsage.rss() - before);
  if (JSON.stringify(scan.answers) !== JSON.stringify(all.answers)) throw new Error('not exact');
  say(`  exact scan by bounds: ${scan.text}; made in ${seconds} s, ${grown} more; ${load()}`);
  if (options.index) await measureIndex(model, exact, queries, all.answers);
}

async function measureIndex(
  model: AlsModel,
  exact: ExactRetriever,
  queries: readonly ScaledQuery[],
  expected: readonly ScoredItem[][],
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wardrobe-retrieval-'));
  try {
    const library = loadVectorLibrary();
    const { connectivity, expansionAdd } = options;
    const settings = { connectivity, expansionAdd };
    const file = join(folder, 'index');
    const start = performance.now();
    await buildIndex(library, model.rows, settings, file, new AbortController().signal);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const { size } = await stat(file);
    say(
      `  index (${connectivity}, ${expansionAdd}): built in ${seconds} s, file ${megabytes(size)}`,
    );
    const before = process.memoryUsage.rss();
    const opening = performance.now();
    const nearest = openIndex(library, model.rows, settings, file);
    const opened = ((performance.now() - opening) / 1000).toFixed(1);
    const grown = megabytes(process.memoryUsage.rss() - before);
    say(`    opened in ${opened} s, ${grown} more`);
    for (const breadth of options.breadths.split(',').map(Number)) {
      const retriever = new CandidateRetriever(model.rows, nearest, breadth, exact);
      const near = timed(queries, ({ query, known }) => retriever.top(query, count, known));
      say(
        `    asked for ${breadth}: ${near.text}; recall@${count} ` +
          `${recall(near.answers, expected)}; ${load()}`,
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (options.one === undefined) {
  say(`${describeMachine()}, one thread; the best ${count}`);
  const own = process.argv.slice(2);
  for (const size of options.sizes.split(',')) {
    const args = ['--max-old-space-size=12000', import.meta.filename, ...own, '--one', size];
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
    if (status !== 0) throw new Error(`the process for ${size} items ended with ${status}`);
  }
} else await measure(options.one);
