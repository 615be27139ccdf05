import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LiveChange, LiveItem, LiveRoom } from '../../../../services/live/live-state.ts';
import { RoomActivity } from '../../../../services/live/room-activity.ts';
import { ShelfWatch } from '../../../../services/rooms/shelf-watch.ts';

describe('which streams a change concerns', () => {
  let rooms: Map<string, LiveRoom>;
  let items: Map<string, LiveItem | null>;
  let watch: ShelfWatch;

  const room = (roomId: string, ...ids: string[]): LiveRoom => ({
    row: {
      ...{ roomId, hostId: null, startsAt: null, endsAt: null, pinnedItemId: null },
      shelf: ids.map((itemId) => ({ itemId, roomPrice: null })),
    },
    activity: new RoomActivity(),
  });
  const item = (
    itemId: string,
    stock: number[],
    more: Partial<LiveItem['row']> = {},
  ): LiveItem => ({
    row: {
      ...{ itemId, title: '', categoryPath: [], category: null, brand: null, price: 10 },
      sizeSystem: null,
      ...{ hidden: false, launchedAt: 0, impressions: 0, clicks: 0, trend: null },
      segmentTrends: null,
      inStock: stock.some((pieces) => pieces > 0),
      sizes: stock.length,
      skus: stock.map((pieces, n) => ({
        ...{ skuId: `${itemId}-${n}`, sizeLabel: `${n}`, sizeOrder: n, price: 10, stock: pieces },
      })),
      ...more,
    },
    shown: 0,
    clicked: 0,
  });
  const change = (more: Partial<LiveChange> = {}): LiveChange => ({
    ...{ items: new Set(), rooms: new Set(), viewers: new Set() },
    ...{ returned: new Set(), everything: false },
    ...more,
  });

  beforeEach(() => {
    rooms = new Map([
      ['r', room('r', 'a', 'b')],
      ['other', room('other', 'c')],
    ]);
    items = new Map([
      ['a', item('a', [5, 0])],
      ['b', item('b', [0, 0])],
      ['c', item('c', [1])],
    ]);
    watch = new ShelfWatch({ room: (id) => rooms.get(id), item: (id) => items.get(id) });
    watch.see('r');
    watch.see('other');
  });

  const touch = (itemId: string, changed: LiveItem | null | undefined) => {
    if (changed === undefined) items.delete(itemId);
    else items.set(itemId, changed);
    const told = watch.concerned(change({ items: new Set([itemId]) }), ['r', 'other']);
    return { rooms: [...told.rooms], items: [...told.items].map(([id, of]) => [id, [...of]]) };
  };
  const all = { rooms: ['r'], items: [] };
  const those = (itemId: string) => ({ rooms: [], items: [['r', [itemId]]] });

  it('is those that show an item of which there are fewer pieces, sizes, or more of what there was', () => {
    expect(touch('a', item('a', [4, 0]))).toEqual(those('a'));
    expect(touch('a', item('a', [9, 0]))).toEqual(those('a'));
    expect(touch('a', item('a', [9, 1]))).toEqual(all);
    expect(touch('a', item('a', [0, 1]))).toEqual(those('a'));
    expect(touch('a', item('a', [0, 1], { price: 5 }))).toEqual(those('a'));
    expect(touch('b', item('b', [0, 0], { price: 5 }))).toEqual(those('b'));
  });

  it('is all of the room when an item can be sold that could not, or the other way round', () => {
    expect(touch('b', item('b', [0, 1]))).toEqual(all);
    expect(touch('a', item('a', [0, 0]))).toEqual(all);
    expect(touch('a', item('a', [5, 2]))).toEqual(all);
    expect(touch('a', item('a', [5, 2], { hidden: true }))).toEqual(all);
    expect(touch('a', item('a', [5, 2]))).toEqual(all);
    expect(touch('a', item('a', [5, 2], { launchedAt: 5 }))).toEqual(all);
    expect(touch('a', null)).toEqual(all);
  });

  it('is all of the room when an item is not in memory, or was not', () => {
    expect(touch('a', undefined)).toEqual(all);
    expect(touch('a', item('a', [5, 0]))).toEqual(all);
  });

  it('is none when the item is on no shelf that is watched', () => {
    expect(touch('x', item('x', [1]))).toEqual({ rooms: [], items: [] });
    const told = watch.concerned(change({ items: new Set(['c']) }), ['r']);
    expect(told.items.size + told.rooms.size).toBe(0);
  });

  it('is all of a room whose shelf or pin is another, or that was not seen before', () => {
    rooms.set('r', room('r', 'b'));
    const told = watch.concerned(change({ rooms: new Set(['r']) }), ['r', 'other']);
    expect([...told.rooms]).toEqual(['r']);
    // From then on it is known.
    expect(touch('b', item('b', [0, 0], { price: 3 }))).toEqual(those('b'));
    rooms.delete('other');
    expect([...watch.concerned(change(), ['other']).rooms]).toEqual(['other']);
  });

  it('is what the change says of viewers and of everything', () => {
    const told = watch.concerned(change({ viewers: new Set(['uann']), everything: true }), []);
    expect(told).toMatchObject({ everything: true, viewers: new Set(['uann']) });
  });
});
