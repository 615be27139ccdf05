import type { WhyNamed } from '../../models/audience/audience-index.ts';
import { TimeSlices } from '../rooms/time-slices.ts';
import type { Audience, AudienceReason } from './audience-schema.ts';
import type { AudienceStore, Evidence, NamedItem } from './audience-store.ts';
import { becauseOf, likelyToLike } from './audience-words.ts';

type Explained = Pick<Audience['users'][number], 'items' | 'reasons'>;

export interface Explaining {
  readonly userIds: readonly string[];
  /** Beside the ids. */
  readonly why: readonly WhyNamed[];
  /** What was done up to then is told. */
  readonly until: Date;
}

/** Titles that a reason names. */
const mostTitles = 2;

/** The best items of each user in words, and what they did that says so. */
export async function explained(
  store: Pick<AudienceStore, 'items' | 'evidence'>,
  { userIds, why, until }: Explaining,
): Promise<Explained[]> {
  const from = new Set(why.flatMap((each) => each.from.map(({ itemId }) => itemId)));
  const best = why.flatMap((each) => each.best.map(({ itemId }) => itemId));
  const [rows, evidence] = await Promise.all([
    store.items([...new Set([...from, ...best])]),
    store.evidence(userIds, [...from], until),
  ]);
  const items = new Map(rows.map((row) => [row.itemId, row]));
  const byUser = new Map<string, Evidence[]>();
  for (const row of evidence) byUser.set(row.userId, [...(byUser.get(row.userId) ?? []), row]);
  const slices = new TimeSlices();
  const texts: Explained[] = [];
  for (const [n, { best, from }] of why.entries()) {
    if (slices.isOver) await slices.pause();
    const named = best.map(({ itemId, interest }) => {
      return { itemId, title: titleOf(items, itemId), interest };
    });
    const did = byUser.get(userIds[n] ?? '') ?? [];
    const reasons = [historyReason(from, items, did), likelyReason(named)];
    texts.push({ items: named, reasons: reasons.filter((reason) => reason !== undefined) });
  }
  return texts;
}

/** Of the category that most of it comes from. */
function historyReason(
  from: WhyNamed['from'],
  items: ReadonlyMap<string, NamedItem>,
  did: readonly Evidence[],
): AudienceReason | undefined {
  const shares = new Map<string | null, number>();
  for (const { itemId, share } of from) {
    const category = items.get(itemId)?.category ?? null;
    shares.set(category, (shares.get(category) ?? 0) + share);
  }
  const [category] = [...shares].sort(([, a], [, b]) => b - a)[0] ?? [];
  if (category === undefined) return undefined;
  const itemIds = from
    .map(({ itemId }) => itemId)
    .filter((itemId) => (items.get(itemId)?.category ?? null) === category);
  const told = category === null ? itemIds.slice(0, 1) : itemIds;
  const events = new Map<string, number>();
  for (const { itemId, type, events: count } of did) {
    if (told.includes(itemId)) events.set(type, (events.get(type) ?? 0) + count);
  }
  const text = becauseOf({ category, titles: told.map((id) => titleOf(items, id)), events });
  return text && { code: 'history', text, itemIds: told };
}

function likelyReason(named: Explained['items']): AudienceReason | undefined {
  const liked = named.slice(0, mostTitles);
  if (liked.length === 0) return undefined;
  const text = likelyToLike(liked.map(({ title }) => title));
  return { code: 'likely', text, itemIds: liked.map(({ itemId }) => itemId) };
}

function titleOf(items: ReadonlyMap<string, NamedItem>, itemId: string): string {
  return items.get(itemId)?.title || itemId;
}
