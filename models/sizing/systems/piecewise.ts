/** Points of a line that rises, first coordinate and second, both ascending. */
export type Knots = readonly (readonly [x: number, y: number])[];

/** The line through the points, going on beyond the ends as it does at them. */
export function lineAt(knots: Knots, x: number): number {
  return along(knots, x, 0, 1);
}

/** The place where the line has the value. */
export function lineInverse(knots: Knots, y: number): number {
  return along(knots, y, 1, 0);
}

function along(knots: Knots, value: number, from: 0 | 1, to: 0 | 1): number {
  let right = 1;
  while (right < knots.length - 1 && value > (knots[right]?.[from] ?? 0)) right++;
  const a = knots[right - 1];
  const b = knots[right];
  if (a === undefined || b === undefined) throw new RangeError('a line needs two points');
  return a[to] + ((value - a[from]) / (b[from] - a[from])) * (b[to] - a[to]);
}
