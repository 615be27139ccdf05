/**
 * How often something was shown at a place and clicked there, one element a cell in every column.
 * A group is what is equally attractive wherever it stands: an item, or an item with about the same
 * score, where the ranking is personal.
 */
export interface ClickCells {
  readonly groups: Uint32Array;
  /** 0 for the first place. */
  readonly positions: Uint32Array;
  readonly shown: Float64Array;
  readonly clicks: Float64Array;
}

export interface PositionBiasOptions {
  /** How many places there are. */
  readonly positions: number;
  readonly iterations?: number;
  /** It ends when no place's share changes by more than this part of itself. */
  readonly tolerance?: number;
}

/**
 * How likely each place is to be looked at, in relation to the first: the position-based model
 *
 *     P(click on group g at place p) = examination(p) · attraction(g)
 *
 * (Richardson et al. 2007; used for unbiased learning by Joachims et al. 2017 and Wang et al. 2018).
 * It is fitted as a Poisson regression with one fixed effect a group, by solving for the two factors
 * in turn. With fixed effects that likelihood has no bias however many groups there are and however
 * little is known of each (Hausman, Hall & Griliches 1984), which EM for the Bernoulli model has;
 * and it is consistent for any counts with this mean (Gourieroux, Monfort & Trognon 1984).
 *
 * A group tells something only when it was shown at two places or more and clicked.
 *
 * @returns one a place, the first is 1; NaN for a place that cannot be compared with the first, and
 *   for all but the first where nothing was clicked there
 */
export function examinationByPosition(
  cells: ClickCells,
  { positions, iterations = 2_000, tolerance = 1e-7 }: PositionBiasOptions,
): Float64Array {
  const { groups, positions: places, shown, clicks } = telling(cells);
  const groupCount = groups.reduce((most, group) => Math.max(most, group + 1), 0);
  const examination = comparable(groups, places, groupCount, positions);
  const groupClicks = sumBy(groups, clicks, groupCount);
  const placeClicks = sumBy(places, clicks, positions);
  if (!(placeClicks[0]! > 0)) return examination.fill(Number.NaN, 1);
  const attraction = new Float64Array(groupCount);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const looks = new Float64Array(groupCount);
    groups.forEach((group, n) => {
      looks[group]! += shown[n]! * examination[places[n]!]!;
    });
    looks.forEach((look, group) => {
      attraction[group] = look > 0 ? groupClicks[group]! / look : 0;
    });
    const expected = new Float64Array(positions);
    groups.forEach((group, n) => {
      expected[places[n]!]! += shown[n]! * attraction[group]!;
    });
    if (update(examination, placeClicks, expected) < tolerance) break;
  }
  return examination;
}

/** Solves for the places. Returns the largest relative change. */
function update(examination: Float64Array, clicks: Float64Array, expected: Float64Array): number {
  const first = clicks[0]! / expected[0]!;
  let change = 0;
  for (let place = 0; place < examination.length; place++) {
    const before = examination[place]!;
    if (!(before > 0)) continue;
    const after = clicks[place]! / expected[place]! / first;
    change = Math.max(change, Math.abs(after / before - 1));
    examination[place] = after;
  }
  return change;
}

/** The cells of groups that were shown at more than one place and clicked. */
function telling({ groups, positions, shown, clicks }: ClickCells): ClickCells {
  const firstPlace = new Map<number, number>();
  const varied = new Set<number>();
  const clicked = new Set<number>();
  groups.forEach((group, n) => {
    if (!(shown[n]! > 0)) return;
    const place = firstPlace.get(group);
    if (place === undefined) firstPlace.set(group, positions[n]!);
    else if (place !== positions[n]) varied.add(group);
    if (clicks[n]! > 0) clicked.add(group);
  });
  const kept = (_: number, n: number) =>
    shown[n]! > 0 && varied.has(groups[n]!) && clicked.has(groups[n]!);
  return {
    groups: groups.filter(kept),
    positions: positions.filter(kept),
    shown: shown.filter(kept),
    clicks: clicks.filter(kept),
  };
}

/** To begin with: 1 for the places that groups connect with the first, NaN for the others. */
function comparable(
  groups: Uint32Array,
  places: Uint32Array,
  groupCount: number,
  positions: number,
): Float64Array {
  const examination = new Float64Array(positions).fill(Number.NaN);
  examination[0] = 1;
  const reached = new Uint8Array(groupCount);
  for (let grew = true; grew; ) {
    grew = false;
    groups.forEach((group, n) => {
      const isKnown = examination[places[n]!] === 1;
      if (isKnown === (reached[group] === 1)) return;
      reached[group] = 1;
      examination[places[n]!] = 1;
      grew = true;
    });
  }
  return examination;
}

function sumBy(keys: Uint32Array, values: Float64Array, count: number): Float64Array {
  const sums = new Float64Array(count);
  keys.forEach((key, n) => {
    sums[key]! += values[n]!;
  });
  return sums;
}
