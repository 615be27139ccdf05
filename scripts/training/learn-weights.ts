import type { EventType, EventWeights } from '../../models/dataset/event-weights.ts';
import { changedWeights } from '../../models/dataset/event-weights-config.ts';
import {
  type LearnedWeights,
  learnEventWeights,
  presentWeight,
} from '../../models/dataset/learn-event-weights.ts';
import { type Gain, pairedGain } from '../../models/evaluation/compare-models.ts';
import { measure } from '../../models/evaluation/evaluate-model.ts';
import { recommendAll } from '../../models/evaluation/recommend-all.ts';
import { createAlsTrainer } from '../../models/recommenders/als.ts';
import type { Database } from '../../services/database/database.ts';
import { UsageError } from '../../services/errors.ts';
import {
  CountedRowsBuilder,
  readOutcomes,
} from '../../services/training-data/event-outcomes-store.ts';
import { SplitIds } from '../../services/training-data/split-ids.ts';
import { readTimeSplit } from '../../services/training-data/time-split-reader.ts';
import { trainableSpan } from '../../services/training-data/training-store.ts';
import { formatRows } from './report.ts';

export interface LearnOptions {
  /** What is used now. */
  readonly weights: EventWeights;
  readonly testDays: number;
  readonly daysBefore: number;
  readonly daysAfter: number;
  readonly moments: number;
  readonly users: number;
  readonly seed: number;
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly report: (text: string) => void;
}

const dayLength = 86_400_000;
const k = 20;
/** Fewer purchases than this say too little of a dozen weights: then all strong events count. */
const fewestPurchases = 1_000;
const purchases: readonly EventType[] = ['purchase'];
const strong: readonly EventType[] = ['purchase', 'cart', 'like'];

/**
 * Learns the weights of events from the shop's own events before the test's days, says what they are
 * and how sure that is, and ranks the test with them and with the present ones.
 *
 * @returns what to change of the weights; undefined where nothing is, or it ranks worse
 * @throws UsageError when there is too little to learn from
 */
export async function learnWeights(
  database: Database,
  options: LearnOptions,
): Promise<LearnedWeights['changes'] | undefined> {
  const { weights, testDays, report } = options;
  const span = await database.transaction((transaction) => trainableSpan(transaction, weights));
  if (span === undefined) throw new UsageError('the database has no events to learn from');
  const cut = span.last + 1 - testDays * dayLength;
  const learnt = await learn(database, cut, options);
  if (learnt === undefined) return undefined;
  report(table(learnt, weights));
  const isNothing = learnt.weights.every(({ event, isLearnt }) => event === 'click' || !isLearnt);
  if (isNothing) {
    report('not enough data for any weight: the present ones stay\n');
    return undefined;
  }
  const gain = await compare(database, changedWeights(learnt.changes), cut, options);
  if (gain === undefined) {
    report(`nobody wanted anything in the last ${testDays} days: not checked on a test\n`);
    return learnt.changes;
  }
  const { mean, low, high } = gain.difference;
  report(
    `NDCG@${k} of ALS on the last ${testDays} days, learnt − present: ${signed(mean)} ` +
      `(${signed(low)} to ${signed(high)}); better for ${gain.up} users, worse for ${gain.down}\n`,
  );
  if (high < 0) report('clearly worse: the present weights stay\n');
  else report(low > 0 ? 'clearly better\n' : 'no clear difference\n');
  return high < 0 ? undefined : learnt.changes;
}

async function learn(
  database: Database,
  cut: number,
  options: LearnOptions,
): Promise<LearnedWeights | undefined> {
  const { report, seed, daysAfter } = options;
  for (const outcomes of [purchases, strong]) {
    const builder = await read(database, cut, outcomes, options);
    const rows = builder.build();
    const count = rows.outcomes.reduce((sum, value) => sum + value, 0);
    report(
      formatRows([
        ['outcome', `${outcomes.join(', ')} of the category in the ${daysAfter} days after`],
        ['rows', `${rows.outcomes.length} of ${builder.users} users, ${count} outcomes`],
      ]),
    );
    if (count < fewestPurchases && outcomes === purchases) {
      report(`fewer than ${fewestPurchases}: with all strong events\n`);
      continue;
    }
    const learnt = count > 0 ? learnEventWeights(rows, seed) : undefined;
    if (learnt !== undefined) return learnt;
    report('not enough data: what a click says cannot be told from nothing\n');
  }
  return undefined;
}

/** Moments as far apart as outcomes are waited for, so that each is counted once; whole before `cut`. */
async function read(
  database: Database,
  cut: number,
  outcomes: readonly string[],
  { weights, daysBefore, daysAfter, moments, users, signal }: LearnOptions,
): Promise<CountedRowsBuilder> {
  const builder = new CountedRowsBuilder();
  await database.transaction(async (transaction) => {
    const [row] = await transaction.query<{ users: number }>('select count(*) as users from users');
    const permille = Math.min(1000, Math.ceil((1000 * users) / Math.max(1, row?.users ?? 1)));
    for (let moment = 1; moment <= moments; moment++) {
      const at = cut - moment * daysAfter * dayLength;
      const spec = { at, daysBefore, daysAfter, outcomes, permille, weights };
      await readOutcomes(transaction, spec, builder, signal);
    }
  }, 'repeatable read');
  return builder;
}

async function compare(
  database: Database,
  learnt: EventWeights,
  cut: number,
  { weights, testDays, threads, seed, signal }: LearnOptions,
): Promise<Gain | undefined> {
  const ndcg = [];
  for (const own of [learnt, weights]) {
    const ids = new SplitIds();
    const { interactions, test } = await database.transaction(
      (transaction) =>
        readTimeSplit(transaction, { at: cut, until: cut + testDays * dayLength }, ids, signal, {
          weights: own,
          testWeights: weights,
        }),
      'repeatable read',
    );
    if (test.users.length === 0) return undefined;
    const { users, items } = ids;
    const trainer = createAlsTrainer({ dimensions: 64, threads });
    const model = await trainer.fit({ users, items, interactions }, { seed, signal });
    const lists = await recommendAll(model, interactions, test.users, {
      limit: k,
      threads,
      signal,
    });
    const { perUser } = measure(lists, test, interactions, seed);
    ndcg.push(
      new Map(Array.from(test.users, (user, n) => [users.idOf(user), perUser.ndcg[n] ?? 0])),
    );
  }
  const [after, before] = ndcg;
  if (!after || !before) return undefined;
  const ids = [...before.keys()].filter((id) => after.has(id));
  const of = (values: ReadonlyMap<string, number>) =>
    Float64Array.from(ids, (id) => values.get(id) ?? 0);
  return pairedGain(of(after), of(before), seed);
}

function table({ weights }: LearnedWeights, present: EventWeights): string {
  const number = (value: number) => value.toFixed(2);
  const rows = weights.map(({ event, rows, weight, isLearnt }) => {
    const { ratio, low, high } = weight;
    const found = `${number(ratio)} (${number(low)} to ${number(high)})`;
    const verdict =
      event === 'impression' ? 'never weighs' : isLearnt ? 'learnt' : 'not enough data';
    return [event, String(rows), found, number(presentWeight(event, present)), verdict];
  });
  const all = [['event', 'rows', 'in clicks (95 %)', 'present', ''], ...rows];
  const widths = all[0]?.map((_, n) => Math.max(...all.map((row) => row[n]?.length ?? 0))) ?? [];
  return all
    .map(
      (row) =>
        `${row
          .map((cell, n) => cell.padEnd(widths[n] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
