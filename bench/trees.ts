/** Boosted trees: seconds and memory of training, microseconds of a row, on generated data. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { kernelHistograms } from '../models/kernels/tree-kernels.ts';
import { referenceHistograms } from '../models/kernels/tree-reference.ts';
import { softmaxInto } from '../models/sizing/trees/softmax.ts';
import { trainTrees } from '../models/sizing/trees/train-trees.ts';
import type { TreeEnsemble } from '../models/sizing/trees/tree-ensemble.ts';
import type { TreeOptions, TreeTable } from '../models/sizing/trees/tree-types.ts';
import { print, report } from './train/print.ts';
import { drawChosen, drawClasses, generateRows } from './trees/generated.ts';

interface Options {
  readonly part: string[];
  readonly times: number;
  readonly write?: string;
  readonly kernel: keyof typeof makers;
}

const makers = { wasm: kernelHistograms, plain: referenceHistograms };

/** Rows for training and, after them, for testing. */
interface Case {
  readonly name: string;
  readonly table: TreeTable;
  readonly target: Uint8Array;
  readonly trainingRows: number;
  readonly settings: TreeOptions;
}

const options = new Command('trees')
  .option('--part <list>', 'of classes, choice', (text) => text.split(','), ['classes', 'choice'])
  .option('--times <n>', 'trainings of each part', Number, 1)
  .option('--kernel <name>', 'wasm, or plain for the TypeScript reference', 'wasm')
  .option('--write <folder>', 'writes the tables, for a comparison with another program')
  .parse()
  .opts<Options>();

/** Rows of a group of the choice. */
const groupSize = 10;
const common = { rate: 0.06, leaves: 15, minRows: 80, l2: 10, bins: 255, seed: 1 };

print(`load average ${loadavg()[0]?.toFixed(1)}`);
if (options.part.includes('classes')) bench(classesCase());
if (options.part.includes('choice')) bench(choiceCase());

function classesCase(): Case {
  const { table, scores } = generateRows(174_000, 40, 3, 1);
  return {
    name: '3 classes, 154,000 rows × 40 columns, 220 rounds of 15 leaves',
    table,
    target: drawClasses(scores, 2),
    trainingRows: 154_000,
    settings: { ...common, objective: 'multiclass', classes: 3, rounds: 220 },
  };
}

function choiceCase(): Case {
  const { table, scores } = generateRows(1_300_000, 25, 1, 3);
  const strong = scores[0]?.map((score) => 3 * score) ?? new Float64Array(0);
  const trainingRows = 1_200_000;
  const groups = Uint32Array.from(
    { length: trainingRows / groupSize + 1 },
    (_, group) => group * groupSize,
  );
  return {
    name: 'choice, 1,200,000 rows × 25 columns in groups of ten, 150 rounds of 15 leaves',
    table,
    target: drawChosen(strong, groupSize, 4),
    trainingRows,
    settings: { ...common, objective: 'choice', rounds: 150, groups },
  };
}

function bench({ name, table, target, trainingRows, settings }: Case): void {
  print(name);
  const [train, test] = cut(table, trainingRows);
  const seconds: number[] = [];
  const cpuSeconds: number[] = [];
  let trees: TreeEnsemble | undefined;
  for (let time = 0; time < options.times; time++) {
    const start = performance.now();
    const cpu = process.cpuUsage();
    trees = trainTrees(train, target.subarray(0, trainingRows), settings, makers[options.kernel]);
    seconds.push((performance.now() - start) / 1000);
    const { user, system } = process.cpuUsage(cpu);
    cpuSeconds.push((user + system) / 1e6);
  }
  report('training', seconds, 's');
  report('CPU', cpuSeconds, 's');
  if (trees) reportTrees(trees, test, target.subarray(trainingRows));
  print(`  most memory so far: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
  if (options.write) writeCase(options.write, settings.objective, table, target);
}

function reportTrees(trees: TreeEnsemble, test: TreeTable, target: Uint8Array): void {
  const start = performance.now();
  const scores = trees.predictTable(test);
  const micros = (1000 * (performance.now() - start)) / test.rows;
  print(`  prediction: ${micros.toFixed(2)} µs a row`);
  print(`  log loss of the ${test.rows} rows after: ${logLoss(trees, scores, target).toFixed(5)}`);
}

/** Mean of −ln p of the class, or of the chosen row of each group. */
function logLoss({ outputs }: TreeEnsemble, scores: Float64Array, target: Uint8Array): number {
  const size = outputs === 1 ? groupSize : outputs;
  let sum = 0;
  for (let from = 0; from < scores.length; from += size) {
    softmaxInto(scores, from, from + size);
    const right =
      outputs === 1 ? target.indexOf(1, from) - from : (target[from / size] ?? Number.NaN);
    sum -= Math.log(scores[from + right] ?? Number.NaN);
  }
  return (sum * size) / scores.length;
}

function cut({ rows, columns, values }: TreeTable, at: number): [TreeTable, TreeTable] {
  const first = { rows: at, columns, values: values.subarray(0, at * columns) };
  return [first, { rows: rows - at, columns, values: values.subarray(at * columns) }];
}

/** Raw little-endian numbers: rows × columns of float32, and a byte a row. */
function writeCase(folder: string, name: string, table: TreeTable, target: Uint8Array): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.f32`), new Uint8Array(table.values.buffer));
  writeFileSync(join(folder, `${name}.target`), target);
}
