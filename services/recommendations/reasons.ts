import type { EventType } from '../../models/dataset/event-weights.ts';
import type { Query } from '../../models/recommenders/model.ts';
import type { Candidate } from './candidate.ts';
import type { HistoryItem, LiveHistory } from './live-history.ts';
import type { Reason } from './recommendations-schema.ts';

const longestTitle = 60;

interface Deed {
  readonly code: Reason['code'];
  /** After "because you", with the title in the place of the star. */
  readonly deed: string;
}

const viewed: Deed = { code: 'viewed', deed: 'viewed *' };

// An event without a deed here has no weight, so that it is never the strongest.
const deeds: Partial<Record<EventType, Deed>> = {
  click: viewed,
  view: viewed,
  like: { code: 'liked', deed: 'liked *' },
  comment: { code: 'commented', deed: 'commented on *' },
  share: { code: 'shared', deed: 'shared *' },
  follow: { code: 'followed', deed: 'followed *' },
  cart: { code: 'carted', deed: 'added * to your cart' },
  purchase: { code: 'bought', deed: 'bought *' },
};

/**
 * Why an item is shown: the item of the viewer's history that adds most to its score, and what the
 * viewer did with that; for an item that no history speaks for, where it comes from.
 */
export function reasonsFor(
  { itemId, index, source }: Candidate,
  query: Query | undefined,
  live: LiveHistory | undefined,
): Reason[] {
  if (index !== undefined && query && live) {
    const strongest = live.items[largest(query.contributions(index))];
    if (strongest) return [becauseOf(strongest, itemId)];
  }
  if (source === 'profile') return [{ code: 'profile', text: 'liked by people like you' }];
  if (source === 'content') return [{ code: 'new', text: 'new, and like what you liked' }];
  if (source === 'newest') return [{ code: 'new', text: 'new' }];
  return [{ code: 'popular', text: 'popular' }];
}

function becauseOf({ itemId, title, type }: HistoryItem, shown: string): Reason {
  const { code, deed } = deeds[type] ?? viewed;
  // A function, because in a text `$&` and the like would have a meaning.
  const done = (what: string) => deed.replace('*', () => what);
  const text =
    itemId === shown ? `you ${done('this')}` : `because you ${done(shortened(title || itemId))}`;
  return { code, text, itemId };
}

function shortened(title: string): string {
  const letters = Array.from(title);
  if (letters.length <= longestTitle) return title;
  return `${letters
    .slice(0, longestTitle - 1)
    .join('')
    .trimEnd()}…`;
}

/** Where the largest value above 0 stands, the first among equals; −1: nowhere. */
function largest(values: Float32Array): number {
  let at = -1;
  let highest = 0;
  for (const [n, value] of values.entries()) {
    if (value > highest) {
      highest = value;
      at = n;
    }
  }
  return at;
}
