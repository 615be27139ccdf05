import { describe, expect, it } from '@jest/globals';
import { Funnel } from '../../../../scripts/simulation/funnel.ts';
import { Journal } from '../../../../scripts/simulation/journal.ts';
import { openVisit, visitsOf } from '../../../../scripts/simulation/visits.ts';
import { makeWorld } from '../../../../scripts/simulation/world.ts';
import type { EventRow } from '../../../../services/simulation/shop-store.ts';

const size = { users: 3000, items: 80, rooms: 4, days: 5, seed: 9 };
const until = new Date('2026-05-01T00:00:00Z');

/** What the visitors of a day do when all are shown the same list. */
function play(
  list: readonly number[],
  { position = (n: number) => n, sold = 0, chosen = undefined as number | undefined } = {},
) {
  const world = makeWorld({ ...size, until });
  for (let n = 0; n < sold; n++) for (const at of list) world.sales.add(at);
  const parcels: EventRow[] = [];
  const funnel = new Funnel({
    world,
    journal: new Journal('test'),
    onReturn: (parcel) => parcels.push(parcel),
  });
  const events: EventRow[] = [];
  for (const visit of visitsOf(world, 0)) {
    const stay = openVisit(world, visit, 0);
    for (const [n, at] of list.entries()) {
      events.push(...funnel.look(stay, { at, position: position(n), size: chosen }));
    }
  }
  return { world, events, parcels };
}

const all = Array.from({ length: size.items }, (_, at) => at);
const clicksOf = (events: readonly EventRow[]) =>
  new Set(
    events.flatMap(({ type, sessionId, itemId }) =>
      type === 'click' ? [`${sessionId} ${itemId}`] : [],
    ),
  );

describe('Funnel', () => {
  it('lets people look less at what lies further down, and at nothing else for it', () => {
    const front = clicksOf(play(all, { position: () => 0 }).events);
    const back = clicksOf(play(all, { position: () => 20 }).events);
    // 1 / 21^0.35 = 0.344.
    expect(back.size / front.size).toBeGreaterThan(0.31);
    expect(back.size / front.size).toBeLessThan(0.38);
    expect([...back].filter((click) => !front.has(click))).toEqual([]);
  });

  it('tempts people with what others have bought', () => {
    const unsold = clicksOf(play(all, { position: () => 0 }).events);
    const sold = clicksOf(play(all, { position: () => 0, sold: 100 }).events);
    expect(sold.size).toBeGreaterThan(1.1 * unsold.size);
  });

  it('makes of an item the same whatever was shown before it', () => {
    const alone = play([7], { position: () => 0 }).events;
    const after = play([3, 7], { position: () => 0 }).events;
    const ofItem = (events: readonly EventRow[]) => [...clicksOf(events)].filter(isSeven).sort();
    const isSeven = (click: string) => click.endsWith('item-0008');
    expect(ofItem(after)).toEqual(ofItem(alone));
    expect(ofItem(alone).length).toBeGreaterThan(0);
  });

  it('sells no more pieces of a SKU than there are', () => {
    const { world: fresh } = play([]);
    const { world, events } = play(all, { position: () => 0, sold: 1000 });
    const sold = new Map<string, number>();
    for (const { type, skuId } of events) {
      if (type === 'purchase' && skuId) sold.set(skuId, (sold.get(skuId) ?? 0) + 1);
    }
    let emptied = 0;
    for (const [at, item] of world.items.entries()) {
      for (const [place, label] of item.sizes.labels.entries()) {
        for (const [colour, name] of item.colours.entries()) {
          const gone = sold.get(`${item.id}-${label}-${name}`) ?? 0;
          const before = fresh.stock.of(at, place, colour);
          expect(world.stock.of(at, place, colour)).toBe(before - gone);
          if (gone > 0 && gone === before) emptied++;
        }
      }
    }
    expect(emptied).toBeGreaterThan(0);
  });

  it('sends back what does not fit, more of it when the size that is chosen does not', () => {
    const wrong = (chosen: number | undefined) => {
      const { events, parcels } = play(all, { position: () => 0, chosen });
      const bought = events.filter(({ type }) => type === 'purchase').length;
      const bySize = parcels.filter(({ reason }) => /^too_/.test(reason ?? '')).length;
      return { bought, share: bySize / bought };
    };
    const own = wrong(undefined);
    expect(own.bought).toBeGreaterThan(100);
    expect(own.share).toBeGreaterThan(0.04);
    // Nobody takes a size that is two or more off their own idea.
    expect(wrong(2).share).toBeGreaterThan(1.15 * own.share);
  });
});
