/**
 * The firsts of months in UTC, at midnight, from the month of `from` up to `to`.
 *
 * @param to included, when it is the first of a month
 */
export function firstsOfMonths(from: Date, to: Date): Date[] {
  const firsts: Date[] = [];
  for (let month = 0; ; month++) {
    const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + month));
    if (first > to) return firsts;
    firsts.push(first);
  }
}
