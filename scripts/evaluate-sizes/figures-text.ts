import { estimate } from '../../models/evaluation/seed-estimates.ts';
import type { SeedRun } from './measure-seed.ts';
import type { Split } from './parts.ts';
import type { Hits, SeedFigures } from './seed-figures.ts';

/** The table of what was measured, with 95 % intervals over the seeds. */
export function figuresText(runs: readonly SeedRun[], split: Split, peakBytes: number): string {
  const figures = runs.map((run) => run.figures);
  const of = (pick: (figures: SeedFigures) => number, digits = 4) =>
    described(figures.map(pick), digits);
  const hits = (pick: (figures: SeedFigures) => Hits) =>
    `${of((seed) => pick(seed).exact)}   ${of((seed) => pick(seed).withinOne)}`;
  const rows: (readonly [string, string])[] = [
    ['split, seeds', `${split}, ${runs.length}`],
    ['test rows, kept ones', `${of((f) => f.testRows, 0)}   ${of((f) => f.keptRows, 0)}`],
    ['mean one-vs-rest AUC', of((f) => f.auc)],
    ['  small, fit, large', [0, 1, 2].map((k) => of((f) => f.aucs[k] ?? NaN)).join('   ')],
    ['  1-LV-LR on the same rows', of((f) => f.latentAuc)],
    ['  items known, new', `${of((f) => f.aucKnownItems)}   ${of((f) => f.aucNewItems)}`],
    ['  share of new items', of((f) => f.newItemShare)],
    ['  wearers known, new', `${of((f) => f.aucKnownWearers)}   ${of((f) => f.aucNewWearers)}`],
    ['top-label calibration error', of((f) => f.calibration)],
    ['  bins of the same rows', of((f) => f.calibrationOfRows)],
    ['kept size: exact, within one', hits((f) => f.choice)],
    ['  cold users', hits((f) => f.cold)],
    ['  warm users', hits((f) => f.warm)],
    ['  share of cold users', of((f) => f.coldShare)],
    ['  kept size in the known run', of((f) => f.keptInRun)],
    ['  without the least sure', hits((f) => f.afterAbstaining)],
    ['  share of the least sure', of((f) => f.abstainedShare)],
    ["  rule: the item's most frequent", hits((f) => f.mostFrequent)],
    ["  rule: the wearer's usual", hits((f) => f.usual)],
    ['  rule: body and wearer', hits((f) => f.bodyAndWearer)],
    ['training, s on the clock', of((f) => f.seconds, 1)],
    ['training, s of processors', of((f) => f.cpuSeconds, 1)],
    ['peak memory when the first training ended, MB', megabytes(figures[0]?.peakBytes ?? NaN)],
    ['peak memory of everything, MB', megabytes(peakBytes)],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join('');
}

function described(values: readonly number[], digits: number): string {
  const { mean, high } = estimate(values);
  const reach = Number.isNaN(high) ? '' : ` ± ${(high - mean).toFixed(digits)}`;
  return `${mean.toFixed(digits)}${reach}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
