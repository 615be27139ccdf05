import { partsOf } from '../../models/audience/audience-parts.ts';
import { AudienceUsersBuilder } from '../../models/audience/audience-users.ts';
import { recencyFactor, shelfInterest } from '../../models/audience/shelf-interest.ts';
import { IdMap } from '../../models/dataset/id-map.ts';
import { seededRandom } from '../../models/dataset/seeded-random.ts';
import { rowOf } from '../../models/dataset/sparse-matrix.ts';
import { createHybridTrainer } from '../../models/recommenders/hybrid.ts';
import type { Model } from '../../models/recommenders/model.ts';
import { boughtBetween, dayLength, type Known, knownBefore, type PastShop } from './past-shop.ts';

/** Means over the shelves that at least ten users bought from. */
export interface ShelfFigures {
  readonly precision: number;
  /** Of the first hundredth of the users: buyers among them over those by chance. */
  readonly lift: number;
  /** Which part of the buyers is among the first tenth. */
  readonly recall: number;
}

export const rules = [
  'audience',
  'audience without recency',
  "the user's own standard scores, mean",
  'most active: interest',
  'most active: deeds of late',
  'most active: purchases',
  'last seen',
  'chance',
] as const;
type Rule = (typeof rules)[number];

const fewestBuyers = 10;

/** @param isEarlier the validation part in place of the test */
export async function measureShelves(
  shop: PastShop,
  isEarlier: boolean,
): Promise<ReadonlyMap<string, ShelfFigures>> {
  const days = shop.testDays * dayLength;
  const cut = shop.end - (isEarlier ? 2 : 1) * days;
  const known = knownBefore(shop, cut);
  const items = new IdMap(Array.from({ length: shop.items }, (_, n) => `i${n}`));
  const dataset = { users: new IdMap(), items, interactions: known.histories };
  const model = await createHybridTrainer().fit(dataset, { seed: 1 });
  const bought = boughtBetween(shop, cut, cut + days);
  const ranker = new Ranker(model, known, cut / 1000);
  const sums = new Map(rules.map((rule) => [rule, { precision: 0, lift: 0, recall: 0 }]));
  let shelves = 0;
  for (const shelf of shop.shelves) {
    const buyers = ranker.users.map((user) => {
      const basket = bought.get(user);
      return basket !== undefined && shelf.some((item) => basket.has(item));
    });
    if (buyers.filter(Boolean).length < fewestBuyers) continue;
    shelves += 1;
    for (const [rule, scores] of ranker.scores(Uint32Array.from(shelf))) {
      const sum = sums.get(rule);
      if (!sum) continue;
      const figures = figuresOf(scores, buyers);
      sum.precision += figures.precision;
      sum.lift += figures.lift;
      sum.recall += figures.recall;
    }
  }
  return new Map(
    [...sums].map(([rule, { precision, lift, recall }]) => [
      rule,
      { precision: precision / shelves, lift: lift / shelves, recall: recall / shelves },
    ]),
  );
}

/** Users with a history, and what each rule says of them. */
class Ranker {
  readonly users: readonly number[];
  readonly #model: Model;
  readonly #known: Known;
  readonly #now: number;
  readonly #audience: ReturnType<AudienceUsersBuilder['build']>;

  constructor(model: Model, known: Known, now: number) {
    this.#model = model;
    this.#known = known;
    this.#now = now;
    const builder = new AudienceUsersBuilder(model.itemCount, partsOf(model));
    const users: number[] = [];
    for (let user = 0; user < known.histories.rows; user++) {
      const { indices: items, values: weights } = rowOf(known.histories, user);
      if (items.length === 0) continue;
      users.push(user);
      builder.add({ items, weights }, known.lastSeen[user] ?? 0);
    }
    this.users = users;
    this.#audience = builder.build();
  }

  scores(shelf: Uint32Array): Map<Rule, Float64Array> {
    const { lastSeen, interest, recentDeeds, purchases } = this.#known;
    const of = (values: Float64Array) => Float64Array.from(this.users, (user) => values[user] ?? 0);
    const audience = new Float64Array(this.users.length);
    shelfInterest(this.#audience, { items: shelf }, this.#now, audience);
    const random = seededRandom(1);
    return new Map<Rule, Float64Array>([
      ['audience', audience],
      [
        'audience without recency',
        audience.map((value, n) => {
          return value / recencyFactor(lastSeen[this.users[n] ?? 0] ?? 0, this.#now);
        }),
      ],
      ["the user's own standard scores, mean", this.#standardScores(shelf)],
      ['most active: interest', of(interest)],
      ['most active: deeds of late', of(recentDeeds)],
      ['most active: purchases', of(purchases)],
      ['last seen', of(lastSeen)],
      ['chance', Float64Array.from(this.users, random)],
    ]);
  }

  /** What answers "which item for this user", taken for an answer to the other question. */
  #standardScores(shelf: Uint32Array): Float64Array {
    const scores = new Float32Array(shelf.length);
    return Float64Array.from(this.users, (user) => {
      const { indices: items, values: weights } = rowOf(this.#known.histories, user);
      this.#model.query({ items, weights }).scoreItems(shelf, scores);
      return scores.reduce((sum, score) => sum + score, 0);
    });
  }
}

function figuresOf(scores: Float64Array, buyers: readonly boolean[]): ShelfFigures {
  const order = Array.from(scores.keys()).sort(
    (a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b,
  );
  const count = buyers.filter(Boolean).length;
  const hundredth = Math.round(order.length / 100);
  const tenth = Math.round(order.length / 10);
  let hits = 0;
  let precision = 0;
  let early = 0;
  let found = 0;
  for (const [rank, n] of order.entries()) {
    if (!buyers[n]) continue;
    hits += 1;
    precision += hits / (rank + 1);
    if (rank < hundredth) early += 1;
    if (rank < tenth) found += 1;
  }
  return {
    precision: precision / count,
    lift: early / hundredth / (count / order.length),
    recall: found / count,
  };
}
