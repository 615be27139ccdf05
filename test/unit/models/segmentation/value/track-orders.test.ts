import { describe, expect, it } from '@jest/globals';
import { trackOrders } from '../../../../../models/segmentation/value/track-orders.ts';

describe('trackOrders', () => {
  // Nobody stops: a new customer has r t / α repeat orders after a time t; here a day has ½.
  const parameters = { r: 1, alpha: 2, a: 0, b: 1 };

  it('adds up what is expected of each customer since they came, and what they did', () => {
    const histories = [[100, 101, 109], [103, 112], [100]];
    const options = { unit: 1, period: 7, end: 110 };
    expect(trackOrders(parameters, histories, options)).toEqual([
      // Day 106: 6, 3 and 6 days; of the repeats 101
      { through: 106, actual: 1, expected: 7.5 },
      // Day 110 ends the last one: 10, 7 and 10 days; 112 is later
      { through: 110, actual: 2, expected: 13.5 },
    ]);
  });

  it('has α in the unit of time', () => {
    const [week] = trackOrders(parameters, [[100]], { unit: 7, period: 7, end: 106 });
    expect(week?.expected).toBeCloseTo(6 / 7 / 2, 14);
  });
});
