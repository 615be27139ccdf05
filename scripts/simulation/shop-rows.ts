import type {
  EventRow,
  ItemRow,
  RoomItemRow,
  RoomRow,
  ShopRows,
  SkuRow,
  UserRow,
} from '../../services/simulation/shop-store.ts';
import type { Period, SimulatedItem } from './catalogue.ts';
import { skuId } from './funnel.ts';
import { makePerson } from './people.ts';
import type { SimulatedRoom } from './rooms.ts';
import type { Stock } from './stock.ts';
import { toldMeasurements } from './told-measurements.ts';
import type { World } from './world.ts';

/**
 * Everything that the shop is told of a world, as streams.
 *
 * @param events which change the world's stock as they are read
 */
export function shopRows(world: World, events: Iterable<EventRow>): ShopRows {
  const { seed, users, items, rooms, stock, period } = world;
  return {
    users: userRows(seed, users, new Date(period.until).getUTCFullYear()),
    items: itemRows(items),
    rooms: roomRows(rooms, items, period),
    roomItems: roomItemRows(rooms, items),
    events,
    skus: skuRows(items, stock),
  };
}

function* userRows(seed: number, users: number, year: number): Generator<UserRow> {
  for (let at = 0; at < users; at++) {
    const person = makePerson(seed, at, users, year);
    yield {
      userId: person.id,
      birthYear: person.birthYear,
      gender: person.gender,
      cityTier: person.cityTier,
      channel: person.channel,
      ...toldMeasurements(seed, at, person),
      personalised: person.personalised,
      marketingConsent: person.marketingConsent,
    };
  }
}

function* itemRows(items: readonly SimulatedItem[]): Generator<ItemRow> {
  for (const { id, category, ...item } of items) {
    const { brand, title, price, attributes, launchedAt, hidden } = item;
    const categoryPath = category.path;
    yield { itemId: id, categoryPath, brand, title, price, attributes, launchedAt, hidden };
  }
}

function* roomRows(
  rooms: readonly SimulatedRoom[],
  items: readonly SimulatedItem[],
  { from }: Period,
): Generator<RoomRow> {
  for (const { id, hostId, title, theme, shelf } of rooms) {
    const pinned = items[shelf[0] ?? -1]?.id ?? null;
    yield { roomId: id, hostId, title, theme, startsAt: from, pinnedItemId: pinned };
  }
}

function* roomItemRows(
  rooms: readonly SimulatedRoom[],
  items: readonly SimulatedItem[],
): Generator<RoomItemRow> {
  for (const { id, shelf, discount } of rooms) {
    for (const [position, at] of shelf.entries()) {
      const item = items[at];
      if (item === undefined) continue;
      const roomPrice = discount === 1 ? null : Number((item.price * discount).toFixed(2));
      yield { roomId: id, itemId: item.id, position, roomPrice };
    }
  }
}

function* skuRows(items: readonly SimulatedItem[], stock: Stock): Generator<SkuRow> {
  for (const [at, item] of items.entries()) {
    for (const [size, sizeLabel] of item.sizes.labels.entries()) {
      for (const [colour, name] of item.colours.entries()) {
        yield {
          skuId: skuId(item, size, colour),
          itemId: item.id,
          sizeLabel,
          sizeOrder: size,
          colour: name,
          stock: stock.of(at, size, colour),
        };
      }
    }
  }
}
