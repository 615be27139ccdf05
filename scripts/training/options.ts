import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option } from 'commander';
import type { ModelKind } from '../../models/recommenders/model.ts';
import { readConfig } from '../../services/config.ts';
import { tuneChoices } from './train-model.ts';
import { modelKinds } from './trainers.ts';

/** Reads a whole number of at least `least`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
    }
    return value;
  };
}

/** Reads a time and gives it in UTC. */
export function instant(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()) || !/(Z|[+-]\d\d:\d\d)$/.test(text)) {
    throw new InvalidArgumentError('expected a time with a zone, like 2026-01-31T12:00:00Z');
  }
  return time.toISOString();
}

export const datasetOption = () =>
  new Option(
    '--dataset <folder>',
    'folder with train, and optionally test, fit and valid (.txt or .txt.gz); no database',
  ).conflicts(['fromDatabase', 'testDays']);

export const fromDatabaseOption = () =>
  new Option('--from-database', "the database's events, split in time");

export const testDaysOption = () =>
  new Option('--test-days <days>', 'days of events at the end that are held out to measure on')
    .argParser(days)
    .default(7);

function days(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > 3650) {
    throw new InvalidArgumentError('expected a number of days from 0 to 3650');
  }
  return value;
}

export const modelOption = () =>
  new Option('--model <kind>', 'which recommender').choices(modelKinds);

export const modelsOption = () =>
  new Option(
    '--model <kinds>',
    `which recommender (${modelKinds.join(', ')}), or several with commas: all are in the table, ` +
      'the last one is what the report is about',
  ).argParser(modelList);

function modelList(text: string): ModelKind[] {
  const kinds = text.split(',').map((name) => modelKinds.find((kind) => kind === name.trim()));
  const known = kinds.filter((kind) => kind !== undefined);
  if (known.length === kinds.length && new Set(known).size === known.length) return known;
  throw new InvalidArgumentError(
    `Allowed choices are ${modelKinds.join(', ')}, or several of them, each once.`,
  );
}

/** @param place where it is written unless the option says otherwise */
export const reportOption = (place: string) =>
  new Option(
    '--report <file>',
    'write a page with charts, and its data beside it as JSON; none: do without',
  ).default(place);

/** What `--report` says: a path, or undefined for none. */
export function reportPath(given: string): string | undefined {
  return given === 'none' ? undefined : given;
}

export const kOption = () =>
  new Option('--k <count>', 'how many items each user gets')
    .argParser(wholeNumber(1, 1000))
    .default(20);

export const seedOption = () =>
  new Option('--seed <number>', 'of all that is random')
    .argParser(wholeNumber(0, 0xffffffff))
    .default(1);

export const threadsOption = () =>
  new Option(
    '--threads <count>',
    'worker threads (default: WARDROBE_THREADS, or one a core)',
  ).argParser(wholeNumber(1, 256));

export const tuneOption = () =>
  new Option('--tune <what>', 'what is chosen on the validation part').choices(tuneChoices);

export const settingsOption = () =>
  new Option('--settings <file>', 'settings as JSON, or a report of evaluate --json');

export function defaultThreads(): number {
  return readConfig().threads ?? availableParallelism();
}
