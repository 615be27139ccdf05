export const shelfSize = 100;

/** The item at a place of a room's shelf; popular ones are on more shelves than one. */
export function shelfItem(room: number, place: number, items: number): number {
  const spread = ((room * shelfSize + place) * 0.618_033_988_75) % 1;
  return Math.floor(items * spread * spread);
}
