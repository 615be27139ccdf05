import type { EventType } from '../../models/dataset/event-weights.ts';
import type { Candidate } from './candidate.ts';
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

/** What the viewer did with an item of their history. */
export interface Did {
  readonly itemId: string;
  readonly title: string;
  readonly type: EventType;
}

/** Why it is this SKU, or this item in the place of another. */
export interface Detour {
  /** The usual size, which is sold out. */
  readonly usual: string;
  readonly offered: string;
  /** The item that it stands in for; undefined: the item is the same. */
  readonly instead?: { readonly itemId: string; readonly title: string };
}

/**
 * Why an item is shown: the item of the viewer's history that adds most to its score, and what the
 * viewer did with that; for an item that no history speaks for, where it comes from.
 *
 * @param strongest of the history; undefined: none speaks for the item
 */
export function reasonFor(
  { itemId, source }: Pick<Candidate, 'itemId' | 'source'>,
  strongest: Did | undefined,
): Reason {
  if (strongest) return becauseOf(strongest, itemId);
  if (source === 'profile' || source === 'segment') {
    return { code: 'profile', text: 'liked by people like you' };
  }
  if (source === 'content') return { code: 'new', text: 'new, and like what you liked' };
  if (source === 'newest') return { code: 'new', text: 'new' };
  if (source === 'exploration') return { code: 'new', text: 'few have seen it yet' };
  if (source === 'room') return { code: 'room', text: 'liked in this room' };
  return { code: 'popular', text: 'popular' };
}

/** That the host shows it now. */
export const pinnedReason: Reason = { code: 'pinned', text: 'shown by the host now' };

/** What was sold out, and what is offered in its place. */
export function detourReason({ usual, offered, instead }: Detour): Reason {
  if (instead) {
    const what = shortened(instead.title || instead.itemId);
    const text = `in place of ${what}, which is sold out in ${usual}`;
    return { code: 'substitute', text, itemId: instead.itemId };
  }
  return { code: 'size', text: `${usual} is sold out; ${offered} is the nearest in stock` };
}

function becauseOf({ itemId, title, type }: Did, shown: string): Reason {
  const { code, deed } = deeds[type] ?? viewed;
  // A function, because in a text `$&` and the like would have a meaning.
  const done = (what: string) => deed.replace('*', () => what);
  const text =
    itemId === shown ? `you ${done('this')}` : `because you ${done(shortened(title || itemId))}`;
  return { code, text, itemId };
}

function shortened(title: string): string {
  // Letters are at least one code unit each.
  if (title.length <= longestTitle) return title;
  const letters = Array.from(title);
  if (letters.length <= longestTitle) return title;
  return `${letters
    .slice(0, longestTitle - 1)
    .join('')
    .trimEnd()}…`;
}

/** Where the largest value above 0 stands, the first among equals; −1: nowhere. */
export function largest(values: Float32Array): number {
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
