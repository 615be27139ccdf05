import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type BgNbdFit, fitBgNbd } from '../../models/segmentation/value/fit-bg-nbd.ts';
import { fitGammaGamma, type GammaGammaFit } from '../../models/segmentation/value/gamma-gamma.ts';
import { type CollapsedRows, collapseRows } from '../../models/segmentation/value/purchase-rows.ts';
import { ValueFitError } from '../../models/segmentation/value/value-fit-error.ts';
import type { Database } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import { ConflictError } from '../errors.ts';
import { readMovements } from './movement-reader.ts';
import { OrderBook, type UserOrders } from './order-book.ts';
import { scoreUsers, type ValueParameters, type ValueTotals } from './user-values.ts';
import {
  activateModel,
  beginReading,
  copyMovements,
  lockValue,
  readActiveModel,
  replaceValues,
  vacuumValues,
} from './value-store.ts';

/** How the parameters were found, and what they say of all users together. */
export interface ValueReport {
  readonly bgNbd: BgNbdFit;
  readonly gammaGamma: GammaGammaFit;
  readonly totals: ValueTotals;
}

export interface ValueModel {
  readonly version: string;
  readonly asOf: Date;
  readonly parameters: ValueParameters;
  readonly report: ValueReport;
}

export interface ValueBuild extends ValueModel {
  /** Users that have a value now. */
  readonly users: number;
  /** The model that was active before; undefined: there was none. */
  readonly before: ValueModel | undefined;
}

export type ValueStep = 'reading orders' | 'fitting' | 'scoring and writing' | 'tidying up';

export interface ValueOptions {
  /** Orders after that do not count. */
  readonly asOf: Date;
  readonly onStep?: (step: ValueStep) => void;
}

/**
 * What each user with orders is worth: BG/NBD and Gamma-Gamma fitted to the orders of all, and each
 * user scored by them, in one transaction. Whatever goes wrong, the rows that were there stay.
 *
 * An order is a day with one, in the shop's time zone. Users whose switch is off, and those without
 * orders, have no value; what was done before a user asked for it to be forgotten does not count.
 */
export class ValueService {
  readonly #database: Database;
  readonly #timeZone: string;

  constructor(database: Database, timeZone: string) {
    this.#database = database;
    this.#timeZone = timeZone;
  }

  /** @throws ConflictError that says why the orders cannot carry the models */
  async build({ asOf, onStep }: ValueOptions): Promise<ValueBuild> {
    const built = await this.#database.transaction((transaction) =>
      this.#buildIn(transaction, asOf, onStep),
    );
    onStep?.('tidying up');
    await vacuumValues(this.#database);
    return built;
  }

  async active(): Promise<ValueModel | undefined> {
    const row = await readActiveModel(this.#database);
    return row as ValueModel | undefined;
  }

  async #buildIn(
    transaction: Transaction,
    asOf: Date,
    onStep: ValueOptions['onStep'],
  ): Promise<ValueBuild> {
    await lockValue(transaction);
    onStep?.('reading orders');
    const { day, readAt } = await beginReading(transaction, asOf, this.#timeZone);
    const book = new OrderBook();
    await readMovements(await copyMovements(transaction, asOf), book);
    const orders = book.summarise(day);
    onStep?.('fitting');
    const rows = collapseRows(orders.rows);
    const fit = fitModels(rows, orders);
    const parameters = { bgNbd: fit.bgNbd.parameters, gammaGamma: fit.gammaGamma.parameters };
    const version = versionOf(parameters, asOf);
    onStep?.('scoring and writing');
    const { lines, totals } = scoreUsers(orders, rows, parameters, { version, time: readAt });
    const users = await replaceValues(transaction, Readable.from(lines), readAt);
    const before = (await readActiveModel(transaction)) as ValueModel | undefined;
    const model = { version, asOf, parameters, report: { ...fit, totals: totals() } };
    await activateModel(transaction, { ...model, timeZone: this.#timeZone });
    return { ...model, users, before };
  }
}

function fitModels(rows: CollapsedRows, { rows: { repeats }, mean }: UserOrders) {
  try {
    return { bgNbd: fitBgNbd(rows), gammaGamma: fitGammaGamma({ orders: repeats, mean }) };
  } catch (error) {
    if (!(error instanceof ValueFitError)) throw error;
    throw new ConflictError(`no customer value: ${error.message}`, [], { cause: error });
  }
}

/** The same parameters as of the same time have the same name. */
function versionOf(parameters: ValueParameters, asOf: Date): string {
  const time = asOf.toISOString();
  const content = createHash('sha256').update(JSON.stringify({ parameters, time })).digest('hex');
  return `value-${time.replaceAll(/[-:]|\.\d+/g, '')}-${content.slice(0, 8)}`;
}
