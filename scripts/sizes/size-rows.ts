import type { Rows } from '../training/report.ts';
import type { TrainedSizes } from './train-sizes.ts';

/** What was learnt from, and how well, as a table. */
export function trainedRows({ manifest, training, tested }: TrainedSizes): Rows {
  const { data } = manifest;
  const { fitRounds, choiceRounds } = training;
  const rows: [string, string][] = [
    [
      'train',
      `${whole(data.interactions)} pieces of ${whole(data.users)} users and ${whole(data.items)} items`,
    ],
    ['fit', `${whole(training.fitRows)} pieces, ${fitRounds} rounds`],
    ['choice', `${whole(training.choiceRows)} kept pieces, ${choiceRounds} rounds`],
  ];
  if (!tested) return [...rows, ['test', 'no piece to measure on']];
  const { split, fit, choice } = tested.metrics;
  const { interactions, cutoff } = split;
  const of = interactions < tested.pieces ? ` of ${whole(tested.pieces)}` : '';
  rows.push(
    ['test', `${whole(interactions)}${of} pieces from ${cutoff} on`],
    ['fit: log loss', fit.logLoss.toFixed(4)],
    [
      'fit: mean AUC',
      fit.auc === null ? 'an outcome is missing from the test' : fit.auc.toFixed(4),
    ],
    ['fit: calibration error', fit.calibrationError.toFixed(4)],
  );
  if (choice.pieces > 0) {
    rows.push(
      ['choice: log loss', `${choice.logLoss.toFixed(4)} of ${whole(choice.pieces)} kept pieces`],
      ['choice: exact', percent(choice.exact)],
      ['choice: within one', percent(choice.withinOne)],
    );
  }
  return rows;
}

function whole(count: number): string {
  return count.toLocaleString('en-US');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
