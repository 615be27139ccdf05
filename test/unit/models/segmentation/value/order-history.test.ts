import { describe, expect, it } from '@jest/globals';
import {
  orderHistory,
  summariseOrders,
} from '../../../../../models/segmentation/value/order-history.ts';

describe('orderHistory', () => {
  it('puts orders of one day together, in whatever order they come', () => {
    const orders = [
      { day: 12, money: 5 },
      { day: 10, money: 1 },
      { day: 12, money: 2.5 },
    ];
    expect(orderHistory(orders, [])).toEqual({ days: [10, 12], money: [1, 7.5] });
  });

  it('takes what came back from the last order day before it', () => {
    const orders = [
      { day: 10, money: 8 },
      { day: 20, money: 9 },
    ];
    const returns = [
      { day: 15, money: 3 },
      { day: 20, money: 4 },
      { day: 90, money: 6 },
      // Of an order that is not known.
      { day: 9, money: 100 },
    ];
    expect(orderHistory(orders, returns)).toEqual({ days: [10, 20], money: [5, -1] });
  });

  it('knows nothing of what is later than the day it is asked for', () => {
    const orders = [
      { day: 10, money: 8 },
      { day: 20, money: 9 },
    ];
    expect(orderHistory(orders, [{ day: 20, money: 8 }], 19)).toEqual({ days: [10], money: [8] });
  });
});

describe('summariseOrders', () => {
  it('counts from the first order day, and leaves its money out', () => {
    const history = { days: [10, 12, 40], money: [100, 6, 10] };
    expect(summariseOrders(history, 50)).toEqual({ repeats: 2, recency: 30, age: 40, mean: 8 });
  });

  it('has no mean for who ordered once', () => {
    const summary = { repeats: 0, recency: 0, age: 5, mean: 0 };
    expect(summariseOrders({ days: [10], money: [100] }, 15)).toEqual(summary);
  });

  it('refuses who has not ordered, and orders after the end', () => {
    expect(() => summariseOrders({ days: [], money: [] }, 15)).toThrow(RangeError);
    expect(() => summariseOrders({ days: [16], money: [1] }, 15)).toThrow(RangeError);
  });
});
