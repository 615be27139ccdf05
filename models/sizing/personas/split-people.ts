/** One purchase as a measurement of somebody's size. */
export interface SizeObservation {
  /** Years, on any clock. */
  readonly at: number;
  readonly value: number;
  /** Of the measurement: makers, cuts and mistakes. */
  readonly variance: number;
}

/** What is expected of somebody's size before anything was bought, and how it changes. */
export interface SizePrior {
  readonly mean: number;
  readonly variance: number;
  /** Of the change in a year. */
  readonly drift: number;
}

/** One of the people behind an account. */
export interface SplitPerson {
  /** That each observation is of this person. */
  readonly members: Float64Array;
  /** That the person is not another one, who has more of the purchases and bought differently. */
  readonly certainty: number;
}

/**
 * Concentration of the prior over partitions (Ewens; the Chinese restaurant process): how readily a
 * purchase is for somebody new. That n purchases are a given person's and another's, of a and b, is
 * α (a − 1)! (b − 1)! / (n − 1)! as likely beforehand as that all are of one.
 */
export const concentration = 0.15;
const mostPeople = 4;
const mostObservations = 64;

const logFactorials = new Float64Array(mostObservations + 1);
for (let n = 1; n <= mostObservations; n++) {
  logFactorials[n] = (logFactorials[n - 1] ?? 0) + Math.log(n);
}

/**
 * Divides purchases among the people they were for. A person's size is a random walk that starts at
 * the prior and is measured by each purchase; a group of purchases has the likelihood of its Kalman
 * filter, so that a body that changes over the years is one person and sizes that alternate are two.
 * The ways of dividing that are weighed are those that cut the purchases, ordered by value, in two;
 * each part is divided further in the same way while that is likelier than not.
 *
 * @param observations in the order of time, at most 64
 * @returns at least one person; of each observation the chances sum to one or less: the rest is that it
 *   was for somebody of whom it is not likely enough that there is such a person
 */
export function splitPeople(
  observations: readonly SizeObservation[],
  prior: SizePrior,
): readonly SplitPerson[] {
  if (observations.length > mostObservations) {
    throw new RangeError(`at most ${mostObservations} purchases, got ${observations.length}`);
  }
  const all = observations.map((_, n) => n);
  const people = divide(observations, all, prior, mostPeople);
  return people.map(({ members, certainty }) => {
    const chances = new Float64Array(observations.length);
    for (const [n, chance] of members) chances[n] = chance;
    return { members: chances, certainty };
  });
}

interface Part {
  readonly members: Map<number, number>;
  readonly certainty: number;
}

function divide(
  observations: readonly SizeObservation[],
  indices: readonly number[],
  prior: SizePrior,
  most: number,
): Part[] {
  const { chance, lower, minor } = weighCuts(observations, indices, prior);
  if (chance <= 0.5 || most < 2) {
    // One person; what would be the smaller part of a cut is the less likely theirs.
    const members = indices.map((n, i) => [n, 1 - chance * (minor[i] ?? 0)] as const);
    return [{ members: new Map(members), certainty: 1 }];
  }
  const lowest = new Map(indices.map((n, i) => [n, lower[i] ?? 0]));
  const isLow = (n: number) => (lowest.get(n) ?? 0) > 0.5;
  const low = indices.filter(isLow);
  const high = indices.filter((n) => !isLow(n));
  return [low, high].flatMap((side, upper) => {
    const isSmaller =
      side.length < indices.length - side.length ||
      (upper === 1 && side.length * 2 === indices.length);
    const parts = divide(observations, side, prior, most - 1);
    const largest = parts.reduce((a, b) => (b.members.size > a.members.size ? b : a));
    for (const [n, lowChance] of lowest) {
      const chanceHere = upper === 1 ? 1 - lowChance : lowChance;
      if (isLow(n) === (upper === 0)) scale(parts, n, chanceHere);
      else if (chanceHere > 0) largest.members.set(n, chanceHere);
    }
    return isSmaller
      ? parts.map((part) => ({ ...part, certainty: part.certainty * chance }))
      : parts;
  });
}

function scale(parts: readonly Part[], n: number, chance: number): void {
  for (const { members } of parts) {
    const member = members.get(n);
    if (member !== undefined) members.set(n, member * chance);
  }
}

interface Cuts {
  /** That there are two. */
  readonly chance: number;
  /** If there are: that each is on the lower side; in the order of the indices. */
  readonly lower: readonly number[];
  /** If there are: that each is on the side with fewer. */
  readonly minor: readonly number[];
}

/** All cuts of observations by value, weighed against none. */
function weighCuts(
  observations: readonly SizeObservation[],
  indices: readonly number[],
  prior: SizePrior,
): Cuts {
  const count = indices.length;
  const columns = columnsOf(observations, indices);
  const { values } = columns;
  const order = Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const rank = zeros(count);
  for (const [place, i] of order.entries()) rank[i] = place;
  const together = twoFilters(columns, rank, count, prior);
  const logOdds = zeros(count).fill(Number.NEGATIVE_INFINITY);
  let best = Number.NEGATIVE_INFINITY;
  for (let cut = 1; cut < count; cut++) {
    // Equal values are of one person.
    if (values[order[cut] ?? 0] === values[order[cut - 1] ?? 0]) continue;
    const apart = twoFilters(columns, rank, cut, prior);
    const odds = apart - together + logPrior(cut, count - cut);
    logOdds[cut] = odds;
    best = Math.max(best, odds);
  }
  return cutsOf(logOdds, best, rank);
}

