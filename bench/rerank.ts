/**
 * The places of an answer: maximal marginal relevance with caps, lazily and by comparing every
 * candidate at every place; exploration; substitutes. See bench/README.md.
 */
import { loadavg } from 'node:os';
import { Command } from 'commander';
import { seededRandom } from '../models/dataset/seeded-random.ts';
import { explore } from '../models/ranking/explore.ts';
import { defaultRankingPolicy, type RankingPolicy } from '../models/ranking/ranking-policy.ts';
import { type ReRankCandidates, reRank } from '../models/ranking/re-rank.ts';
import {
  cosineOfRows,
  cosineOfVectors,
  labelSimilarity,
  unitRows,
} from '../models/ranking/similarity.ts';
import { rankSubstitutes } from '../models/ranking/substitutes.ts';
import { describeMachine } from './bench-database.ts';
import { naiveReRank } from './rerank/naive-rerank.ts';

const options = new Command('rerank')
  .option('--items <n>', 'of the catalogue', Number, 100_000)
  .option('--dimensions <n>', 'of the vectors', Number, 64)
  .option('--rounds <n>', 'timed', Number, 3_000)
  .parse()
  .opts<{ items: number; dimensions: number; rounds: number }>();

/** The first are for the compilers. */
const warmUp = 500;
const categories = 30;
const random = seededRandom(1);
const say = (line: string) => process.stdout.write(`${line}\n`);
const normal = () => {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
};

/** Items of a category lie together: their cosines are about a half. */
function catalogue() {
  const { items, dimensions } = options;
  const centres = Array.from({ length: categories }, () =>
    Float32Array.from({ length: dimensions }, normal),
  );
  const category = Uint8Array.from({ length: items }, () => Math.floor(random() * categories));
  const vectors = new Float32Array(items * dimensions);
  for (let item = 0; item < items; item++) {
    const centre = centres[category[item] ?? 0];
    for (let n = 0; n < dimensions; n++) {
      vectors[item * dimensions + n] = (centre?.[n] ?? 0) + normal();
    }
  }
  const units = unitRows(vectors, dimensions);
  const rowOf = (item: number) => units.subarray(item * dimensions, (item + 1) * dimensions);
  return { units, category, views: Array.from({ length: items }, (_, item) => rowOf(item)) };
}

const shop = catalogue();

interface Drawn {
  readonly candidates: ReRankCandidates;
  readonly byViews: ReRankCandidates;
  readonly impressions: Uint32Array;
  readonly clicks: Uint32Array;
}

/** Candidates as a room's shelf has them: a few categories, relevance standardised, best first. */
function draw(count: number): Drawn {
  const rows = Int32Array.from({ length: count }, () => Math.floor(random() * options.items));
  const relevance = Float64Array.from({ length: count }, normal).sort().reverse();
  const labels = Array.from(rows, (row) => (shop.category[row] ?? 0) % 6);
  const brands = Array.from(rows, (row) => row % 12);
  const popularity = Float64Array.from({ length: count }, random);
  const otherwise = labelSimilarity(labels, brands);
  const columns = { relevance, popularity, categories: labels, brands };
  const views = Array.from(rows, (row) => shop.views[row]);
  const { units } = shop;
  return {
    candidates: {
      ...columns,
      similarity: cosineOfRows({ matrix: units, dimensions: options.dimensions }, rows, otherwise),
    },
    byViews: { ...columns, similarity: cosineOfVectors(views, otherwise) },
    impressions: Uint32Array.from({ length: count }, () => Math.floor(1_000 * random() ** 2)),
    clicks: new Uint32Array(count).fill(2),
  };
}

/** Microseconds, least and most often. */
function timed(name: string, work: (drawn: Drawn) => unknown, count: number): void {
  const times: number[] = [];
  for (let round = -warmUp; round < options.rounds; round++) {
    const drawn = draw(count);
    const start = performance.now();
    work(drawn);
    if (round >= 0) times.push(1_000 * (performance.now() - start));
  }
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    (times[Math.floor(share * times.length)] ?? 0).toFixed(1).padStart(7);
  say(`  ${name.padEnd(52)} p50 ${at(0.5)} µs, p95 ${at(0.95)} µs, p99 ${at(0.99)} µs`);
}

function compared(count: number, limit: number, policy: RankingPolicy): number {
  const { candidates } = draw(count);
  let calls = 0;
  const similarity = (a: number, b: number) => {
    calls++;
    return candidates.similarity(a, b);
  };
  reRank({ ...candidates, similarity }, { limit, policy });
  return calls;
}

function reRanking(count: number, limit: number, policy: RankingPolicy): void {
  const { candidates } = draw(count);
  const lazily = reRank(candidates, { limit, policy }).join();
  if (lazily !== naiveReRank(candidates, limit, policy).join()) throw new Error('they differ');
  say(`${count} candidates, ${limit} places, λ ${policy.relevanceWeight}`);
  say(`  similarities compared: ${compared(count, limit, policy)} of ${limit * count}`);
  timed(
    'lazy, rows of one matrix',
    ({ candidates }) => reRank(candidates, { limit, policy }),
    count,
  );
  timed('lazy, a vector a candidate', ({ byViews }) => reRank(byViews, { limit, policy }), count);
  timed('naive', ({ candidates }) => naiveReRank(candidates, limit, policy), count);
}

function exploring(count: number, limit: number, explorationShare: number): void {
  const order = Uint32Array.from({ length: limit }, (_, n) => n);
  const policy = { ...defaultRankingPolicy, explorationShare };
  const prior = { clicks: 2, misses: 60 };
  say(`exploration of ${100 * explorationShare} %, ${count} candidates, ${limit} places`);
  let seed = 0;
  timed(
    'two fifths of them with few impressions',
    ({ candidates: { relevance }, impressions, clicks }) =>
      explore(
        order,
        { relevance, impressions, clicks },
        { policy, prior, random: seededRandom(seed++) },
      ),
    count,
  );
}

say(`${describeMachine()}, one thread, load ${loadavg()[0]?.toFixed(1)}`);
say(`${options.items} items of ${options.dimensions} dimensions, ${options.rounds} rounds`);
for (const relevanceWeight of [0.8, 0.5]) {
  const policy = { ...defaultRankingPolicy, relevanceWeight };
  reRanking(100, 20, policy);
  reRanking(300, 20, policy);
}
exploring(100, 20, 0.05);
exploring(100, 20, 0.2);
exploring(300, 20, 0.2);
say('substitutes of one item among 100');
timed(
  'closeness and order',
  () => {
    const candidates = Array.from({ length: 100 }, (_, n) => ({
      category: 'one',
      price: 50 + n,
      vector: shop.views[n],
    }));
    rankSubstitutes({ category: 'one', price: 80, vector: shop.views[500] }, candidates, 5);
  },
  1,
);
