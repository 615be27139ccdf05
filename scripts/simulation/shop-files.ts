import { join } from 'node:path';
import type { ShopRows, ShopSize } from '../../services/simulation/shop-store.ts';
import { writeNdjson } from './new-folder.ts';

/**
 * Writes a shop as files for `import` (`users`, `items`, `skus`, `events`) and its rooms as the
 * bodies of the requests that make them. No file has to fit into memory.
 */
export async function writeShopFiles(folder: string, shop: ShopRows): Promise<ShopSize> {
  const write = (name: string, rows: Iterable<object>) =>
    writeNdjson(join(folder, `${name}.ndjson`), rows);
  return {
    users: await write('users', given(shop.users)),
    items: await write('items', given(shop.items, 'launchedAt')),
    rooms: await write('rooms', roomsWithShelves(shop)),
    events: await write('events', given(shop.events, 'occurredAt')),
    // After the events, which take from the stock.
    skus: await write('skus', given(shop.skus)),
  };
}

/** Rows without what they do not have, and with the time as text. */
function* given(rows: Iterable<object>, time?: string): Generator<object> {
  for (const row of rows) {
    const fields = Object.entries(row).filter(([, value]) => value !== null);
    yield Object.fromEntries(
      fields.map(([name, value]) => [name, name === time ? new Date(value).toISOString() : value]),
    );
  }
}

function* roomsWithShelves({ rooms, roomItems }: ShopRows): Generator<object> {
  const shelves = new Map<string, object[]>();
  for (const { roomId, itemId, roomPrice } of roomItems) {
    const shelf = shelves.get(roomId) ?? [];
    shelf.push(roomPrice === null ? { itemId } : { itemId, roomPrice });
    shelves.set(roomId, shelf);
  }
  for (const room of given(rooms, 'startsAt')) {
    const { roomId } = room as { roomId: string };
    yield { ...room, shelf: shelves.get(roomId) ?? [] };
  }
}
