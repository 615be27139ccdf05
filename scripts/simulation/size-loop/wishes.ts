import { index, type Random, randomOf } from '../random.ts';
import { openVisit, type Stay, visitsOf } from '../visits.ts';
import { categories } from '../vocabulary.ts';
import type { World } from '../world.ts';

/** Somebody wants an item, whatever its size. */
export interface Wish {
  /** At the moment of the order. */
  readonly stay: Stay;
  /** Place in the world's items. */
  readonly at: number;
  /** Of the wishes of this visit. */
  readonly number: number;
}

const wishStream = 70;
/** Of visits, those in which something is bought; and of these, those with one more piece. */
const buys = 0.35;
const buysOneMore = 0.25;
const minute = 60_000;
/** What has been launched lately is shown in the rooms. */
const newDays = 14;
const newWeight = 3;

/**
 * Who wants what, day by day: a matter of the seed alone, so that every policy meets the same
 * wishes. Everybody is logged in.
 */
export class Wishes {
  readonly #world: World;
  readonly #byCategory: readonly (readonly number[])[];

  constructor(world: World) {
    this.#world = world;
    this.#byCategory = world.byCategory;
  }

  /** In the order of time. */
  of(day: number): Wish[] {
    const wishes = visitsOf(this.#world, day).flatMap((visit) => {
      const random = randomOf(this.#world.seed, wishStream, visit.user, day);
      const buyer = random() < buys;
      const more = random() < buysOneMore;
      if (!buyer) return [];
      const stay = openVisit(this.#world, visit, day);
      const own = { ...stay, userId: stay.person.id, time: stay.time + 5 * minute };
      const first = this.#wish(random, own, 0);
      return more ? [...first, ...this.#wish(random, own, 1)] : first;
    });
    return wishes.sort((a, b) => a.stay.time - b.stay.time || a.number - b.number);
  }

  #wish(random: Random, stay: Stay, number: number): Wish[] {
    const worn = this.#byCategory.filter(
      (items, at) => categories[at]?.gender === stay.wearer.wears && items.length > 0,
    );
    const list = worn[index(random, worn.length)] ?? [];
    const at = this.#some(random, list, stay.time);
    return at === undefined ? [] : [{ stay: { ...stay, time: stay.time + number }, at, number }];
  }

  /** One of the list that is launched, by its appeal; undefined when hardly any is. */
  #some(random: Random, list: readonly number[], time: number): number | undefined {
    const most = 4 * newWeight;
    for (let draws = 0; draws < 1000 && list.length > 0; draws++) {
      const at = list[index(random, list.length)] ?? 0;
      const item = this.#world.items[at];
      if (item === undefined || item.launchedAt > time) continue;
      const isNew = time - item.launchedAt < newDays * 86_400_000;
      const weight = Math.min(4, item.truth.appeal) * (isNew ? newWeight : 1);
      if (random() * most < weight) return at;
    }
    return undefined;
  }
}
