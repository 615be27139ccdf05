import { AudienceIndex } from '../../models/audience/audience-index.ts';
import { partsOf } from '../../models/audience/audience-parts.ts';
import { type AudienceUsers, AudienceUsersBuilder } from '../../models/audience/audience-users.ts';
import { recencyFactor } from '../../models/audience/shelf-interest.ts';
import { UserIdsBuilder } from '../../models/audience/user-ids.ts';
import { IdMap } from '../../models/dataset/id-map.ts';
import { seededRandom } from '../../models/dataset/seeded-random.ts';
import { rowOf } from '../../models/dataset/sparse-matrix.ts';
import type { Model } from '../../models/recommenders/model.ts';
import { randomHybrid } from '../recommend/generated-shop.ts';
import type { AudienceBenchOptions } from './options.ts';

type Say = (line: string) => void;

const day = 86_400;
const now = 1e9;
const most = 100;
const milliseconds = (from: number) => performance.now() - from;

/** The index in this process, and the naive reference. */
export function measureIndex(options: AudienceBenchOptions, say: Say): void {
  const { users: count, items, shelf, questions } = options;
  const model = randomHybrid({ ...options, rooms: 0 });
  const start = performance.now();
  const { index, users, ids } = indexOf(model, options);
  const seconds = milliseconds(start) / 1000;
  const bytes = users.byteLength + ids;
  say(
    `${count} users asked about in ${seconds.toFixed(1)} s (${((1e6 * seconds) / count).toFixed(0)} µs each), ` +
      `${Math.round(bytes / 2 ** 20)} MiB (${Math.round(bytes / count)} bytes each)`,
  );
  const random = seededRandom(7);
  const shelves = Array.from({ length: questions }, () =>
    Array.from({ length: shelf }, () => `item-${Math.floor(items * random() ** 2)}`),
  );
  say(
    `the best ${most} of ${count} users for ${shelf} items: ${timesOf(shelves, (itemIds) => {
      const ranking = index.forShelf({ itemIds, newItems: new Map(), now });
      index.page(ranking, 0, most);
    })}`,
  );
  say(
    `the same with why of each: ${timesOf(shelves, (itemIds) => {
      const ranking = index.forShelf({ itemIds, newItems: new Map(), now });
      index.why(ranking, index.page(ranking, 0, most).users, 3);
    })}`,
  );
  const seeds = Array.from({ length: questions }, (_, n) =>
    index.find(Array.from({ length: 1_000 }, (_none, at) => idOf((n * 997 + at * 131) % count))),
  );
  say(
    `the ${most} most like 1,000 users: ${timesOf(seeds, (set) => {
      const ranking = index.forSeeds(set);
      if (ranking) index.page(ranking, 0, most);
    })}`,
  );
  compare(index, users, shelves, options, say);
}

/** One user after the other, item by item: the same scores, in the same order. */
function compare(
  index: AudienceIndex,
  users: AudienceUsers,
  shelves: readonly string[][],
  { sample, users: count }: AudienceBenchOptions,
  say: Say,
): void {
  const [itemIds = []] = shelves;
  const ranking = index.forShelf({ itemIds, newItems: new Map(), now });
  const scores = new Float32Array(ranking.items.length);
  const step = Math.floor(count / sample);
  const start = performance.now();
  const naive = Array.from({ length: sample }, (_, n) => {
    const user = n * step;
    const { indices: items, values: weights } = rowOf(users.histories, user);
    let sum = 0;
    for (const { part, scale } of users.parts) {
      part.model.query({ items, weights }).scoreItems(ranking.items, scores);
      for (const score of scores) sum += scale * score;
    }
    return { user, score: Math.max(0, sum) * recencyFactor(users.lastSeen[user] ?? 0, now) };
  });
  const each = milliseconds(start) / sample;
  say(
    `naive: ${(1000 * each).toFixed(0)} µs a user, ${((each * count) / 1000).toFixed(1)} s for all of them`,
  );
  const largest = Math.max(...naive.map(({ score }) => score));
  let difference = 0;
  let swapped = 0;
  const ordered = naive.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
  for (const [n, { user, score }] of ordered.entries()) {
    const fast = ranking.scores[user] ?? 0;
    difference = Math.max(difference, Math.abs(fast - score) / largest);
    const next = ordered[n + 1];
    if (next && (ranking.scores[next.user] ?? 0) > fast && score - next.score > 1e-6 * largest)
      swapped += 1;
  }
  say(
    `of ${ordered.length} of them: largest difference ${difference.toExponential(1)} of the highest score, ` +
      `${swapped} in another order`,
  );
  if (difference > 1e-5 || swapped > 0) throw new Error('not the same as the naive reference');
}

function indexOf(model: Model, { users: count, events, items }: AudienceBenchOptions) {
  const random = seededRandom(5);
  const builder = new AudienceUsersBuilder(model.itemCount, partsOf(model));
  const ids = new UserIdsBuilder();
  for (let user = 0; user < count; user++) {
    const taken = new Set<number>();
    while (taken.size < events) taken.add(Math.floor(items * random() ** 2));
    const weights = new Float32Array(events).map(() => 0.5 + 3 * random());
    ids.add(idOf(user));
    builder.add({ items: Uint32Array.from(taken).sort(), weights }, now - 180 * day * random());
  }
  const users = builder.build();
  const names = ids.build();
  const known = new IdMap(Array.from({ length: items }, (_, n) => `item-${n}`));
  return {
    users,
    ids: names.byteLength,
    index: new AudienceIndex({ users, ids: names, items: known, seed: 1 }),
  };
}

function idOf(user: number): string {
  return `user-${String(user).padStart(8, '0')}`;
}

function timesOf<T>(questions: readonly T[], ask: (question: T) => void): string {
  const times = questions.map((question) => {
    const start = performance.now();
    ask(question);
    return milliseconds(start);
  });
  const [first = 0] = times;
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(0);
  return `p50 ${at(0.5)} ms, at most ${at(1)} ms (the first ${first.toFixed(0)} ms)`;
}
