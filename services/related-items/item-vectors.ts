import { alsOf } from '../../models/content/content-queries.ts';
import { unitRows } from '../../models/ranking/similarity.ts';
import type { AlsModel } from '../../models/recommenders/als-model.ts';
import type { NewItems } from '../content/new-items-service.ts';
import type { ServingModel } from '../model-registry/serving-model.ts';

/** Where items are in the space of a model: by their factors, or when they are new by their content. */
export class ItemVectors {
  readonly #als: AlsModel;
  readonly #serving: ServingModel;
  readonly #newItems: NewItems;

  private constructor(als: AlsModel, serving: ServingModel, newItems: NewItems) {
    this.#als = als;
    this.#serving = serving;
    this.#newItems = newItems;
  }

  /** Undefined for a model that has no such space. */
  static of(serving: ServingModel, newItems: NewItems): ItemVectors | undefined {
    const als = alsOf(serving.model);
    return als && new ItemVectors(als, serving, newItems);
  }

  /** Of length 1; undefined where nothing is known of the item. */
  vector(itemId: string): Float32Array | undefined {
    const { dimensions } = this.#als;
    const index = this.#serving.items.indexOf(itemId);
    const start = (index ?? 0) * dimensions;
    const vector =
      index === undefined
        ? this.#newItems.get(itemId)?.subarray(0, dimensions)
        : this.#als.parameters.itemFactors.subarray(start, start + dimensions);
    // An item that nobody has met has no direction.
    return vector?.some((value) => value !== 0) ? unitRows(vector, dimensions) : undefined;
  }

  /** The items of the model that are nearest to one, whatever they are. */
  nearest(itemId: string, count: number): string[] {
    const index = this.#serving.items.indexOf(itemId);
    if (index === undefined) return [];
    return this.#als.similar(index, count).map(({ item }) => this.#serving.items.idOf(item));
  }
}
