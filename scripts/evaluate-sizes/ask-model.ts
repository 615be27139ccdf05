import type { SizeModel } from '../../models/sizing/size-model.ts';
import type { Garment, RunSize } from '../../models/sizing/size-types.ts';
import { fitClass, slotOf } from '../../models/sizing/slots.ts';
import type { SizeRow } from '../../models/sizing/training/size-row.ts';
import { KnownRows } from './known-rows.ts';
import { part, type Split } from './parts.ts';
import type { RentalRow } from './read-rows.ts';

/** What is suggested to somebody who kept a piece, and what was kept, as places in one run. */
export interface ChoiceAnswer {
  /** Of the file. */
  readonly row: number;
  /** −1 where nothing is known of the sizes that the item comes in. */
  readonly suggested: number;
  readonly kept: number;
  /** The size code that is suggested; null without one. */
  readonly suggestedCode: string | null;
  readonly keptCode: string;
  /** Chance of what is suggested. */
  readonly chance: number;
  readonly isUnsure: boolean;
  readonly isCold: boolean;
  /** Whether the run has the kept size. */
  readonly isKeptInRun: boolean;
}

export interface TestAnswers {
  /** Of the file, of all test rows. */
  readonly rows: Uint32Array;
  /** rows × 3. */
  readonly chances: Float64Array;
  readonly labels: Uint8Array;
  /** 1 where the item (the wearer) has no outcome that is known. */
  readonly newItems: Uint8Array;
  readonly newWearers: Uint8Array;
  readonly choices: readonly ChoiceAnswer[];
}

/** Asks the model about every test row as the service does: with evidence of the known rows. */
export function askModel(
  model: SizeModel,
  rentals: readonly RentalRow[],
  rows: readonly SizeRow[],
  parts: Uint8Array,
  split: Split,
): TestAnswers {
  const known = new KnownRows(rows, parts, split);
  const test = rows.flatMap((row, at) => {
    const rental = rentals[at];
    return parts[at] === part.test && rental ? [{ row, rental }] : [];
  });
  const chances = new Float64Array(3 * test.length);
  const [newItems, newWearers] = [new Uint8Array(test.length), new Uint8Array(test.length)];
  const choices: ChoiceAnswer[] = [];
  for (const [at, { row, rental }] of test.entries()) {
    const outcomes = known.itemOutcomes(row);
    const worn = known.wearerOutcomes(row);
    newItems[at] = outcomes.length === 0 ? 1 : 0;
    newWearers[at] = worn.length === 0 ? 1 : 0;
    const wearer = model.wearerEvidence(row.body, worn, row.at);
    const taken = { label: String(rental.code), position: row.position, length: row.length };
    const one = withSizes(row.garment, [taken]);
    const [outcome] = model.predict(wearer, model.itemEvidence(one, outcomes, row.at));
    if (outcome) chances.set([outcome.small, outcome.fit, outcome.large], 3 * at);
    if (row.fit !== 'fit') continue;
    const chosen = model.choose(wearer, model.itemEvidence(row.garment, outcomes, row.at));
    choices.push({
      ...placesOf(row, bestOf(chosen)),
      row: rental.row,
      keptCode: String(rental.code),
      chance: chosen.reduce((most, chance) => Math.max(most, chance), 0),
      isUnsure: chosen.length === 0 || model.confidence(chosen) === 'low',
      isCold: worn.length === 0,
    });
  }
  return {
    rows: Uint32Array.from(test, ({ rental }) => rental.row),
    chances,
    labels: Uint8Array.from(test, ({ row }) => fitClass(row.fit)),
    newItems,
    newWearers,
    choices,
  };
}

/**
 * The places of a suggestion and of what was kept among the sizes of the run and the one that was
 * kept, which the item comes in though no other row says so.
 *
 * @param best place in the run, −1 for none
 */
export function placesOf(
  { garment: { run }, position, length }: SizeRow,
  best: number,
): Pick<ChoiceAnswer, 'suggested' | 'kept' | 'suggestedCode' | 'isKeptInRun'> {
  const own = slotOf(position, length);
  const slots = run.sizes.map((size) => slotOf(size.position, size.length));
  const suggestedCode = run.sizes[best]?.label ?? null;
  const isKeptInRun = slots.includes(own);
  if (isKeptInRun) return { suggested: best, kept: slots.indexOf(own), suggestedCode, isKeptInRun };
  const kept = slots.filter((slot) => slot < own).length;
  return { suggested: best >= kept ? best + 1 : best, kept, suggestedCode, isKeptInRun };
}

/** The place of the highest; −1 of none. */
export function bestOf(chances: ArrayLike<number>): number {
  let best = -1;
  let most = -Infinity;
  for (let place = 0; place < chances.length; place++) {
    const chance = chances[place] ?? -Infinity;
    if (chance <= most) continue;
    most = chance;
    best = place;
  }
  return best;
}

function withSizes(garment: Garment, sizes: readonly RunSize[]): Garment {
  return { ...garment, run: { ...garment.run, sizes } };
}
