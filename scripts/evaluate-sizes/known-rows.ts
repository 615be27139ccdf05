import type { ItemOutcome, WearerOutcome } from '../../models/sizing/size-types.ts';
import type { SizeRow } from '../../models/sizing/training/size-row.ts';
import { part, type Split } from './parts.ts';

/** What a test row may know: at random all that is not tested, in time all of the days before. */
export class KnownRows {
  readonly #split: Split;
  readonly #parts: Uint8Array;
  readonly #rows: readonly SizeRow[];
  readonly #ofItem = new Map<string, number[]>();
  readonly #ofWearer = new Map<string, number[]>();

  constructor(rows: readonly SizeRow[], parts: Uint8Array, split: Split) {
    this.#split = split;
    this.#parts = parts;
    this.#rows = rows;
    const order = rows.map((row, at) => ({ row, at })).sort((a, b) => a.row.at - b.row.at);
    for (const { row, at } of order) {
      add(this.#ofItem, row.garment.itemId, at);
      add(this.#ofWearer, row.wearer, at);
    }
  }

  itemOutcomes(row: SizeRow): ItemOutcome[] {
    return this.#known(this.#ofItem.get(row.garment.itemId), row).map(
      ({ garment, position, length, fit, body, at }) => {
        return { scale: garment.run.scale, position, length, fit, body, at };
      },
    );
  }

  wearerOutcomes(row: SizeRow): WearerOutcome[] {
    return this.#known(this.#ofWearer.get(row.wearer), row).map(
      ({ garment: { itemId, category, brand, run }, position, length, fit, at }) => {
        return { scale: run.scale, position, length, fit, at, itemId, category, brand };
      },
    );
  }

  #known(rows: readonly number[] = [], { at }: SizeRow): SizeRow[] {
    return rows.flatMap((row) => {
      const known = this.#rows[row];
      if (!known) return [];
      const isKnown = this.#split === 'time' ? known.at < at : this.#parts[row] !== part.test;
      return isKnown ? [known] : [];
    });
  }
}

function add(rows: Map<string, number[]>, key: string, row: number): void {
  const known = rows.get(key);
  if (known) known.push(row);
  else rows.set(key, [row]);
}
