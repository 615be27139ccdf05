import type { SizeRun } from '../../models/sizing/size-types.ts';
import { foldsOf, pairKey } from '../../models/sizing/training/folds.ts';
import type { SizeRow } from '../../models/sizing/training/size-row.ts';
import { part, type Split } from './parts.ts';
import type { RentalRow } from './read-rows.ts';
import { completedCodes, sizeOfCode } from './size-codes.ts';

/** All pieces are women's. */
const scale = 'women';

/**
 * The rows as the model is trained on them. The file does not say in which sizes an item comes, so a
 * row's run is what the other rows tell of it (see `completedCodes`), in time those of earlier days. A row's own size is
 * in its run only if others took it too, or if it belongs to the item's system of sizes.
 *
 * @param folds, seed as the model is trained with
 */
export function sizeRowsOf(
  rentals: readonly RentalRow[],
  parts: Uint8Array,
  split: Split,
  folds: number,
  seed: number,
): SizeRow[] {
  const runs = split === 'random' ? foldRuns(rentals, parts, folds, seed) : pastRuns(rentals);
  return rentals.map((rental, row) => {
    const { user, fit, body, at } = rental;
    const { position, length } = sizeOfCode(rental.code);
    return {
      wearer: user,
      garment: garmentOf(rental, runs[row] ?? emptyRun),
      position,
      length,
      fit,
      body,
      at,
    };
  });
}

function garmentOf({ item, category }: RentalRow, run: SizeRun) {
  return { itemId: item, category, brand: null, run };
}

/**
 * By row, from the codes of the rows that it may know: a training row those of other folds, a
 * validation row those of training, a test row those of both.
 */
function foldRuns(
  rentals: readonly RentalRow[],
  parts: Uint8Array,
  folds: number,
  seed: number,
): SizeRun[] {
  const keys = rentals.map(({ user, item }) =>
    pairKey({ wearer: user, garment: { itemId: item } }),
  );
  const pairFolds = foldsOf(keys, folds, seed);
  const groupOf = (row: number) => (parts[row] === part.train ? `${pairFolds[row]}` : 'validation');
  const taken = new Map<string, Set<string>>();
  for (const [row, { item, code }] of rentals.entries()) {
    if (parts[row] === part.test) continue;
    const codes = taken.get(item) ?? new Set();
    taken.set(item, codes.add(`${groupOf(row)} ${code}`));
  }
  const known = new Map<string, SizeRun>();
  return rentals.map(({ item }, row) => {
    const hidden = parts[row] === part.test ? [] : [groupOf(row), 'validation'];
    const key = JSON.stringify([item, hidden]);
    const run = known.get(key) ?? runOf(codesWithout(hidden, taken.get(item) ?? new Set()));
    known.set(key, run);
    return run;
  });
}

/** Of texts with a group and a code, the codes of other groups. */
function codesWithout(hidden: readonly string[], taken: ReadonlySet<string>): Set<number> {
  const codes = new Set<number>();
  for (const text of taken) {
    const [group = '', code] = text.split(' ');
    if (!hidden.includes(group)) codes.add(Number(code));
  }
  return codes;
}

/** By row, from the codes that were taken on days before. */
function pastRuns(rentals: readonly RentalRow[]): SizeRun[] {
  const order = rentals.map((rental, row) => ({ ...rental, row })).sort((a, b) => a.at - b.at);
  const taken = new Map<string, { readonly codes: Set<number>; run: SizeRun | undefined }>();
  const runs: SizeRun[] = Array.from(rentals, () => emptyRun);
  let today: typeof order = [];
  const endDay = () => {
    for (const { item, code } of today) {
      const known = taken.get(item) ?? { codes: new Set<number>(), run: undefined };
      if (!known.codes.has(code)) known.run = undefined;
      known.codes.add(code);
      taken.set(item, known);
    }
    today = [];
  };
  for (const rental of order) {
    if (today[0] && today[0].at !== rental.at) endDay();
    today.push(rental);
    const known = taken.get(rental.item);
    if (!known) continue;
    known.run ??= runOf(known.codes);
    runs[rental.row] = known.run;
  }
  return runs;
}

const emptyRun: SizeRun = { scale, sizes: [] };

function runOf(taken: ReadonlySet<number>): SizeRun {
  if (taken.size === 0) return emptyRun;
  return { scale, sizes: completedCodes(taken).map(sizeOfCode) };
}
