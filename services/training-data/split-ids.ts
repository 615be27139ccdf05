import { IdMap } from '../../models/dataset/id-map.ts';
import { fingerprintOf, type TestSet } from '../../models/evaluation/test-set.ts';
import { detached } from './copy-rows.ts';

/**
 * The ids of a split: users and items get dense indices as they are met. Items are known when they
 * were given, or else when training has met them; the others have the indices past those.
 */
export class SplitIds {
  readonly users = new IdMap();
  readonly items: IdMap;
  readonly unseenItems = new IdMap();
  #complete: boolean;

  /** @param items those of a fitted model; left out: those that training will meet */
  constructor(items?: IdMap) {
    this.#complete = items !== undefined;
    this.items = items ?? new IdMap();
  }

  /** From now on an item that is not known yet is unseen. */
  completeItems(): void {
    this.#complete = true;
  }

  userIndex(id: string): number {
    return this.users.indexOf(id) ?? this.users.add(detached(id));
  }

  itemIndex(id: string): number {
    const known = this.items.indexOf(id);
    if (known !== undefined) return known;
    if (!this.#complete) return this.items.add(detached(id));
    return this.items.size + (this.unseenItems.indexOf(id) ?? this.unseenItems.add(detached(id)));
  }

  /** SHA-256 of a test set's pairs; see `fingerprintOf`. */
  fingerprintOf(test: TestSet): string {
    return fingerprintOf(test, this, this.unseenItems);
  }
}
