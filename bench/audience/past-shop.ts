import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import {
  confidenceOf,
  type EventType,
  interactionWeight,
  interestLeft,
  type ReturnReason,
} from '../../models/dataset/event-weights.ts';
import { buildInteractions } from '../../models/dataset/interactions-builder.ts';
import type { SparseMatrix } from '../../models/dataset/sparse-matrix.ts';
import { Behaviour } from '../../scripts/simulation/behaviour.ts';
import { Journal } from '../../scripts/simulation/journal.ts';
import { makeWorld } from '../../scripts/simulation/world.ts';

/** What somebody did with an item; users and items by dense index. */
export interface Deed {
  readonly user: number;
  readonly item: number;
  readonly type: EventType;
  readonly dwellMs: number | null;
  readonly reason: ReturnReason | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A shop's past in memory, in the order of time. */
export interface PastShop {
  readonly name: string;
  readonly deeds: readonly Deed[];
  /** The users' own ids, by index. */
  readonly userIds: readonly string[];
  readonly items: number;
  readonly shelves: readonly (readonly number[])[];
  readonly end: number;
  /** Of the outcome that is foretold. */
  readonly testDays: number;
}

/** What is known of users at a time. */
export interface Known {
  /** users × items, as confidences. */
  readonly histories: SparseMatrix;
  /** Seconds since 1970; −∞: never. */
  readonly lastSeen: Float64Array;
  readonly purchases: Float64Array;
  /** Sums of the deeds' weights, less by age. */
  readonly interest: Float64Array;
  /** Deeds, halved every fortnight. */
  readonly recentDeeds: Float64Array;
}

const day = 86_400_000;

export interface SimulatedOptions {
  readonly users: number;
  readonly items: number;
  readonly days: number;
  readonly seed: number;
  readonly visitsADay: number;
}

/** A simulated shop and its rooms' shelves of 60 (docs/simulation.md). */
export function simulatedShop({ seed, ...size }: SimulatedOptions): PastShop {
  const until = new Date('2026-05-01T00:00:00Z');
  const world = makeWorld({ ...size, rooms: 12, seed, until });
  const places = new Map(world.items.map(({ id }, place) => [id, place]));
  const users = new Map<string, number>();
  const deeds: Deed[] = [];
  for (const event of new Behaviour({ world, journal: new Journal('past') }).events()) {
    const { userId, itemId, type, occurredAt } = event;
    if (userId === null || itemId === null || type === 'impression') continue;
    if (!users.has(userId)) users.set(userId, users.size);
    deeds.push({
      user: users.get(userId) ?? 0,
      item: places.get(itemId) ?? 0,
      type: type as EventType,
      dwellMs: type === 'view' ? event.value : null,
      reason: event.reason as ReturnReason | null,
      at: occurredAt,
    });
  }
  return {
    name: `simulated ${seed}`,
    deeds,
    userIds: [...users.keys()],
    items: world.items.length,
    shelves: world.rooms.map(({ shelf }) => shelf),
    end: until.getTime(),
    testDays: 14,
  };
}

/** Online Retail: a year of a gift shop; a shelf is up to 60 items with the same word in their title. */
export async function retailShop(folder: string): Promise<PastShop> {
  const file = createReadStream(join(folder, 'online_retail.csv.gz'));
  const rows = file.pipe(createGunzip()).pipe(parse({ columns: true }));
  const users = new Map<string, number>();
  const items = new Map<string, number>();
  const words = new Map<string, Set<number>>();
  const deeds: Deed[] = [];
  for await (const row of rows as AsyncIterable<Record<string, string>>) {
    const { CustomerID: user = '', StockCode: code = '', Quantity, InvoiceDate = '' } = row;
    if (user === '' || !(Number(row.UnitPrice) > 0) || !/\d{4}/.test(code)) continue;
    const item = indexIn(items, code.toUpperCase());
    for (const word of (row.Description ?? '').split(/[^A-Z]+/)) {
      if (word.length < 4) continue;
      words.set(word, (words.get(word) ?? new Set()).add(item));
    }
    const type = Number(Quantity) > 0 ? 'purchase' : 'return';
    const at = Date.parse(`${InvoiceDate.replace(' ', 'T')}Z`);
    deeds.push({ user: indexIn(users, user), item, type, dwellMs: null, reason: 'other', at });
  }
  deeds.sort((a, b) => a.at - b.at);
  const shelves = [...words]
    .filter(([, found]) => found.size >= 40 && found.size <= 160)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, 40)
    .map(([, found]) => [...found].slice(0, 60));
  const end = (deeds.at(-1)?.at ?? 0) + 1;
  const userIds = [...users.keys()];
  return { name: 'Online Retail', deeds, userIds, items: items.size, shelves, end, testDays: 28 };
}

/** What was known of all users before a time. */
export function knownBefore({ deeds, userIds, items }: PastShop, cut: number): Known {
  const count = userIds.length;
  const sums = new Map<number, number>();
  const lastSeen = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  const purchases = new Float64Array(count);
  const interest = new Float64Array(count);
  const recentDeeds = new Float64Array(count);
  for (const deed of deeds) {
    const { user, item, at, type } = deed;
    if (at >= cut) break;
    const age = (cut - at) / day;
    const weight = interactionWeight(deed) * interestLeft(age);
    const pair = user * items + item;
    sums.set(pair, (sums.get(pair) ?? 0) + weight);
    lastSeen[user] = at / 1000;
    interest[user] = (interest[user] ?? 0) + Math.max(0, weight);
    recentDeeds[user] = (recentDeeds[user] ?? 0) + 2 ** (-age / 14);
    if (type === 'purchase') purchases[user] = (purchases[user] ?? 0) + 1;
  }
  const pairs = [...sums].flatMap(([pair, sum]): [number, number, number][] => {
    const confidence = confidenceOf(sum);
    return confidence > 0 ? [[Math.floor(pair / items), pair % items, confidence]] : [];
  });
  const histories = buildInteractions(pairs, count, items);
  return { histories, lastSeen, purchases, interest, recentDeeds };
}

/** What each user bought in a time. */
export function boughtBetween({ deeds }: PastShop, from: number, until: number) {
  const bought = new Map<number, Set<number>>();
  for (const { user, item, type, at } of deeds) {
    if (at < from || at >= until || type !== 'purchase') continue;
    bought.set(user, (bought.get(user) ?? new Set()).add(item));
  }
  return bought;
}

export const dayLength = day;

function indexIn(map: Map<string, number>, key: string): number {
  const known = map.get(key);
  if (known !== undefined) return known;
  map.set(key, map.size);
  return map.size - 1;
}
