import { Command, InvalidArgumentError, Option } from 'commander';
import { runProcess } from '../services/run-process.ts';
import { figuresText } from './evaluate-sizes/figures-text.ts';
import { measureSeed, type SeedRun } from './evaluate-sizes/measure-seed.ts';
import type { Split } from './evaluate-sizes/parts.ts';
import { choicesPath, choicesText, predictionsText } from './evaluate-sizes/predictions.ts';
import { readRentals } from './evaluate-sizes/read-rows.ts';
import { reliabilityDrawing } from './evaluate-sizes/reliability-drawing.ts';
import { assertWritable, writeWhole } from './training/report/write-report.ts';

interface Given {
  readonly file: string;
  readonly seeds: number;
  readonly split: Split;
  readonly predictions?: string;
  readonly json?: string;
  readonly reliability?: string;
}

const command = new Command('evaluate-sizes')
  .description(
    'Train the model of sizes on RentTheRunway and measure it on rows that it has not seen, beside ' +
      'the simplest published model and simple rules.',
  )
  .requiredOption('--file <csv>', 'renttherunway.csv or renttherunway.csv.gz')
  .option('--seeds <n>', 'how many times to split, train and measure', seeds, 5)
  .addOption(
    new Option('--split <split>', 'how rows are divided')
      .choices(['random', 'time'])
      .default('random'),
  )
  .option(
    '--predictions <file>',
    'write seed, row, pSmall, pFit, pLarge, label of every test row, and beside it (….choices.tsv) ' +
      'seed, row, suggested, kept, abstained',
  )
  .option('--json <file>', 'write the figures as JSON')
  .option('--reliability <file>', 'write a reliability diagram as SVG');

await runProcess(async () => {
  const {
    file,
    seeds: count,
    split,
    predictions,
    json,
    reliability,
  } = command.parse().opts<Given>();
  for (const path of [predictions, json, reliability]) {
    if (path !== undefined) await assertWritable(path);
  }
  const report = (text: string) => process.stdout.write(text);
  const { rows, repeated } = await readRentals(file);
  report(`${rows.length} rows, ${repeated} repeated ones left out\n`);
  const runs: SeedRun[] = [];
  for (let seed = 0; seed < count; seed++) {
    const run = measureSeed(rows, split, seed, (step) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kseed ${seed}: ${step}`);
    });
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    const { auc, choice, seconds } = run.figures;
    const hits = `${choice.exact.toFixed(4)} / ${choice.withinOne.toFixed(4)}`;
    report(`seed ${seed}: AUC ${auc.toFixed(4)}, kept size ${hits}, ${seconds.toFixed(0)} s\n`);
    runs.push(run);
  }
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  report(`\n${figuresText(runs, split, peakBytes)}`);
  if (predictions !== undefined) {
    await writeWhole(predictions, predictionsText(runs));
    await writeWhole(choicesPath(predictions), choicesText(runs));
  }
  if (json !== undefined) {
    const figures = runs.map((run) => ({ seed: run.seed, ...run.figures }));
    await writeWhole(json, `${JSON.stringify({ split, peakBytes, seeds: figures }, null, 2)}\n`);
  }
  if (reliability !== undefined)
    await writeWhole(reliability, await reliabilityDrawing(runs, split));
});

function seeds(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 10) {
    throw new InvalidArgumentError('expected a whole number from 1 to 10');
  }
  return value;
}
