import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../models/dataset/seeded-random.ts';
import { toQuery } from '../../../services/database/sql.ts';
import { checkRule } from '../../../services/segments/check-rule.ts';
import { fieldNames, findField } from '../../../services/segments/segment-fields.ts';
import { SegmentQueries } from '../../../services/segments/segment-queries-store.ts';
import { createTestDatabase } from '../../helpers/test-database.ts';
import { makeSegmentShop, now } from './segment-shop.ts';

const tagKinds = ['category', 'brand', 'price'];
const words = {
  findField: (name: string) => findField(name, tagKinds),
  fieldNames: fieldNames(tagKinds),
  now,
};

const leaves = [
  { field: 'gender', op: 'eq', value: 'female' },
  { field: 'cityTier', op: 'lte', value: 2 },
  { field: 'clicks', op: 'gte', value: 1 },
  { field: 'returnRate', op: 'lte', value: 0 },
  { field: 'tier', op: 'ne', value: 'lost' },
  { field: 'probabilityAlive', op: 'gt', value: 0.2 },
  { field: 'tag.brand', op: 'in', value: ['Korda', 'Linea'] },
  { field: 'usualSize', op: 'eq', value: 'M' },
  { field: 'attributes.points', op: 'gte', value: 20 },
  { events: 'purchase', op: 'gte', value: 1 },
  { events: 'click', within: { days: 30 }, op: 'lt', value: 2 },
  { events: 'any', where: { category: ['women'] }, measure: 'items', op: 'eq', value: 1 },
  { bucket: { seed: 'trees', from: 0.2, to: 0.7 } },
];

type Tree = { all: Tree[] } | { any: Tree[] } | { not: Tree } | { leaf: number };

let test: Awaited<ReturnType<typeof createTestDatabase>>;
let queries: SegmentQueries;

beforeAll(async () => {
  test = await createTestDatabase();
  queries = new SegmentQueries(test.database, tagKinds);
  await makeSegmentShop(test.database);
});

afterAll(async () => {
  await test.drop();
});

async function idsOf(rule: unknown): Promise<ReadonlySet<string>> {
  const { sql } = await queries.ofRule(checkRule(rule, words), now);
  const { text, values } = toQuery(sql);
  const rows = await test.database.query<{ user_id: string }>(text, values);
  const ids = new Set(rows.map(({ user_id }) => user_id));
  expect(ids.size).toBe(rows.length);
  return ids;
}

function grow(random: () => number, depth: number): Tree {
  const parts = () =>
    Array.from({ length: 1 + Math.floor(random() * 3) }, () => grow(random, depth - 1));
  const kind = random();
  if (depth === 0 || kind < 0.2) return { leaf: Math.floor(random() * leaves.length) };
  if (kind < 0.5) return { all: parts() };
  if (kind < 0.8) return { any: parts() };
  return { not: grow(random, depth - 1) };
}

function ruleOf(tree: Tree): unknown {
  if ('leaf' in tree) return leaves[tree.leaf];
  if ('not' in tree) return { not: ruleOf(tree.not) };
  return 'all' in tree ? { all: tree.all.map(ruleOf) } : { any: tree.any.map(ruleOf) };
}

/** The same by sets. */
function holds(tree: Tree, ofLeaf: readonly ReadonlySet<string>[], user: string): boolean {
  if ('leaf' in tree) return ofLeaf[tree.leaf]?.has(user) ?? false;
  if ('not' in tree) return !holds(tree.not, ofLeaf, user);
  return 'all' in tree
    ? tree.all.every((part) => holds(part, ofLeaf, user))
    : tree.any.some((part) => holds(part, ofLeaf, user));
}

describe('any tree of conditions', () => {
  it('holds whom the sets of its conditions hold, put together', async () => {
    const ofLeaf = await Promise.all(leaves.map(idsOf));
    const users = ['ann', 'ben', 'cat', 'dan', 'fay', 'gus', 'hal'];
    const random = seededRandom(6);
    const sizes = new Set<number>();
    for (let round = 0; round < 80; round++) {
      const tree = grow(random, 4);
      const found = await idsOf({ all: [ruleOf(tree), leaves[2], ruleOf(tree)] });
      const expected = users.filter(
        (user) => holds(tree, ofLeaf, user) && ofLeaf[2]?.has(user) === true,
      );
      expect({ tree, users: [...found].sort() }).toEqual({ tree, users: expected });
      const rest = await idsOf({ all: [{ not: ruleOf(tree) }, leaves[2]] });
      expect(rest.size + found.size).toBe(ofLeaf[2]?.size);
      sizes.add(found.size);
    }
    expect(sizes.size).toBeGreaterThan(2);
  });
});
