import { defaultRules } from '../../models/segmentation/default-rules.ts';
import {
  layOutRules,
  type RuleCells,
  RuleFaultError,
} from '../../models/segmentation/rule-cells.ts';
import { type TierRules, tierRulesSchema } from '../../models/segmentation/tier-rules.ts';
import type { Database } from '../database/database.ts';
import type { Queryable, Transaction } from '../database/transaction.ts';
import { tryAgain } from '../database/try-again.ts';
import { ConflictError, InvalidInputError } from '../errors.ts';
import {
  type CurrentState,
  eventsToTake,
  type FullReason,
  type KeptState,
  reasonForFull,
} from '../features/new-events.ts';
import { parse } from '../http/validation.ts';
import { addPastToHistory, notePast, openPast, type PastRow, pastRows } from './rfm-past-store.ts';
import { activateRules, readActiveRules } from './rfm-rules-store.ts';
import {
  clearRfm,
  planForScans,
  type RfmState,
  readRfmState,
  saveRfmState,
  vacuumRfm,
} from './rfm-state-store.ts';
import { addUpOrders, noteTouched, type RfmWindow } from './rfm-sums-store.ts';
import {
  type Cuts,
  excludeFromTiers,
  putCells,
  readCuts,
  tierParameters,
  writeTiers,
} from './rfm-tiers-store.ts';

/** What the feature builds keep of where they are; another feature's store. */
export interface BuildStates {
  lockFeatures(transaction: Queryable): Promise<void>;
  readFeatureState(
    transaction: Queryable,
    feature: string,
  ): Promise<{ current: CurrentState; kept: KeptState | undefined }>;
  saveFeatureState(
    transaction: Queryable,
    feature: string,
    current: CurrentState,
    definition: string,
  ): Promise<void>;
  /** Takes what was made of users who have asked to be forgotten and wait for it. */
  excludeWaiting(transaction: Queryable): Promise<void>;
}

export interface RfmOptions {
  /** What has happened up to then counts. */
  readonly asOf: Date;
  /** Days whose orders count; as at the last build unless given, and 365 at the first. */
  readonly windowDays?: number;
  /** Adds up everybody's orders anew. */
  readonly full?: boolean;
  /** Forgets all tiers and their history first, so that `asOf` may be before the last build. */
  readonly reset?: boolean;
  readonly onStep?: (step: RfmStep, full: FullReason | undefined) => void;
}

export type RfmStep = 'orders' | 'tiers' | 'tidying up';

export interface RfmReport {
  /** Why all orders were added up anew; undefined: only those of users whose orders have changed. */
  readonly full: FullReason | undefined;
  readonly asOf: Date;
  readonly windowDays: number;
  readonly rulesVersion: number;
  /** Rows that are new or other than they were. */
  readonly written: number;
  readonly changedTier: number;
}

/** Tiers of a day that is past. */
export interface PastOptions {
  readonly asOf: Date;
  readonly windowDays?: number;
}

const feature = 'rfm';
const usualWindow = 365;
const dayInMs = 86_400_000;

/**
 * Builds RFM scores, tiers and groups (docs/rfm.md). A build adds up the orders of the users whose
 * orders may count otherwise than before, works out everybody's scores, because they depend on all
 * others, and writes the rows that have changed. The result is that of adding up everybody's.
 */
export class RfmBuilder {
  readonly #database: Database;
  readonly #states: BuildStates;

  constructor(database: Database, states: BuildStates) {
    this.#database = database;
    this.#states = states;
  }

