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
}

const roomStream = 40;
const shelfSize = 60;
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
    const gender = index(random, 4) === 0 ? 'male' : 'female';
    const [chinese, english] = (titles[occasion] ?? '').split('|');
    return {
      id: `room-${number}`,
      hostId: `host-${number}`,
      title: `${chinese} ${english} ${number}`,
      theme: `${gender === 'female' ? 'women' : 'men'} · ${occasions[occasion]}`,
      shelf: shelfOf(random, items, occasion, gender),
      discount: random() < 0.5 ? 1 : 0.9,
    };
  });
}

function shelfOf(
  random: Random,
  items: readonly SimulatedItem[],
  occasion: number,
  gender: string,
): number[] {
  const scored = items.map((item, at) => ({
    at,
    score:
      (item.truth.serves[occasion] ?? 0) +
      (item.category.gender === gender ? 1 : 0) +
      0.35 * normal(random),
  }));
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
