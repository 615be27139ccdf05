import { describe, expect, it } from '@jest/globals';
import {
  busynessOf,
  dayLength,
  isFestival,
  isWeekend,
} from '../../../../scripts/simulation/calendar.ts';
import { makeItems } from '../../../../scripts/simulation/catalogue.ts';
import { fashionAt } from '../../../../scripts/simulation/taste.ts';
import { openVisit, visitsOf } from '../../../../scripts/simulation/visits.ts';
import { priceBands } from '../../../../scripts/simulation/vocabulary.ts';
import { makeWorld, Owned, RecentSales } from '../../../../scripts/simulation/world.ts';

const until = new Date('2026-05-01T00:00:00Z');
const options = { users: 4000, items: 200, rooms: 12, days: 20, seed: 2, until };

describe('the calendar', () => {
  const noon = (date: string) => Date.parse(`${date}T04:00:00Z`);

  it("is China's", () => {
    // 2026-05-01 is a Friday; Saturday begins there at 16:00 UTC.
    expect(isWeekend(Date.parse('2026-05-01T15:59:59Z'))).toBe(false);
    expect(isWeekend(Date.parse('2026-05-01T16:00:00Z'))).toBe(true);
  });

  it('brings most people at weekends and to the festivals', () => {
    expect(
      ['2026-06-15', '2026-06-16', '2026-06-18', '2026-06-19'].map(noon).map(isFestival),
    ).toEqual([false, true, true, false]);
    expect(busynessOf(noon('2026-05-02'))).toBeGreaterThan(busynessOf(noon('2026-05-01')));
    expect(busynessOf(noon('2026-11-11'))).toBeCloseTo(0.9 * 1.8, 12);
  });
});

describe('the catalogue', () => {
  const items = makeItems(3, 2000, {
    from: until.getTime() - 30 * dayLength,
    until: until.getTime(),
  });

  it('keeps each brand to its band of prices', () => {
    for (const { brand, price, category, truth } of items) {
      const band = priceBands.find(({ name }) => name === truth.band);
      if (band === undefined) throw new Error(`${brand} has no band`);
      const [low, high] = category.price;
      const place = Math.log(price / low) / Math.log(high / low);
      // Price points are ten apart, or fifty.
      expect(place).toBeGreaterThan(band.from - 0.15);
      expect(place).toBeLessThan(band.to + 0.15);
    }
    const bands = new Map(items.map(({ brand, truth }) => [brand, truth.band]));
    expect(new Set(bands.values())).toEqual(new Set(priceBands.map(({ name }) => name)));
    for (const { brand, truth } of items) expect(bands.get(brand)).toBe(truth.band);
  });

  it('has fashions that come and go, the same for all of a style', () => {
    const fashions = new Map(
      items.map(({ attributes, truth }) => [attributes.style, truth.fashion]),
    );
    expect(fashions.size).toBe(10);
    for (const { attributes, truth } of items) {
      expect(fashions.get(attributes.style)).toEqual(truth.fashion);
      const half = (truth.fashion.days * dayLength) / 2;
      const [now, then] = [fashionAt(truth.fashion, 0), fashionAt(truth.fashion, half)];
      expect(now * then).toBeCloseTo(1, 9);
    }
  });
});

describe('the people', () => {
  const world = makeWorld(options);
  const stays = [0, 1, 2, 3, 4].flatMap((day) =>
    visitsOf(world, day).map((visit) => openVisit(world, visit, day)),
  );

  it('come in the order of time, and the same whoever asks', () => {
    const visits = visitsOf(world, 3);
    expect(visits.length).toBeGreaterThan(100);
    expect(visits.map(({ time }) => time)).toEqual(
      visits.map(({ time }) => time).sort((a, b) => a - b),
    );
    expect(visitsOf(makeWorld(options), 3)).toEqual(visits);
  });

  it('look for rooms about what they have come for', () => {
    const inRooms = stays.filter(({ room }) => room !== undefined);
    const suited = inRooms.filter(({ room, occasion }) => room?.truth.occasion === occasion);
    expect(inRooms.length / stays.length).toBeCloseTo(0.8, 1);
    // By chance it would be one in six.
    expect(suited.length / inRooms.length).toBeGreaterThan(0.3);
  });
});

describe('what a shop remembers of the past', () => {
  it('counts pieces by user and category, up to 255', () => {
    const owned = new Owned(2);
    for (let n = 0; n < 300; n++) owned.add(1, 4);
    owned.add(0, 4);
    expect([owned.of(0, 4), owned.of(1, 4), owned.of(1, 5)]).toEqual([1, 255, 0]);
  });

  it('forgets half of the sales in ten days', () => {
    const sales = new RecentSales(1);
    sales.add(0);
    for (let day = 0; day < 10; day++) sales.nextDay();
    expect(sales.of(0)).toBeCloseTo(0.484, 3);
  });
});
