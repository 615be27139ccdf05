import type { LiveItem } from '../live/live-state.ts';
import type { Candidate } from './candidate.ts';

/** A candidate that is asked for and can be bought. */
export interface Sellable {
  readonly candidate: Candidate;
  readonly item: LiveItem;
}

/** Whether an item may be shown and has something in stock: of the database's truth. */
export function isSellable({ row }: LiveItem, now: number): boolean {
  return row.inStock && !row.hidden && row.launchedAt <= now;
}
