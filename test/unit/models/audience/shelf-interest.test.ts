import { describe, expect, it } from '@jest/globals';
import { partsOf } from '../../../../models/audience/audience-parts.ts';
import {
  type AudienceUsers,
  AudienceUsersBuilder,
} from '../../../../models/audience/audience-users.ts';
import {
  recencyFactor,
  recencyHalf,
  shelfInterest,
} from '../../../../models/audience/shelf-interest.ts';
import { whyUser } from '../../../../models/audience/why-user.ts';
import { IdMap } from '../../../../models/dataset/id-map.ts';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { rowOf, type SparseMatrix } from '../../../../models/dataset/sparse-matrix.ts';
import { AlsModel } from '../../../../models/recommenders/als-model.ts';
import { createHybridTrainer } from '../../../../models/recommenders/hybrid.ts';
import type { Model } from '../../../../models/recommenders/model.ts';
import { PopularityModel } from '../../../../models/recommenders/popularity.ts';
import { SlimModel } from '../../../../models/recommenders/slim-model.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';
import { twoBlocks } from '../../../helpers/recommender-suite.ts';

const day = 86_400;
const now = 1000 * day;

function usersOf(model: Model, histories: SparseMatrix, seen = () => now): AudienceUsers {
  const builder = new AudienceUsersBuilder(model.itemCount, partsOf(model));
  for (let user = 0; user < histories.rows; user++) {
    const { indices: items, values: weights } = rowOf(histories, user);
    builder.add({ items, weights }, seen());
  }
  return builder.build();
}

/** One user after the other, item by item, through the queries that answer viewers. */
function naive(users: AudienceUsers, shelf: Uint32Array): Float64Array {
  return Float64Array.from({ length: users.count }, (_, user) => {
    const { indices: items, values: weights } = rowOf(users.histories, user);
    let sum = 0;
    for (const { part, scale } of users.parts) {
      const scores = new Float32Array(shelf.length);
      part.model.query({ items, weights }).scoreItems(shelf, scores);
      for (const score of scores) sum += scale * score;
    }
    return Math.max(0, sum) * recencyFactor(users.lastSeen[user] ?? 0, now);
  });
}

function interestOf(users: AudienceUsers, shelf: Uint32Array, time = now): Float64Array {
  const out = new Float64Array(users.count);
  shelfInterest(users, { items: shelf }, time, out);
  return out;
}

