import { describe, expect, it } from '@jest/globals';
import { eventWeights } from '../../../../models/dataset/event-weights.ts';
import {
  changedWeights,
  eventWeightsSchema,
} from '../../../../models/dataset/event-weights-config.ts';

describe('changedWeights', () => {
  it('changes what is given and leaves the rest', () => {
    expect(changedWeights({})).toEqual(eventWeights);
    const changed = changedWeights({ types: { cart: 7 }, interest: { halfLifeDays: 14 } });
    expect(changed.types).toEqual({ ...eventWeights.types, cart: 7 });
    expect(changed.interest).toEqual({ halfLifeDays: 14, lasting: 0.25 });
    expect(changed.view).toEqual(eventWeights.view);
    expect(eventWeights.types.cart).toBe(5);
  });

  it('names every field that is unknown or malformed', () => {
    const bad = { types: { carts: 7, like: 'much' }, view: { shortestMs: 0 }, other: 1 };
    const paths = () => {
      try {
        return changedWeights(bad);
      } catch (error) {
        const { issues } = error as { issues: { path: string[]; keys?: string[] }[] };
        return issues.flatMap(({ path, keys = [] }) =>
          keys.length > 0 ? keys.map((key) => [...path, key].join('.')) : path.join('.'),
        );
      }
    };
    expect(paths()).toEqual(
      expect.arrayContaining(['types.carts', 'types.like', 'view.shortestMs', 'other']),
    );
  });

  it('refuses a weight of what was only shown, and weights by which nothing speaks for an item', () => {
    expect(() => changedWeights({ types: { impression: 0.1 } })).toThrow(/impression/);
    const types = { click: 0, like: 0, comment: 0, share: 0, follow: 0, cart: 0, purchase: 0 };
    expect(() => changedWeights({ types })).toThrow(/no type of event speaks for an item/);
  });

  it('checks what a manifest has by the same rules', () => {
    expect(eventWeightsSchema.parse(eventWeights)).toEqual(eventWeights);
    const { interest: _, ...rest } = eventWeights;
    expect(eventWeightsSchema.safeParse(rest).success).toBe(false);
  });
});
