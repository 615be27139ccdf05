import type { ItemSums } from '../evidence/item-sums.ts';
import type { PlacedOutcome } from '../evidence/placed-outcome.ts';

/** Outcomes of many items as columns, those of an item side by side: what is added is read in line. */
export class PlacedColumns {
  readonly #slots: Int32Array;
  readonly #fits: Uint8Array;
  /** position, at, expected, heightCm, usualSmall, usualLarge of each. */
  readonly #numbers: Float64Array;

  /** @param order rows in the order in which they are kept here */
  constructor(placed: readonly PlacedOutcome[], order: Uint32Array) {
    this.#slots = Int32Array.from(order, (row) => placed[row]!.slot);
    this.#fits = Uint8Array.from(order, (row) => placed[row]!.fit);
    this.#numbers = new Float64Array(width * order.length);
    let at = 0;
    for (const row of order) {
      const outcome = placed[row]!;
      this.#numbers[at++] = outcome.position;
      this.#numbers[at++] = outcome.at;
      this.#numbers[at++] = outcome.expected;
      this.#numbers[at++] = outcome.heightCm;
      this.#numbers[at++] = outcome.usualSmall;
      this.#numbers[at++] = outcome.usualLarge;
    }
  }

  /** @param place in the order */
  addTo(sums: ItemSums, place: number): void {
    const numbers = this.#numbers;
    const at = width * place;
    sums.addNumbers(
      this.#slots[place]!,
      numbers[at]!,
      this.#fits[place] as 0 | 1 | 2,
      numbers[at + 1]!,
      numbers[at + 2]!,
      numbers[at + 3]!,
      numbers[at + 4]!,
      numbers[at + 5]!,
    );
  }
}

const width = 6;
