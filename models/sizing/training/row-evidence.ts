import { ItemState } from '../evidence/item-state.ts';
import { ItemSums, mostItemOutcomes } from '../evidence/item-sums.ts';
import type { PlacedOutcome } from '../evidence/placed-outcome.ts';
import { mostWearerOutcomes, WearerState } from '../evidence/wearer-state.ts';
import { garmentPriors } from '../garment-priors.ts';
import type { Garment, WearerOutcome } from '../size-types.ts';
import { PlacedColumns } from './placed-columns.ts';
import type { RowIndex } from './row-index.ts';
import type { SizeModelConfig } from './size-model-config.ts';
import type { UsualTables } from './usual-tables.ts';

/** What rows know: see `SizeModelConfig.evidence`. */
export interface RowTables {
  /** Tables for a row that is learnt from, by its fold; and for the others. */
  readonly without: readonly UsualTables[];
  readonly all: UsualTables;
  /** Bodies by the fold of a wearer. */
  readonly bodies: readonly UsualTables['bodies'][];
  /** The rows as outcomes, to rows that are learnt from and to the others. */
  readonly placed: readonly PlacedOutcome[];
  readonly placedAll: readonly PlacedOutcome[];
}

/** Makes the evidence of training rows: what the service would have known, and never the row itself. */
export class RowEvidence {
  readonly #index: RowIndex;
  readonly #tables: RowTables;
  readonly #config: SizeModelConfig;
  readonly #worn: WearerOutcome[];
  readonly #ofItems: ItemOrder;
  readonly #placed: PlacedColumns;
  readonly #placedAll: PlacedColumns;

  constructor(index: RowIndex, tables: RowTables, config: SizeModelConfig) {
    this.#index = index;
    this.#tables = tables;
    this.#config = config;
    this.#ofItems = orderByItem(index);
    this.#placed = new PlacedColumns(tables.placed, this.#ofItems.rows);
    this.#placedAll = new PlacedColumns(tables.placedAll, this.#ofItems.rows);
    this.#worn = index.rows.map(({ garment, position, length, fit, at }) => ({
      scale: garment.run.scale,
      position,
      length,
      fit,
      at,
      itemId: garment.itemId,
      category: garment.category,
      brand: garment.brand,
    }));
  }

  /** The evidence of the row's item. */
  itemSums(row: number): ItemSums {
    const { items, times, learnt } = this.#index;
    const { starts, rows, rowTimes, rowScales } = this.#ofItems;
    const at = times[row]!;
    const scale = this.#index.scales[row]!;
    const placed = learnt[row] ? this.#placed : this.#placedAll;
    const isPast = this.#config.evidence === 'before';
    const usable: number[] = [];
    const end = starts[items[row]! + 1]!;
    for (let place = starts[items[row]!]!; place < end; place++) {
      if (isPast && rowTimes[place]! >= at) break;
      if (rowScales[place] === scale && this.#isForItem(row, rows[place]!)) usable.push(place);
    }
    const sums = new ItemSums(at);
    const from = Math.max(0, usable.length - mostItemOutcomes);
    for (let n = from; n < usable.length; n++) placed.addTo(sums, usable[n]!);
    return sums;
  }

  /** The item's state with another run than its own, or its own. */
  item(row: number, sums: ItemSums, run: Garment['run']): ItemState {
    const garment = { ...this.#index.rows[row]!.garment, run };
    const { rates, brands } = this.#of(row);
    return new ItemState(garment, garmentPriors(garment, rates, brands), sums);
  }

  wearer(row: number): WearerState {
    const { rows, rowsOfWearer, wearers, learnt, wearerFolds, times } = this.#index;
    const { at, body } = rows[row]!;
    const outcomes: WearerOutcome[] = [];
    for (const other of rowsOfWearer[wearers[row]!]!) {
      if (this.#config.evidence === 'before' && times[other]! >= at) break;
      if (this.#isForWearer(row, other)) outcomes.push(this.#worn[other]!);
    }
    const { rates } = this.#of(row);
    const bodies = learnt[row] ? this.#tables.bodies[wearerFolds[row]!]! : this.#tables.all.bodies;
    const latest = outcomes.slice(-mostWearerOutcomes);
    return new WearerState(bodies.measured(body), latest, at, { rates, bodies });
  }

  #of(row: number): UsualTables {
    const { learnt, pairFolds } = this.#index;
    return learnt[row] ? this.#tables.without[pairFolds[row]!]! : this.#tables.all;
  }

  #isForItem(row: number, other: number): boolean {
    const { learnt, pairFolds, wearers } = this.#index;
    if (this.#config.evidence === 'before') return this.#isKnown(row, other);
    if (!learnt[other] || wearers[other] === wearers[row]) return false;
    return !learnt[row] || pairFolds[other] !== pairFolds[row];
  }

  #isForWearer(row: number, other: number): boolean {
    const { learnt, items } = this.#index;
    if (this.#config.evidence === 'before') return this.#isKnown(row, other);
    return learnt[other] === 1 && items[other] !== items[row];
  }

  /** Whether the outcome of one row was known when the piece of another was taken. */
  #isKnown(row: number, other: number): boolean {
    const { times, learnt } = this.#index;
    const isKnown = times[other]! + this.#config.lag < times[row]!;
    return isKnown && (learnt[other] === 1 || learnt[row] === 0);
  }
}

/** Rows of the same item side by side, by time. */
interface ItemOrder {
  readonly rows: Uint32Array;
  /** Where the rows of each item begin, and at last their number. */
  readonly starts: Uint32Array;
  readonly rowTimes: Float64Array;
  readonly rowScales: Uint32Array;
}

function orderByItem({ rowsOfItem, times, scales }: RowIndex): ItemOrder {
  const starts = new Uint32Array(rowsOfItem.length + 1);
  for (const [item, rows] of rowsOfItem.entries()) starts[item + 1] = starts[item]! + rows.length;
  const rows = new Uint32Array(starts[rowsOfItem.length]!);
  for (const [item, own] of rowsOfItem.entries()) rows.set(own, starts[item]);
  return {
    rows,
    starts,
    rowTimes: Float64Array.from(rows, (row) => times[row]!),
    rowScales: Uint32Array.from(rows, (row) => scales[row]!),
  };
}
