import type { SimulatedItem } from './catalogue.ts';
import { index, normal, type Random, randomOf } from './random.ts';
import { categories, occasions } from './vocabulary.ts';

export interface SimulatedRoom {
  readonly id: string;
  readonly hostId: string;
  readonly title: string;
  readonly theme: string;
  /** Places in the list of items, in the order of the shelf. */
  readonly shelf: readonly number[];
  /** What the price is multiplied with in this room. */
  readonly discount: number;
  readonly truth: {
    /** Of `occasions`: what the host has chosen the shelf for. */
    readonly occasion: number;
    readonly gender: 'female' | 'male';
  };
}

const roomStream = 40;
const shelfSize = 60;
/** A host looks through so many items at most. */
const mostLookedThrough = 20_000;
const titles = [
  '上班不费力|Easy office',
  '街头一刻|Street hour',
  '约会衣橱|Date wardrobe',
  '宅家舒服|At home',
  '户外去|Go outside',
  '派对之夜|Party night',
];

/** Rooms with a theme: the shelf holds what serves it best, and with luck anything. */
export function makeRooms(
  seed: number,
  count: number,
  items: readonly SimulatedItem[],
): SimulatedRoom[] {
  const width = Math.max(2, String(count).length);
  return Array.from({ length: count }, (_, at) => {
    const number = String(at + 1).padStart(width, '0');
    const random = randomOf(seed, roomStream, at);
    const occasion = at % occasions.length;
    const gender = index(random, 4) === 0 ? 'male' : ('female' as const);
    const [chinese, english] = (titles[occasion] ?? '').split('|');
    return {
      id: `room-${number}`,
      hostId: `host-${number}`,
      title: `${chinese} ${english} ${number}`,
      theme: `${gender === 'female' ? 'women' : 'men'} · ${occasions[occasion]}`,
      shelf: shelfOf(random, items, occasion, gender),
      discount: random() < 0.5 ? 1 : 0.9,
      truth: { occasion, gender },
    };
  });
}

function shelfOf(
  random: Random,
  items: readonly SimulatedItem[],
  occasion: number,
  gender: string,
): number[] {
  const step = Math.max(1, items.length / mostLookedThrough);
  const start = step > 1 ? random() * items.length : 0;
  const scored = Array.from({ length: Math.min(items.length, mostLookedThrough) }, (_, n) => {
    const at = Math.floor(start + n * step) % items.length;
    const item = items[at];
    const serves = item?.truth.serves[occasion] ?? 0;
    const isForThem = item?.category.gender === gender ? 1 : 0;
    return { at, score: serves + isForThem + 0.35 * normal(random) };
  });
  const shelf = scored.filter(({ at }) => !items[at]?.hidden).sort((a, b) => b.score - a.score);
  return shelf.slice(0, Math.min(shelfSize, Math.ceil(items.length / 3))).map(({ at }) => at);
}

/** Items by category, for those who browse without a room. */
export function itemsByCategory(items: readonly SimulatedItem[]): number[][] {
  const lists: number[][] = categories.map(() => []);
  items.forEach((item, at) => {
    if (!item.hidden) lists[item.categoryIndex]?.push(at);
  });
  return lists;
}

/**
 * Where people go: some rooms are known to everybody, a room's theme is for women or for men, and
 * who dresses for a date looks for a room about that.
 */
export class RoomChoice {
  readonly #rooms: readonly SimulatedRoom[];
  /** Running sums of the rooms' weights, by gender and occasion. */
  readonly #sums = new Map<string, Float64Array>();

  constructor(rooms: readonly SimulatedRoom[]) {
    this.#rooms = rooms;
  }

  /** @param drawn uniform in [0, 1) */
  choose(drawn: number, gender: string, occasion: number): SimulatedRoom | undefined {
    const sums = this.#sumsFor(gender, occasion);
    const wanted = drawn * (sums.at(-1) ?? 0);
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) > wanted) high = middle;
      else low = middle + 1;
    }
    return this.#rooms[low];
  }

  #sumsFor(gender: string, occasion: number): Float64Array {
    const key = `${gender} ${occasion}`;
    const known = this.#sums.get(key);
    if (known) return known;
    let sum = 0;
    const sums = Float64Array.from(this.#rooms, ({ truth }, at) => {
      const fits = (truth.gender === gender ? 1 : 0.08) * (truth.occasion === occasion ? 4 : 1);
      sum += fits / (1 + at) ** 0.5;
      return sum;
    });
    this.#sums.set(key, sums);
    return sums;
  }
}
