import type { Range } from './chart-body.ts';
import { type ChartMeasure, type ChartSize, chartKey } from './size-chart.ts';

/** Something that is wrong with a size of a chart. */
export interface ChartProblem {
  /** Which of the sizes. */
  readonly size: number;
  /** Undefined: the size as a whole; `label` or a measurement. */
  readonly field?: 'label' | ChartMeasure;
  readonly code:
    | 'repeated_label'
    | 'no_measurement'
    | 'other_measurements'
    | 'min_above_max'
    | 'wrong_order'
    | 'overlap';
  readonly message: string;
}

// Neighbouring sizes may be for the same heights and for weights that overlap.
const girths: readonly ChartMeasure[] = ['bustCm', 'waistCm', 'hipCm', 'footCm'];

/** Everything that is wrong with a chart, in the order of its sizes. Ranges may touch. */
export function chartProblems(sizes: readonly ChartSize[]): readonly ChartProblem[] {
  const [first] = sizes;
  const measures = Object.keys(first?.body ?? {}) as ChartMeasure[];
  const told = measures.filter((measure) => girths.includes(measure));
  const strict = told.length > 0 ? told : measures;
  const problems: ChartProblem[] = [];
  const labels = new Map<string, number>();
  const before = new Map<number, number>();
  for (const [n, size] of sizes.entries()) {
    problems.push(...labelProblems(size, n, labels), ...bodyProblems(size, n, measures));
    const previous = before.get(size.length);
    before.set(size.length, n);
    const smaller = previous === undefined ? undefined : sizes[previous];
    if (smaller === undefined || previous === undefined) continue;
    for (const measure of strict) {
      const problem = orderProblem(smaller.body[measure], size.body[measure], previous);
      if (problem !== undefined) problems.push({ ...problem, size: n, field: measure });
    }
  }
  return problems;
}

function labelProblems(
  { label }: ChartSize,
  n: number,
  labels: Map<string, number>,
): ChartProblem[] {
  const key = chartKey(label);
  const earlier = labels.get(key);
  if (earlier === undefined) labels.set(key, n);
  if (earlier === undefined) return [];
  const message = `expected each label once, got one that means the same as sizes[${earlier}].label`;
  return [{ size: n, field: 'label', code: 'repeated_label', message }];
}

function bodyProblems(
  { body }: ChartSize,
  n: number,
  measures: readonly ChartMeasure[],
): ChartProblem[] {
  const own = Object.keys(body) as ChartMeasure[];
  if (own.length === 0) {
    return [{ size: n, code: 'no_measurement', message: 'expected at least one measurement' }];
  }
  const problems: ChartProblem[] = [];
  const isSame = own.length === measures.length && own.every((one) => measures.includes(one));
  if (n > 0 && measures.length > 0 && !isSame) {
    const message = `expected ${measures.join(', ')} as in sizes[0], got ${own.join(', ')}`;
    problems.push({ size: n, code: 'other_measurements', message });
  }
  for (const measure of own) {
    const { from, to } = body[measure] as Range;
    if (from <= to) continue;
    const message = `expected min up to max, got ${shown(from)} and ${shown(to)}`;
    problems.push({ size: n, field: measure, code: 'min_above_max', message });
  }
  return problems;
}

function orderProblem(
  smaller: Range | undefined,
  range: Range | undefined,
  previous: number,
): Pick<ChartProblem, 'code' | 'message'> | undefined {
  if (smaller === undefined || range === undefined) return undefined;
  if (smaller.from > smaller.to || range.from > range.to) return undefined;
  const got = `got ${shown(range.from)} to ${shown(range.to)}`;
  const theirs = `${shown(smaller.from)} to ${shown(smaller.to)} of sizes[${previous}]`;
  if (range.to <= smaller.from && range.from < smaller.to) {
    const message = `expected the smallest size first: more than ${theirs}, ${got}`;
    return { code: 'wrong_order', message };
  }
  // Sizes of one measurement each touch where they are the same.
  const isSame = range.from === smaller.from && range.to === smaller.to;
  if (range.from >= smaller.to && !isSame) return undefined;
  return { code: 'overlap', message: `expected to begin where ${theirs} end, ${got}` };
}

function shown(centimetres: number): string {
  return String(Math.round(centimetres * 10) / 10);
}
