import type { UserContent } from '../../models/content/content.ts';
import type { EventType, ReturnReason } from '../../models/dataset/event-weights.ts';
import type { FitOutcome } from '../../models/sizing/size-types.ts';

/** Whom a history is kept of: `u` before a user's id, `s` before that of a session without one. */
export type ViewerKey = `u${string}` | `s${string}`;

export const userKey = (userId: string): ViewerKey => `u${userId}`;
export const sessionKey = (sessionId: string): ViewerKey => `s${sessionId}`;

/** One thing that a viewer did with an item. */
export interface ViewerEvent {
  readonly itemId: string;
  readonly type: EventType;
  /** Of a view: dwell in milliseconds. */
  readonly value: number | null;
  readonly reason: ReturnReason | null;
  /** Seconds since 1970. */
  readonly occurredAt: number;
}

/** A purchase, or a return of one. */
export interface OrderLine {
  readonly itemId: string;
  readonly skuId: string | null;
  readonly type: 'purchase' | 'return';
  readonly reason: ReturnReason | null;
  readonly orderId: string | null;
  /** Of a purchase: what its `properties.fit` says, where that is one of the three. */
  readonly said: FitOutcome | null;
  /** Seconds since 1970. */
  readonly occurredAt: number;
  /** Of the SKU, where it is known. */
  readonly sizeLabel: string | null;
  /** Of the item: the leaf of its category path. */
  readonly category: string | null;
}

/** What is known of a viewer. With the switch off nothing but that is read. */
export interface ViewerRow {
  readonly key: ViewerKey;
  readonly personalised: boolean;
  /** Newest first. */
  readonly events: readonly ViewerEvent[];
  /** Newest first. */
  readonly orders: readonly OrderLine[];
  /** What the shop knows of the user, where it does. */
  readonly profile?: UserContent;
  /** Whom the profile puts them among: `profile_segment` of migration 0012. */
  readonly segment?: string;
}

export interface SkuRow {
  readonly skuId: string;
  readonly sizeLabel: string | null;
  /** Place in the item's size run, smallest first. */
  readonly sizeOrder: number;
  /** The SKU's own, else the item's. */
  readonly price: number | null;
  readonly stock: number;
}

/** An item of the catalogue with its SKUs, ordered by size and id. */
export interface ItemRow {
  readonly itemId: string;
  readonly title: string;
  readonly categoryPath: readonly string[];
  /** The leaf of its category path. */
  readonly category: string | null;
  readonly brand: string | null;
  /** What the item's attribute of that name says its labels are of; `models/sizing/systems`. */
  readonly sizeSystem: string | null;
  readonly price: number | null;
  readonly hidden: boolean;
  /** Seconds since 1970; −∞: always been there. */
  readonly launchedAt: number;
  readonly skus: readonly SkuRow[];
  /** Whether any of them is in stock. */
  readonly inStock: boolean;
  /** How many different sizes they come in. */
  readonly sizes: number;
  /** As the features were built last. */
  readonly impressions: number;
  readonly clicks: number;
  /** log₂ of the decayed sum of what was done with it (docs/features.md); null: nothing. */
  readonly trend: number | null;
  /** The same by segment of those who did it, where anybody of it did anything. */
  readonly segmentTrends: Readonly<Record<string, number>> | null;
}

export interface ShelfItem {
  readonly itemId: string;
  readonly roomPrice: number | null;
}

/** A room and its shelf in order. */
export interface RoomRow {
  readonly roomId: string;
  readonly hostId: string | null;
  /** Seconds since 1970; null: not set. */
  readonly startsAt: number | null;
  readonly endsAt: number | null;
  readonly pinnedItemId: string | null;
  readonly shelf: readonly ShelfItem[];
}

/** An event as processes are told of it. */
export interface ToldEvent {
  readonly roomId: string | null;
  readonly itemId: string | null;
  readonly type: EventType;
  readonly viewer: ViewerKey;
  /** Seconds since 1970. */
  readonly occurredAt: number;
  readonly value: number | null;
}

/** What a room was like lately, for one that was not in memory. */
export interface RoomPast {
  readonly roomId: string;
  readonly events: readonly ToldEvent[];
}