function cutsOf(logOdds: readonly number[], best: number, rank: readonly number[]): Cuts {
  const count = rank.length;
  const [lower, minor] = [zeros(count), zeros(count)];
  if (best === Number.NEGATIVE_INFINITY) return { chance: 0, lower, minor };
  const weights = logOdds.map((odds) => Math.exp(odds - best));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  // By rank: the cuts above a rank have it on their lower side.
  const [lowerAt, minorAt] = [zeros(count), zeros(count)];
  let [above, smallAbove, largeBelow] = [0, 0, 0];
  for (let cut = count - 1; cut >= 0; cut--) {
    lowerAt[cut] = above / sum;
    minorAt[cut] = smallAbove / sum;
    const weight = weights[cut] ?? 0;
    above += weight;
    if (2 * cut <= count) smallAbove += weight;
  }
  for (let cut = 0; cut < count; cut++) {
    if (2 * cut > count) largeBelow += weights[cut] ?? 0;
    minorAt[cut] = (minorAt[cut] ?? 0) + largeBelow / sum;
  }
  for (let i = 0; i < count; i++) {
    lower[i] = lowerAt[rank[i] ?? 0] ?? 0;
    minor[i] = minorAt[rank[i] ?? 0] ?? 0;
  }
  return { chance: 1 / (1 + Math.exp(-best) / sum), lower, minor };
}

function logPrior(a: number, b: number): number {
  const table = (n: number) => logFactorials[n] ?? 0;
  return Math.log(concentration) + table(a - 1) + table(b - 1) - table(a + b - 1);
}

// Arrays of numbers and not typed ones: so short they cost less.
function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

interface Columns {
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly variances: readonly number[];
}

function columnsOf(observations: readonly SizeObservation[], indices: readonly number[]): Columns {
  const chosen = indices.flatMap((n) => observations[n] ?? []);
  return {
    times: chosen.map(({ at }) => at),
    values: chosen.map(({ value }) => value),
    variances: chosen.map(({ variance }) => variance),
  };
}

const logTwoPi = Math.log(2 * Math.PI);

/**
 * The log-likelihood of observations of two people, those whose rank is below the cut of the one and
 * the others of the other: a Kalman filter each,
 *
 *     P ← P + drift · Δt,  log N(x; m, P + r),  m ← m + P / (P + r) · (x − m),  P ← P · r / (P + r)
 */
function twoFilters(
  { times, values, variances }: Columns,
  rank: readonly number[],
  cut: number,
  prior: SizePrior,
): number {
  let [lowMean, lowSpread, lowSince] = [prior.mean, prior.variance, Number.NaN];
  let [highMean, highSpread, highSince] = [prior.mean, prior.variance, Number.NaN];
  let squares = 0;
  let logs = 0;
  // One logarithm for several factors, which are of the size of one.
  let product = 1;
  for (let i = 0; i < times.length; i++) {
    const isLow = (rank[i] ?? 0) < cut;
    const at = times[i] ?? 0;
    const noise = variances[i] ?? 1;
    const elapsed = at - (isLow ? lowSince : highSince);
    let spread = isLow ? lowSpread : highSpread;
    if (elapsed > 0) spread += prior.drift * elapsed;
    const total = spread + noise;
    const gain = spread / total;
    const off = (values[i] ?? 0) - (isLow ? lowMean : highMean);
    squares += (off * off) / total;
    product *= total;
    if ((i & 15) === 15) {
      logs += Math.log(product);
      product = 1;
    }
    if (isLow) {
      lowMean += gain * off;
      lowSpread = gain * noise;
      lowSince = at;
    } else {
      highMean += gain * off;
      highSpread = gain * noise;
      highSince = at;
    }
  }
  return -0.5 * (squares + logs + Math.log(product) + times.length * logTwoPi);
}

/**
 * That purchases are a person's who buys again and not presents to as many different people, each as
 * likely as somebody new: α (n − 1)! · p(together) against αⁿ · Π p(alone). One is as likely either.
 */
export function personChance(observations: readonly SizeObservation[], prior: SizePrior): number {
  const count = observations.length;
  if (count === 0) return 1;
  const all = columnsOf(observations, Array.from(observations.keys()));
  const together = twoFilters(all, zeros(count), 1, prior);
  let apart = 0;
  for (const { value, variance } of observations) {
    const total = prior.variance + variance;
    apart -= 0.5 * (logTwoPi + Math.log(total) + (value - prior.mean) ** 2 / total);
  }
  const odds =
    together + (logFactorials[count - 1] ?? 0) - apart - (count - 1) * Math.log(concentration);
  return 1 / (1 + Math.exp(-odds));
}
