import type {
  Body,
  Garment,
  ItemOutcome,
  WearerOutcome,
} from '../../../models/sizing/size-types.ts';
import { sizeRun } from '../../../models/sizing/systems/size-run.ts';
import { makePerson } from '../people.ts';
import { toldMeasurements } from '../told-measurements.ts';
import type { World } from '../world.ts';
import type { Decided } from './ledger.ts';

/** What a shop knows of its items and users, in the words of models of sizes. */
export class ShopGarments {
  readonly #world: World;
  readonly #year: number;
  readonly #garments = new Map<number, Garment>();
  readonly #users: ReadonlyMap<string, number>;

  constructor(world: World) {
    this.#world = world;
    this.#year = new Date(world.period.until).getUTCFullYear();
    const ids = Array.from({ length: world.users }, (_, user) => this.#person(user).id);
    this.#users = new Map(ids.map((id, user) => [id, user]));
  }

  /** @throws RangeError when there is no such item */
  garment(at: number): Garment {
    const known = this.#garments.get(at);
    if (known) return known;
    const item = this.#world.items[at];
    if (item === undefined) throw new RangeError(`no item at ${at}`);
    const { id, category, brand, sizes } = item;
    const run = sizeRun(sizes.labels, { categoryPath: category.path });
    const garment = { itemId: id, category: category.path.at(-1) ?? null, brand, run };
    this.#garments.set(at, garment);
    return garment;
  }

  /** The place in the item's run of a size of its garment, whose run may be in another order. */
  placeOf(at: number, size: number): number {
    const label = this.garment(at).run.sizes[size]?.label ?? '';
    return this.#world.items[at]?.sizes.labels.indexOf(label) ?? -1;
  }

  /** What an account tells of its holder's body. */
  body(user: number): Body {
    const person = this.#person(user);
    const told = toldMeasurements(this.#world.seed, user, person);
    const given = Object.entries(told).filter(([, value]) => value !== null);
    return {
      ...Object.fromEntries(given),
      age: this.#year - person.birthYear,
      gender: person.gender,
    };
  }

  wearerOutcome({ at, size, fit, boughtAt }: Decided): WearerOutcome {
    const { itemId, category, brand, run } = this.garment(at);
    const label = this.#world.items[at]?.sizes.labels[size];
    const found = run.sizes.find((each) => each.label === label);
    if (found === undefined) throw new RangeError(`${label} is no size of ${itemId}`);
    const { position, length } = found;
    return {
      scale: run.scale,
      position,
      length,
      fit,
      at: boughtAt / 1000,
      itemId,
      category,
      brand,
    };
  }

  itemOutcome(decided: Decided): ItemOutcome {
    const { scale, position, length, fit, at } = this.wearerOutcome(decided);
    const user = this.#users.get(decided.userId) ?? -1;
    return { scale, position, length, fit, at, body: this.body(user) };
  }

  #person(user: number) {
    return makePerson(this.#world.seed, user, this.#world.users, this.#year);
  }
}
