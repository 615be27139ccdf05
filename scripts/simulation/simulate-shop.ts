import type { Database } from '../../services/database/database.ts';
import { UsageError } from '../../services/errors.ts';
import {
  countShop,
  type ItemRow,
  type RoomItemRow,
  type RoomRow,
  type ShopSize,
  type SkuRow,
  type UserRow,
  writeShop,
} from '../../services/simulation/shop-store.ts';
import { Behaviour, skuId } from './behaviour.ts';
import { makeItems, type Period, type SimulatedItem } from './catalogue.ts';
import { makePerson, visitsADay } from './people.ts';
import { makeRooms, type SimulatedRoom } from './rooms.ts';
import { Stock } from './stock.ts';

export interface SimulationOptions {
  readonly users: number;
  readonly items: number;
  readonly rooms: number;
  readonly days: number;
  readonly seed: number;
  /** When the simulation ends. */
  readonly until: Date;
  /** Writes into a shop that has users or items. */
  readonly force?: boolean;
}

/** What `npm start` shows. */
export const demoShop = { users: 2000, items: 300, rooms: 6, days: 75, seed: 1 };

export interface SimulationProgress {
  /** Days done. */
  readonly day: number;
  readonly days: number;
  readonly events: number;
}

const dayLength = 86_400_000;
const uniqueViolation = '23505';

/**
 * Writes a simulated shop: the same for the same options, all of it or nothing.
 *
 * @throws UsageError when the database has users or items and `force` is not set, or has rows with
 *   the simulator's ids
 */
export async function simulateShop(
  database: Database,
  options: SimulationOptions,
  onProgress?: (progress: SimulationProgress) => void,
): Promise<ShopSize> {
  if (!options.force) await refuseFullShop(database);
  const period = {
    from: options.until.getTime() - options.days * dayLength,
    until: options.until.getTime(),
  };
  try {
    return await writeShop(database, shopRows(options, period, onProgress), period);
  } catch (error) {
    if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
    throw new UsageError('the database has rows of a simulated shop already', [], { cause: error });
  }
}

async function refuseFullShop(database: Database): Promise<void> {
  const { users, items } = await countShop(database);
  if (users === 0 && items === 0) return;
  throw new UsageError(
    `the database has ${users} users and ${items} items; --force adds the simulated shop to them`,
  );
}

function shopRows(
  { seed, users, items: itemCount, rooms: roomCount, days }: SimulationOptions,
  period: Period,
  onProgress?: (progress: SimulationProgress) => void,
) {
  const items = makeItems(seed, itemCount, period);
  const rooms = makeRooms(seed, roomCount, items);
  const stock = new Stock(items, seed, expectedSales(users, days, items));
  const onDay = (day: number, events: number) => onProgress?.({ day, days, events });
  const behaviour = new Behaviour({ seed, users, days, period, items, rooms, stock, onDay });
  return {
    users: userRows(seed, users, new Date(period.until).getUTCFullYear()),
    items: itemRows(items),
    rooms: roomRows(rooms, items, period),
    roomItems: roomItemRows(rooms, items),
    events: behaviour.events(),
    skus: skuRows(items, stock),
  };
}

/** Pieces of one SKU in the whole period, roughly: enough for most to be on hand most of the time. */
function expectedSales(users: number, days: number, items: readonly SimulatedItem[]): number {
  const skus = items.reduce(
    (sum, item) => sum + item.category.sizes.labels.length * item.colours.length,
    0,
  );
  const salesPerVisit = 0.2;
  return 1 + (users * days * visitsADay * salesPerVisit) / Math.max(1, skus);
}

function* userRows(seed: number, users: number, year: number): Generator<UserRow> {
  for (let at = 0; at < users; at++) {
    const person = makePerson(seed, at, users, year);
    const { body, tellsHeightAndWeight, tellsGirths } = person;
    const told = (tells: boolean, value: number) => (tells ? Number(value.toFixed(1)) : null);
    yield {
      userId: person.id,
      birthYear: person.birthYear,
      gender: person.gender,
      cityTier: person.cityTier,
      channel: person.channel,
      heightCm: told(tellsHeightAndWeight, body.heightCm),
      weightKg: told(tellsHeightAndWeight, body.weightKg),
      bustCm: told(tellsGirths, body.bustCm),
      waistCm: told(tellsGirths, body.waistCm),
      hipCm: told(tellsGirths, body.hipCm),
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
    for (const [size, sizeLabel] of item.category.sizes.labels.entries()) {
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
