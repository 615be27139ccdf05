import { fitClass, slotOf } from '../slots.ts';
import { foldsOf, pairKey } from './folds.ts';
import type { SizeRow } from './size-row.ts';

/** Rows with everything about them that is looked up often. */
export interface RowIndex {
  readonly rows: readonly SizeRow[];
  readonly fits: Uint8Array;
  readonly slots: Int32Array;
  readonly times: Float64Array;
  /** Number of a row's scale. */
  readonly scales: Uint32Array;
  /** 1 where a row is learnt from, 0 where it only validates. */
  readonly learnt: Uint8Array;
  readonly pairFolds: Uint8Array;
  readonly wearerFolds: Uint8Array;
  /** Number of a row's item, and each item's rows by time; likewise of wearers. */
  readonly items: Uint32Array;
  readonly rowsOfItem: readonly Uint32Array[];
  readonly wearers: Uint32Array;
  readonly rowsOfWearer: readonly Uint32Array[];
}

export function indexRows(
  rows: readonly SizeRow[],
  learnt: Uint8Array,
  folds: number,
  seed: number,
): RowIndex {
  const items = numbered(rows.map(({ garment }) => garment.itemId));
  const wearers = numbered(rows.map(({ wearer }) => wearer));
  return {
    rows,
    fits: Uint8Array.from(rows, ({ fit }) => fitClass(fit)),
    slots: Int32Array.from(rows, ({ position, length }) => slotOf(position, length)),
    times: Float64Array.from(rows, ({ at }) => at),
    scales: numbered(rows.map(({ garment }) => garment.run.scale)).numbers,
    learnt,
    pairFolds: foldsOf(rows.map(pairKey), folds, seed),
    wearerFolds: foldsOf(
      rows.map(({ wearer }) => wearer),
      folds,
      seed + 1,
    ),
    items: items.numbers,
    rowsOfItem: rowsByTime(rows, items),
    wearers: wearers.numbers,
    rowsOfWearer: rowsByTime(rows, wearers),
  };
}

interface Numbered {
  readonly numbers: Uint32Array;
  readonly count: number;
}

function numbered(keys: readonly string[]): Numbered {
  const known = new Map<string, number>();
  const numbers = Uint32Array.from(keys, (key) => {
    const number = known.get(key) ?? known.size;
    known.set(key, number);
    return number;
  });
  return { numbers, count: known.size };
}

function rowsByTime(rows: readonly SizeRow[], { numbers, count }: Numbered): Uint32Array[] {
  const groups: number[][] = Array.from({ length: count }, () => []);
  for (const [row, number] of numbers.entries()) groups[number]!.push(row);
  return groups.map((group) =>
    Uint32Array.from(group.sort((a, b) => rows[a]!.at - rows[b]!.at || a - b)),
  );
}
