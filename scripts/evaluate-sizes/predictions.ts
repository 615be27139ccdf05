import type { SeedRun } from './measure-seed.ts';

const labels = ['small', 'fit', 'large'];

/** The file of choices beside one of predictions: `out.choices.tsv` beside `out.tsv`. */
export function choicesPath(predictions: string): string {
  return `${predictions.replace(/\.tsv$/, '')}.choices.tsv`;
}

/** Rows count from 0, from the first line after the header; numbers are written in full. */
export function predictionsText(runs: readonly SeedRun[]): string {
  const lines = ['seed\trow\tpSmall\tpFit\tpLarge\tlabel'];
  for (const { seed, answers } of runs) {
    for (const [at, row] of answers.rows.entries()) {
      const chances = answers.chances.subarray(3 * at, 3 * at + 3).join('\t');
      lines.push(`${seed}\t${row}\t${chances}\t${labels[answers.labels[at] ?? 0]}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Sizes are the file's codes; empty where none can be suggested. */
export function choicesText(runs: readonly SeedRun[]): string {
  const lines = ['seed\trow\tsuggested\tkept\tabstained'];
  for (const { seed, answers } of runs) {
    for (const { row, suggestedCode, keptCode, isUnsure } of answers.choices) {
      lines.push(`${seed}\t${row}\t${suggestedCode ?? ''}\t${keptCode}\t${isUnsure ? 1 : 0}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
