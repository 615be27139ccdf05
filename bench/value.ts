// Customer value of a million: `npm run build && node dist/bench/value.js [--help]`.
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { bgNbdLikelihood } from '../models/segmentation/value/bg-nbd.ts';
import { fitBgNbd } from '../models/segmentation/value/fit-bg-nbd.ts';
import { expectedSpend, fitGammaGamma } from '../models/segmentation/value/gamma-gamma.ts';
import { collapseRows, type PurchaseRows } from '../models/segmentation/value/purchase-rows.ts';
import { scoreCustomers } from '../models/segmentation/value/score-customers.ts';
import { valueBuildText } from '../scripts/value/value-build-text.ts';
import { createValueService } from '../services/create-services.ts';
import { describeMachine, withBenchDatabase } from './bench-database.ts';
import { print } from './train/print.ts';
import { drawCustomers } from './value/drawn-customers.ts';
import { plainLikelihood } from './value/plain-likelihood.ts';

interface Options {
  readonly customers: number;
  readonly days: number;
  readonly keep?: string;
  readonly asOf: string;
  readonly write?: string;
}

const options = new Command('value')
  .description('Fits and scores customers: drawn ones, and those of a shop that crm-shop has made.')
  .option('--customers <n>', 'drawn ones', Number, 1_000_000)
  .option('--days <n>', 'in which they came', Number, 730)
  .option('--keep <folder>', 'the shop of `node dist/bench/crm-shop.js --keep <folder>`')
  .option('--as-of <day>', 'of the shop', new Date().toISOString().slice(0, 10))
  .option('--write <csv>', 'write x, t_x, T of the drawn ones, for another program')
  .parse()
  .opts<Options>();

const load = () => `load ${loadavg()[0]?.toFixed(1)}`;

function timed<T>(name: string, work: () => T): T {
  const watch = stopwatch();
  const result = work();
  print(`  ${name.padEnd(34)}${watch()}`);
  return result;
}

/** Seconds by the clock and of the processor, which other work on the machine does not change. */
function stopwatch(): () => string {
  const started = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    const clock = ((performance.now() - started) / 1000).toFixed(2).padStart(8);
    return `${clock} s, processor ${((user + system) / 1e6).toFixed(2).padStart(6)} s`;
  };
}

print(`${describeMachine()}, ${load()}`);
drawn();
if (options.keep !== undefined) await shop(resolve(options.keep));

function drawn(): void {
  const { rows, mean } = drawCustomers(options.customers, options.days, 1);
  if (options.write !== undefined) writeFileSync(options.write, csv(rows));
  print(`${options.customers.toLocaleString('en')} drawn customers`);
  const watch = stopwatch();
  const collapsed = timed('collapse', () => collapseRows(rows));
  const bgNbd = timed('fit BG/NBD', () => fitBgNbd(collapsed));
  const spend = timed('fit Gamma-Gamma', () => fitGammaGamma({ orders: rows.repeats, mean }));
  const horizons = [30, 90, 365];
  const money = timed('score', () => {
    const scores = scoreCustomers(bgNbd.parameters, collapsed, { horizons, year: 365 });
    return Float64Array.from(collapsed.groupOf, (row, at) => {
      const orders = scores.orders[2]?.[row] ?? 0;
      return orders * expectedSpend(spend.parameters, rows.repeats[at] ?? 0, mean[at] ?? 0);
    });
  });
  print(`  ${'in all'.padEnd(34)}${watch()}`);
  const { r, alpha, a, b } = bgNbd.parameters;
  const { iterations, evaluations } = bgNbd.convergence;
  print(
    `  ${bgNbd.rows.toLocaleString('en')} distinct rows; r ${r.toFixed(3)}, alpha ${alpha.toFixed(2)}, ` +
      `a ${a.toFixed(3)}, b ${b.toFixed(2)} (drawn with 1, 40, 1, 8); ${iterations} iterations, ` +
      `${evaluations} evaluations; spend ${money.reduce((sum, of) => sum + of, 0).toFixed(0)}`,
  );
  compare(rows, collapsed, bgNbd.parameters);
}

/** One evaluation: of the collapsed rows with its gradient, and of each customer as in the paper. */
function compare(
  rows: PurchaseRows,
  collapsed: ReturnType<typeof collapseRows>,
  parameters: Parameters<typeof plainLikelihood>[1],
): void {
  const { r, alpha, a, b } = parameters;
  const logs = Float64Array.of(r, alpha, a, b).map(Math.log);
  const { value } = timed('one evaluation and gradient', () => bgNbdLikelihood(collapsed, logs));
  const plain = timed('one plain evaluation, no gradient', () => plainLikelihood(rows, parameters));
  print(`  ${(plain / value - 1).toExponential(1)} of the value apart`);
}

async function shop(folder: string): Promise<void> {
  await withBenchDatabase(async ({ database }) => {
    print(`the shop, ${load()}`);
    const watch = stopwatch();
    const built = await createValueService(database).build({
      asOf: new Date(options.asOf),
      onStep: (step) => print(`  ${watch()}: ${step}`),
    });
    print(`  ${watch()}: in all, ${load()}, at most ${memory()} MiB`);
    print(valueBuildText(built));
  }, folder);
}

function memory(): string {
  return (process.resourceUsage().maxRSS / 1024).toFixed(0);
}

function csv({ repeats, recency, age }: PurchaseRows): string {
  const lines = Array.from(repeats, (x, at) => `${x},${recency[at]},${age[at]}`);
  return `x,t_x,T\n${lines.join('\n')}\n`;
}