describe('what is to be expected of users for a shelf', () => {
  it('is worked out by hand for a graph', () => {
    // Having 0 speaks for 2 with 1 and for 3 with 2; having 1 speaks for 3 with 4.
    const graph = buildInteractions(
      [
        [0, 2, 1],
        [0, 3, 2],
        [1, 3, 4],
      ],
      4,
      4,
    );
    const histories = buildInteractions(
      [
        [0, 0, 1],
        [1, 1, 1],
        [2, 0, 2],
        [2, 1, 1],
      ],
      3,
      4,
    );
    const users = usersOf(new SlimModel(graph), histories);
    const scale = users.parts[0]?.scale ?? 0;
    // Of 0 met by nobody else: user 0 scores 1, 2, 3 as 0, 1, 2; user 1 0, 2, 3 as 0, 0, 4; user 2
    // 2, 3 as 2, 8. Means 1, 4/3, 5; mean squares 5/3, 16/3, 34.
    const squares = (5 / 3 + 16 / 3 + 34) / 3;
    const means = (1 + 4 / 3 + 5) / 3;
    expect(scale).toBeCloseTo(1 / Math.sqrt(squares - means ** 2), 6);
    const found = interestOf(users, Uint32Array.of(2, 3)).map((value) => value / scale);
    expect(Array.from(found, (value) => Math.round(1e6 * value) / 1e6)).toEqual([3, 4, 10]);
  });

  it('halves with the days since a user was seen, as documented', () => {
    expect(recencyFactor(now, now)).toBe(1);
    expect(recencyFactor(now - recencyHalf * day, now)).toBe(0.5);
    expect(recencyFactor(now - 3 * recencyHalf * day, now)).toBe(0.25);
    // Clocks differ.
    expect(recencyFactor(now + day, now)).toBe(1);
  });

  it.each([
    ['the default hybrid', {}],
    [
      'every component',
      { 'item-neighbours': 1, spectral: 0.5, 'user-neighbours': 2, popularity: 1 },
    ],
  ])('is that of one user after the other through the online queries: %s', async (_, more) => {
    const interactions = randomInteractions({ rows: 1100, columns: 90, longest: 12, seed: 4 });
    const items = new IdMap(Array.from({ length: 90 }, (_none, n) => `i${n}`));
    const dataset = { users: new IdMap(), items, interactions };
    const trainer = createHybridTrainer({
      als: { dimensions: 12, epochs: 3 },
      spectral: { dimensions: 6 },
      'user-neighbours': { neighbours: 15 },
      weights: { slim: 1, als: 2, ...more },
    });
    const model = await trainer.fit(dataset, { seed: 1 });
    let seen = 0;
    const users = usersOf(model, dataset.interactions, () => now - (seen++ % 100) * day);
    const shelf = Uint32Array.from({ length: 25 }, (_none, n) => 3 * n + 2);
    const found = interestOf(users, shelf);
    const expected = naive(users, shelf);
    expect(expected.filter((value) => value > 0).length).toBeGreaterThan(500);
    const largest = Math.max(...expected);
    expected.forEach((value, user) => {
      expect(Math.abs((found[user] ?? 0) - value)).toBeLessThan(1e-5 * largest);
    });
  });

  it('names the users of a block for the items of the block', async () => {
    const { interactions } = twoBlocks();
    const model = await createHybridTrainer({ als: { dimensions: 4 } }).fit(twoBlocks(), {
      seed: 1,
    });
    const users = usersOf(model, interactions);
    const first = interestOf(users, Uint32Array.of(0, 1, 2));
    const least = Math.min(...first.subarray(0, 6));
    expect(least).toBeGreaterThan(Math.max(...first.subarray(6)));
  });

  it('counts an item that the model was not trained on by its vector', () => {
    const model = new AlsModel({
      dimensions: 2,
      itemFactors: Float32Array.of(1, 0, 0, 1, 0.5, 0),
      eigenvalues: Float32Array.of(1.25, 1),
      unobservedWeight: 1,
      regularisation: 1,
      exponent: 0,
    });
    const users = usersOf(
      model,
      buildInteractions(
        [
          [0, 0, 1],
          [1, 1, 1],
        ],
        2,
        3,
      ),
    );
    const out = new Float64Array(2);
    const newItems = [Float32Array.of(0, 2, 7)];
    shelfInterest(users, { items: new Uint32Array(), newItems }, now, out);
    expect(out[0]).toBe(0);
    expect(out[1]).toBeGreaterThan(0);
  });

  it('refuses a model that says the same of everybody, and room for others', () => {
    expect(partsOf(new PopularityModel(Float32Array.of(1, 2)))).toEqual([]);
    expect(() => new AudienceUsersBuilder(2, [])).toThrow('the same of all users');
    const users = usersOf(new SlimModel(buildInteractions([[0, 1, 1]], 2, 2)), {
      ...buildInteractions([[0, 0, 1]], 1, 2),
    });
    expect(() =>
      shelfInterest(users, { items: new Uint32Array() }, now, new Float64Array(3)),
    ).toThrow(RangeError);
  });
});

describe('why a user is named', () => {
  it('tells the best items and what of the history says so', () => {
    const graph = buildInteractions(
      [
        [0, 2, 1],
        [0, 3, 2],
        [1, 3, 6],
        [1, 2, 1],
      ],
      5,
      5,
    );
    const histories = buildInteractions(
      [
        [0, 0, 1],
        [0, 1, 1],
        [0, 4, 9],
        [1, 4, 1],
      ],
      2,
      5,
    );
    const users = usersOf(new SlimModel(graph), histories);
    const { best, from } = whyUser(users, 0, Uint32Array.of(2, 4, 3), 3);
    expect(best.map(({ place }) => place)).toEqual([2, 0]);
    // 2 of 0 and 6 of 1 for item 3, 1 of each for item 2.
    expect(from).toEqual([
      { item: 1, share: expect.closeTo(0.7, 6) },
      { item: 0, share: expect.closeTo(0.3, 6) },
    ]);
  });

  it('says nothing where nothing is to be expected', () => {
    const graph = buildInteractions([[0, 1, 1]], 3, 3);
    const users = usersOf(
      new SlimModel(graph),
      buildInteractions(
        [
          [0, 2, 1],
          [1, 0, 1],
        ],
        2,
        3,
      ),
    );
    expect(whyUser(users, 0, Uint32Array.of(1), 3)).toEqual({ best: [], from: [] });
  });
});
