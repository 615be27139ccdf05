import type { SizeModel } from '../../models/sizing/size-model.ts';
import type { WearerOutcome } from '../../models/sizing/size-types.ts';
import { slotOf } from '../../models/sizing/slots.ts';
import type { SizeRow } from '../../models/sizing/training/size-row.ts';
import { bestOf, type ChoiceAnswer, placesOf } from './ask-model.ts';
import { KnownRows } from './known-rows.ts';
import { part, type Split } from './parts.ts';

type Places = Pick<ChoiceAnswer, 'suggested' | 'kept'>;

/** What simple rules suggest to those who kept a piece of the test part. */
export interface ChoiceBaselines {
  /** The size of the item that was kept most often. */
  readonly mostFrequent: readonly Places[];
  /** The size nearest to the one that the wearer kept most often; of others the most frequent. */
  readonly usual: readonly Places[];
  /** The size nearest to the one expected for the body and by how much the wearer is off it. */
  readonly bodyAndWearer: readonly Places[];
}

export function choiceBaselines(
  model: SizeModel,
  rows: readonly SizeRow[],
  parts: Uint8Array,
  split: Split,
): ChoiceBaselines {
  const known = new KnownRows(rows, parts, split);
  const found = {
    mostFrequent: [] as Places[],
    usual: [] as Places[],
    bodyAndWearer: [] as Places[],
  };
  for (const [at, row] of rows.entries()) {
    if (parts[at] !== part.test || row.fit !== 'fit') continue;
    const worn = known.wearerOutcomes(row);
    const frequent = mostFrequent(row, known.itemOutcomes(row));
    const usual = usualOf(worn);
    found.mostFrequent.push(placesOf(row, frequent));
    found.usual.push(placesOf(row, usual === undefined ? frequent : nearest(row, usual)));
    found.bodyAndWearer.push(placesOf(row, nearest(row, expectedOf(model, row, worn))));
  }
  return found;
}

interface Taken {
  readonly position: number;
  readonly length: -1 | 0 | 1;
  readonly fit: string;
}

/** −1 where nothing of the item was kept. */
function mostFrequent({ garment: { run } }: SizeRow, outcomes: readonly Taken[]): number {
  const counts = countKept(outcomes);
  return bestOf(run.sizes.map((size) => counts.get(slotOf(size.position, size.length)) ?? 0));
}

function usualOf(worn: readonly Taken[]): Pick<Taken, 'position' | 'length'> | undefined {
  const counts = countKept(worn);
  const kept = worn.filter(({ fit }) => fit === 'fit').reverse();
  const best = bestOf(
    kept.map(({ position, length }) => counts.get(slotOf(position, length)) ?? 0),
  );
  return kept[best];
}

function countKept(outcomes: readonly Taken[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { position, length, fit } of outcomes) {
    const slot = slotOf(position, length);
    if (fit === 'fit') counts.set(slot, (counts.get(slot) ?? 0) + 1);
  }
  return counts;
}

function nearest({ garment: { run } }: SizeRow, to: { position: number; length: number }): number {
  return bestOf(
    run.sizes.map(
      ({ position, length }) =>
        -Math.abs(position - to.position) - 0.01 * Math.abs(length - to.length),
    ),
  );
}

/** A wearer's mean distance from the sizes expected for the body counts against one more of 0. */
function expectedOf(model: SizeModel, row: SizeRow, worn: readonly WearerOutcome[]) {
  const { bodies } = model.parts;
  const { scale } = row.garment.run;
  const expected = bodies.expected(scale, bodies.measured(row.body));
  const kept = worn.filter(({ fit }) => fit === 'fit');
  const off = kept.reduce((sum, { position }) => sum + position - expected, 0);
  return { position: expected + off / (kept.length + 1), length: 0 };
}