  /**
   * Brings the tiers up to date. Two builds at once come one after the other.
   *
   * @throws ConflictError when `asOf` is before the last build and it is not a `reset`: the history
   *   goes forward
   * @throws InvalidInputError when the active rules do not fit the window
   */
  async build(options: RfmOptions): Promise<RfmReport> {
    const report = await tryAgain(() =>
      this.#database.transaction(
        (transaction) => this.#buildIn(transaction, options),
        'repeatable read',
      ),
    );
    options.onStep?.('tidying up', report.full);
    // Those who turned the switch off or asked for a deletion meanwhile, which the build did not see.
    await this.#database.transaction(async (transaction) => {
      await this.#states.lockFeatures(transaction);
      await excludeFromTiers(transaction, 'switched off');
      await this.#states.excludeWaiting(transaction);
    });
    if (report.full !== undefined) await vacuumRfm(this.#database);
    return report;
  }

  /**
   * Makes rules the active ones; the next build puts users in tiers by them.
   *
   * @returns their version
   * @throws InvalidInputError with the path of each mistake, or with a user who would be in no tier
   *   or in several
   */
  async useRules(document: unknown, windowDays?: number): Promise<number> {
    const rules = parse(tierRulesSchema, document, 'rules');
    return this.#database.transaction(async (transaction) => {
      const state = await readRfmState(transaction);
      layOut(rules, windowDays ?? state?.windowDays ?? usualWindow);
      return activateRules(transaction, rules);
    });
  }

  /** The active rules, or the default ones where none ever were: a document to change. */
  async rules(): Promise<TierRules> {
    return readRules(this.#database);
  }

  /**
   * Works out the tiers of a past day by the active rules, and changes nothing. Only what happened
   * up to then counts; users whose switch is off now, or what was forgotten since, does not.
   *
   * @param take gets the users who were there by then, in the order of their ids
   */
  async look(
    options: PastOptions,
    take: (rows: AsyncIterable<PastRow>) => Promise<void>,
  ): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await take(pastRows(transaction, await this.#past(transaction, options)));
    }, 'repeatable read');
  }

  /**
   * Fills the history before what there is of each user with the tiers of past days, such as the
   * firsts of months, as if a build had been made on each of them by the active rules.
   *
   * @param days ascending
   * @returns how many changes were added
   * @throws ConflictError when nothing has been built yet
   */
  async backfill(
    days: readonly Date[],
    { windowDays, onDay }: { windowDays?: number; onDay?: (day: Date) => void } = {},
  ): Promise<number> {
    return this.#database.transaction(async (transaction) => {
      await this.#states.lockFeatures(transaction);
      const state = await readRfmState(transaction);
      if (state === undefined) throw new ConflictError('there are no tiers yet: build them first');
      await openPast(transaction);
      for (const asOf of days) {
        if (asOf >= state.asOf) continue;
        onDay?.(asOf);
        await notePast(transaction, await this.#past(transaction, { asOf, windowDays }));
      }
      return addPastToHistory(transaction);
    });
  }

  /** Adds up the orders as of a past day. Returns the parameters of its tiers. */
  async #past(
    transaction: Transaction,
    options: { asOf: Date; windowDays?: number | undefined },
  ): Promise<readonly unknown[]> {
    await planForScans(transaction);
    const state = await readRfmState(transaction);
    const windowDays = options.windowDays ?? state?.windowDays ?? usualWindow;
    const cells = await readCells(transaction, windowDays);
    await addUpOrders(transaction, windowOf(options.asOf, windowDays), 'all');
    await putCells(transaction, cells);
    return tierParameters(options.asOf, await readCuts(transaction, 'sums'), cells);
  }

  async #buildIn(transaction: Transaction, options: RfmOptions): Promise<RfmReport> {
    const { onStep } = options;
    await this.#states.lockFeatures(transaction);
    await planForScans(transaction);
    if (options.reset === true) await clearRfm(transaction);
    const last = await readRfmState(transaction);
    const { asOf, windowDays } = momentOf(options, last);
    const rulesVersion = await this.#rulesVersion(transaction);
    const cells = await readCells(transaction, windowDays);
    const definition = JSON.stringify({ windowDays });
    const { current, kept } = await this.#states.readFeatureState(transaction, feature);
    const asked = options.full === true ? 'asked for' : undefined;
    const full = asked ?? reasonForFull(current, last === undefined ? undefined : kept, definition);
    onStep?.('orders', full);
    const window = windowOf(asOf, windowDays);
    await excludeFromTiers(transaction, full === undefined ? 'switched off' : 'all');
    if (full === undefined && last !== undefined) {
      const before = windowOf(last.asOf, windowDays);
      await noteTouched(transaction, eventsToTake(full, kept), window, before);
      await addUpOrders(transaction, window, 'touched');
    } else {
      await addUpOrders(transaction, window, 'all');
    }
    onStep?.('tiers', full);
    const cuts = await readCuts(transaction, 'now');
    const counts = await this.#write(transaction, asOf, cuts, cells, current.time);
    const state = { asOf, windowDays, rulesVersion };
    await saveRfmState(transaction, state, cuts, current.time);
    await this.#states.saveFeatureState(transaction, feature, current, definition);
    return { full, ...state, ...counts };
  }

  async #write(
    transaction: Transaction,
    asOf: Date,
    cuts: Cuts,
    cells: RuleCells,
    time: string,
  ): ReturnType<typeof writeTiers> {
    await putCells(transaction, cells);
    return writeTiers(transaction, tierParameters(asOf, cuts, cells), time);
  }

  /** The version of the active rules; a shop that has none gets the default ones. */
  async #rulesVersion(transaction: Transaction): Promise<number> {
    const active = await readActiveRules(transaction);
    return active?.version ?? activateRules(transaction, defaultRules);
  }
}

/** The active rules, or else the default ones. */
async function readRules(database: Queryable): Promise<TierRules> {
  const active = await readActiveRules(database);
  if (active === undefined) return defaultRules;
  return parse(tierRulesSchema, active.rules, `rules ${active.version}`);
}

async function readCells(transaction: Queryable, windowDays: number): Promise<RuleCells> {
  return layOut(await readRules(transaction), windowDays);
}

function layOut(rules: TierRules, windowDays: number): RuleCells {
  try {
    return layOutRules(rules, windowDays);
  } catch (error) {
    if (!(error instanceof RuleFaultError || error instanceof RangeError)) throw error;
    throw new InvalidInputError(
      `the rules do not fit a window of ${windowDays} days: ${error.message}`,
    );
  }
}

function windowOf(asOf: Date, windowDays: number): RfmWindow {
  return { asOf, from: new Date(asOf.getTime() - windowDays * dayInMs) };
}

/** Clocks that differ by some seconds do not turn the history back. */
const clockDifference = 60_000;

function momentOf(
  { asOf, windowDays }: RfmOptions,
  last: RfmState | undefined,
): { asOf: Date; windowDays: number } {
  const days = windowDays ?? last?.windowDays ?? usualWindow;
  if (last === undefined || asOf >= last.asOf) return { asOf, windowDays: days };
  if (last.asOf.getTime() - asOf.getTime() <= clockDifference) {
    return { asOf: last.asOf, windowDays: days };
  }
  throw new ConflictError(
    `the tiers are as of ${last.asOf.toISOString()} already, after ${asOf.toISOString()}`,
  );
}
