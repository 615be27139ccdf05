export type RoomState = 'upcoming' | 'live' | 'ended';

/** When a room is live. Null: not known. */
export interface RoomTimes {
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
}

/**
 * Whether a room is still to come, live or over. It is live from the moment it starts to just before
 * the one it ends; without a start it has started, without an end it goes on.
 */
export function roomState({ startsAt, endsAt }: RoomTimes, now: Date): RoomState {
  if (endsAt !== null && endsAt <= now) return 'ended';
  return startsAt !== null && startsAt > now ? 'upcoming' : 'live';
}

/** The same for times in seconds since 1970. */
export function roomStateOf(
  row: { readonly startsAt: number | null; readonly endsAt: number | null },
  now: Date,
): RoomState {
  const date = (seconds: number | null) => (seconds === null ? null : new Date(1000 * seconds));
  return roomState({ startsAt: date(row.startsAt), endsAt: date(row.endsAt) }, now);
}
