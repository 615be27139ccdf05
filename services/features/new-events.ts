/** The events to take: all of them, or those that are new since a snapshot was kept. */
export interface NewEvents {
  /** No event with a lower transaction id is new. */
  readonly fromXid: string;
  /** What has been taken already; undefined: nothing. */
  readonly taken?: string;
}

/** What was built from and with. */
export interface KeptState extends Required<NewEvents> {
  readonly cluster: string;
  readonly definition: string;
  /** Whether the kept transaction ids are ones that this cluster has not given out yet. */
  readonly isAhead: boolean;
}

export interface CurrentState {
  readonly snapshot: string;
  readonly cluster: string;
  /** With microseconds. */
  readonly time: string;
}

export type FullReason =
  | 'asked for'
  | 'nothing has been built yet'
  | 'the events were restored from another cluster'
  | 'what they are made of has changed';

/** Of an event `e`: it is one of a NewEvents, whose two parts these parameters hold. */
export function isNewSince(fromXid: string, taken: string): string {
  return `e.ingest_xid >= ${fromXid}::bigint
  and (${taken}::pg_snapshot is null
    or not pg_visible_in_snapshot(e.ingest_xid::text::xid8, ${taken}::pg_snapshot))`;
}

/** All events for a full build, else those that the kept state has not taken. */
export function eventsToTake(full: FullReason | undefined, kept: KeptState | undefined): NewEvents {
  if (full !== undefined || kept === undefined) return { fromXid: '0' };
  return { fromXid: kept.fromXid, taken: kept.taken };
}

/** Why what was kept cannot be added to; undefined: it can. */
export function reasonForFull(
  current: CurrentState,
  kept: KeptState | undefined,
  definition: string,
): FullReason | undefined {
  if (kept === undefined) return 'nothing has been built yet';
  if (kept.isAhead || kept.cluster !== current.cluster) {
    return 'the events were restored from another cluster';
  }
  return kept.definition === definition ? undefined : 'what they are made of has changed';
}
