/** One setting of a model, by the names of its axes. */
export type Point = Readonly<Record<string, number>>;

export interface SearchOptions {
  readonly start: Point;
  /** The values of each axis, ascending; the start's value is among them. */
  readonly axes: Readonly<Record<string, readonly number[]>>;
  /** Higher is better. Asked at most once for a point. */
  readonly evaluate: (point: Point) => Promise<number>;
  /** A step is taken when it is better by this share of the score. */
  readonly minimumGain: number;
  /** How many times all axes are gone through at most. */
  readonly rounds: number;
}

export interface SearchResult {
  readonly best: Point;
  readonly score: number;
  /** Every point that was evaluated, in order. */
  readonly tried: readonly { readonly point: Point; readonly score: number }[];
}

/**
 * Climbs along one axis at a time, from a value to its neighbours and on while it gets better,
 * until a round changes nothing. A grid of five values on four axes has 625 points; this looks at
 * a dozen. It finds the top of what has one top, as these settings have near enough, and it keeps
 * the start unless something else is better by `minimumGain`.
 *
 * @throws RangeError when the start is not on the axes
 */
export async function coordinateSearch(options: SearchOptions): Promise<SearchResult> {
  const { axes, start, minimumGain, rounds } = options;
  for (const [name, values] of Object.entries(axes)) {
    if (!values.includes(start[name] ?? Number.NaN)) {
      throw new RangeError(`start ${name} ${start[name]} is not among ${values.join(', ')}`);
    }
  }
  const scores = new Map<string, { point: Point; score: number }>();
  const scoreAt = async (point: Point): Promise<number> => {
    const key = Object.keys(axes)
      .map((name) => point[name])
      .join(' ');
    const known = scores.get(key) ?? { point, score: await options.evaluate(point) };
    scores.set(key, known);
    return known.score;
  };
  let best = { point: start, score: await scoreAt(start) };
  for (let round = 0; round < rounds; round++) {
    const before = best;
    for (const [name, values] of Object.entries(axes)) {
      for (const direction of [1, -1]) {
        best = await climb(best, name, values, direction, minimumGain, scoreAt);
      }
    }
    if (best === before) break;
  }
  return { best: best.point, score: best.score, tried: [...scores.values()] };
}

async function climb(
  from: { readonly point: Point; readonly score: number },
  name: string,
  values: readonly number[],
  direction: number,
  minimumGain: number,
  scoreAt: (point: Point) => Promise<number>,
): Promise<{ readonly point: Point; readonly score: number }> {
  let best = from;
  for (;;) {
    const value = values[values.indexOf(best.point[name]!) + direction];
    if (value === undefined) return best;
    const point = { ...best.point, [name]: value };
    const score = await scoreAt(point);
    if (!(score > best.score * (1 + minimumGain))) return best;
    best = { point, score };
  }
}
