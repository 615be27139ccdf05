import { describe, expect, it } from '@jest/globals';
import { nextItems } from '../../../../models/ranking/next-item.ts';
import { type DemandItem, RoomDemand } from '../../../../models/ranking/room-demand.ts';

/** A relevance at which odds of 1 become odds of 3, so that the probability is 3/4. */
const triples = 2 * Math.log(3);

describe('what the viewers of a room would click and buy', () => {
  const dress: DemandItem = { clickRate: 0.5, purchaseRate: 0.4, sizes: 3 };
  const stock = [[1, 0, 10], [2]];
  const hat: DemandItem = { clickRate: 0.2, purchaseRate: 0.5, sizes: 1 };

  it('is the sum of their probabilities, by size where that is known', () => {
    const room = new RoomDemand([dress, hat]);
    // 3/4 and 1/5 of a click; the dress in the first size.
    room.add({ relevance: [triples, 0], sizes: [0, -1] });
    // 1/4; odds of 1/4 times 1/3 are 1/12, a probability of 1/13. The dress in the second size.
    room.add({ relevance: [-triples, -triples], sizes: [1, -1] });
    // Nothing is known of this one.
    room.add({ sizes: [-1, -1] });
    const [first, second] = room.result(1, stock);
    expect(first?.clicks).toBeCloseTo(1.5, 12);
    expect(first?.purchases).toBeCloseTo(0.6, 12);
    expect(Array.from(first?.bySize ?? [])).toEqual([
      expect.closeTo(0.3, 12),
      expect.closeTo(0.1, 12),
      0,
    ]);
    // The second size is sold out; the viewer without a size takes of what is left.
    expect(first?.served).toBeCloseTo(0.3 + 0.2, 12);
    expect(second?.clicks).toBeCloseTo(0.2 + 1 / 13 + 0.2, 12);
    expect(second?.served).toBeCloseTo(second?.purchases ?? 0, 12);
  });

  it('is scaled up from a sample before it is compared with the stock', () => {
    const room = new RoomDemand([dress]);
    room.add({ sizes: [0] });
    room.add({ sizes: [-1] });
    // 0.2 purchases each, of 50 viewers each: 10 in the first size with its one piece, and 10 in any
    // of the 10 pieces that are left.
    expect(room.result(50, stock)[0]).toMatchObject({ clicks: 50, purchases: 20, served: 11 });
  });

  it('leaves out viewers who have an item already', () => {
    const room = new RoomDemand([dress, hat]);
    room.add({ sizes: [0, -1], owned: [1, 0] });
    const [first, second] = room.result(1, stock);
    expect(first).toMatchObject({ clicks: 0, purchases: 0, served: 0 });
    expect(second?.clicks).toBeCloseTo(0.2, 12);
  });

  it('is nothing without viewers', () => {
    expect(new RoomDemand([hat]).result(1, [[2]])[0]).toMatchObject({
      clicks: 0,
      purchases: 0,
      served: 0,
    });
  });

  it('takes one element an item of each viewer', () => {
    const room = new RoomDemand([dress, hat]);
    expect(() => room.add({ sizes: [0] })).toThrow('expected 2 elements');
    expect(() => room.add({ sizes: [0, 0], relevance: [1] })).toThrow('expected 2 elements');
  });
});

describe('what a host should show next', () => {
  const weights = { click: 1, purchase: 10, freshHalfLife: 600 };
  const none = new Float64Array();
  const item = (clicks: number, purchases: number, served: number) => {
    return { clicks, purchases, served, bySize: none };
  };
  const unseen = Number.NaN;

  it('is what brings most of what the stock can serve', () => {
    const demand = [item(10, 1, 1), item(30, 3, 1), item(12, 1, 1)];
    // 10 + 10; (30 + 30) / 3; 12 + 10: of equals the one that stands first.
    expect(nextItems(demand, [unseen, unseen, unseen], weights)).toMatchObject([
      { index: 2, score: 22, servable: 1 },
      { index: 0, score: 20 },
      { index: 1, score: expect.closeTo(20, 9), servable: expect.closeTo(1 / 3, 12) },
    ]);
  });

  it('is less what was shown a moment ago, and not what is shown now', () => {
    const demand = [item(40, 0.1, 0.1), item(40, 0.1, 0.1), item(40, 0.1, 0.1), item(40, 0.1, 0.1)];
    const next = nextItems(demand, [0, 600, 1200, unseen], weights);
    expect(next.map(({ index }) => index)).toEqual([3, 2, 1]);
    expect(next.map(({ freshness }) => freshness)).toEqual([1, 0.75, 0.5]);
  });

  it('is nothing that nobody could buy', () => {
    expect(nextItems([item(10, 1, 0), item(0, 0, 0)], [unseen, unseen], weights)).toEqual([]);
  });
});
