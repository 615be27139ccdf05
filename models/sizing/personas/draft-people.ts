import type { WearerOutcome } from '../size-types.ts';
import {
  adultObservation,
  adultPrior,
  birthObservation,
  birthPrior,
  footObservation,
  footPrior,
  groupOf,
  isOnBodyLine,
  nextPiece,
  placeNow,
  yearsOf,
} from './person-sizes.ts';
import type { PersonGroup } from './persona-types.ts';
import {
  concentration,
  personChance,
  type SizeObservation,
  type SizePrior,
  splitPeople,
} from './split-people.ts';

/** A person while it is being found out what is theirs. */
export interface DraftPerson {
  group: PersonGroup;
  certainty: number;
  /** That their purchases are of one who buys again, and no presents. */
  readonly chance: number;
  /** Of each outcome: that it is theirs. */
  readonly members: Float64Array;
  /** On the line of adults' bodies, or the year of birth of a child. */
  readonly size: Place | undefined;
  feet: Place | undefined;
  /** Steps by which their skirts and trousers are larger than what they wear above. */
  readonly lower: number;
}

interface Place {
  readonly mean: number;
  readonly variance: number;
}

/**
 * Whom outcomes are of. Clothes for women, men and children are never one person's; what is for
 * anybody goes to whom it fits.
 *
 * @param outcomes in the order of time
 * @param now seconds since 1970
 */
export function draftPeople(outcomes: readonly WearerOutcome[], now: number): DraftPerson[] {
  const byGroup = new Map<PersonGroup | undefined, number[]>();
  for (const [n, { scale }] of outcomes.entries()) {
    const group = scale === 'shoes' ? undefined : groupOf(scale);
    const others = byGroup.get(group);
    if (others === undefined) byGroup.set(group, [n]);
    else others.push(n);
  }
  const people = [
    ...adults('women', byGroup.get('women') ?? [], outcomes, now),
    ...adults('men', byGroup.get('men') ?? [], outcomes, now),
    ...children(byGroup.get('kids') ?? [], outcomes, now),
  ];
  const forAnybody = byGroup.get('adult') ?? [];
  if (people.some(({ group }) => group !== 'kids')) giveToAdults(people, forAnybody, outcomes);
  else people.push(...adults('adult', forAnybody, outcomes, now));
  const rest = byGroup.get(undefined) ?? [];
  const shoes = rest.filter((n) => outcomes[n]?.scale === 'shoes');
  giveShoes(people, shoes, outcomes, now);
  const others = rest.filter((n) => outcomes[n]?.scale !== 'shoes');
  giveByShare(people, others, outcomes.length);
  return people;
}

function adults(
  group: PersonGroup,
  indices: readonly number[],
  outcomes: readonly WearerOutcome[],
  now: number,
): DraftPerson[] {
  if (indices.length === 0) return [];
  const located = indices.filter((n) => isOnBodyLine(outcomes[n]?.scale ?? ''));
  const lower = lowerOffset(located, outcomes);
  const observations = located.map((n) => {
    const outcome = outcomes[n] as WearerOutcome;
    const one = adultObservation(outcome);
    return outcome.scale.endsWith('-bottom') ? { ...one, value: one.value - lower } : one;
  });
  const people = peopleOf(observations, located, adultPrior, outcomes.length, now).map((person) => {
    return { ...person, group, feet: undefined, lower };
  });
  const rest = indices.filter((n) => !isOnBodyLine(outcomes[n]?.scale ?? ''));
  if (people.length === 0) {
    const person = { ...somebody(group, outcomes.length), chance: unlocatedChance(rest.length) };
    return [withAll(person, rest)];
  }
  giveByShare(people, rest, outcomes.length);
  return people;
}

function withAll(person: DraftPerson, indices: readonly number[]): DraftPerson {
  for (const n of indices) person.members[n] = 1;
  return person;
}

/** Of purchases that say nothing of a size: as `personChance`, without one. */
function unlocatedChance(count: number): number {
  return count > 1 ? 1 / (1 + concentration ** (count - 1)) : 0.5;
}

/** A person of whom nothing is known but that there is one. */
export function somebody(group: PersonGroup, count: number): DraftPerson {
  const members = new Float64Array(count);
  return { group, certainty: 1, chance: 1, members, size: undefined, feet: undefined, lower: 0 };
}

const lowerVariance = 0.8 ** 2;

/** How much larger an account's sizes below are than above, as far as it has bought enough to tell. */
function lowerOffset(indices: readonly number[], outcomes: readonly WearerOutcome[]): number {
  let [below, belowSum, above, aboveSum] = [0, 0, 0, 0];
  for (const n of indices) {
    const outcome = outcomes[n];
    if (outcome === undefined) continue;
    const { value } = adultObservation(outcome);
    if (outcome.scale.endsWith('-bottom')) [below, belowSum] = [below + 1, belowSum + value];
    else [above, aboveSum] = [above + 1, aboveSum + value];
  }
  if (below === 0 || above === 0) return 0;
  const noise = nextPiece.clothes * (1 / below + 1 / above);
  return (lowerVariance / (lowerVariance + noise)) * (belowSum / below - aboveSum / above);
}

function children(
  indices: readonly number[],
  outcomes: readonly WearerOutcome[],
  now: number,
): DraftPerson[] {
  const observations = indices.map((n) => birthObservation(outcomes[n] as WearerOutcome));
  return peopleOf(observations, indices, birthPrior(yearsOf(now)), outcomes.length, now).map(
    (person) => ({ ...person, group: 'kids' as const, feet: undefined, lower: 0 }),
  );
}

/** Divides observations among people; what each is an observation of is `indices`. */
function peopleOf(
  observations: readonly SizeObservation[],
  indices: readonly number[],
  prior: SizePrior,
  count: number,
  now: number,
) {
  if (observations.length === 0) return [];
  return splitPeople(observations, prior).map(({ members, certainty }) => {
    const all = new Float64Array(count);
    for (const [i, n] of indices.entries()) all[n] = members[i] ?? 0;
    const own = observations.filter((_, i) => (members[i] ?? 0) > 0.5);
    return {
      certainty,
      chance: personChance(own, prior),
      members: all,
      size: placeNow(observations, members, prior, yearsOf(now)),
    };
  });
}

/** What women and men wear alike: theirs whom it fits, by how much they buy. */
function giveToAdults(
  people: readonly DraftPerson[],
  indices: readonly number[],
  outcomes: readonly WearerOutcome[],
): void {
  const adultsOnly = people.filter(({ group }) => group !== 'kids');
  const counts = adultsOnly.map(({ members }) => sumOf(members));
  for (const n of indices) {
    const one = adultObservation(outcomes[n] as WearerOutcome);
    const chances = adultsOnly.map(({ size }, p) => {
      const { mean, variance } = size ?? adultPrior;
      return (counts[p] ?? 0) * density(one.value, mean, variance + one.variance);
    });
    const stranger =
      concentration * density(one.value, adultPrior.mean, adultPrior.variance + one.variance);
    const sum = chances.reduce((total, chance) => total + chance, stranger);
    for (const [p, { members }] of adultsOnly.entries()) members[n] = (chances[p] ?? 0) / sum;
  }
}

// EU sizes of adults' shoes, mean and variance.
const feetOf = { women: [37.3, 1.4 ** 2], men: [41.8, 1.5 ** 2] } as const;

/** Shoes are divided by themselves; the shoes of each pair of feet go to the person likeliest to have them. */
function giveShoes(
  people: DraftPerson[],
  indices: readonly number[],
  outcomes: readonly WearerOutcome[],
  now: number,
): void {
  const observations = indices.map((n) => footObservation(outcomes[n] as WearerOutcome));
  for (const feet of peopleOf(observations, indices, footPrior, outcomes.length, now)) {
    const own = ownerOfFeet(people, feet.size);
    if (own === undefined) {
      const group = genderOfFeet(feet.size.mean);
      people.push({ ...feet, group, size: undefined, feet: feet.size, lower: 0 });
      continue;
    }
    for (const n of indices) own.members[n] = feet.members[n] ?? 0;
    own.feet = feet.size;
  }
}

function ownerOfFeet(people: readonly DraftPerson[], { mean }: Place): DraftPerson | undefined {
  let own: DraftPerson | undefined;
  let best = concentration * density(mean, footPrior.mean, footPrior.variance);
  for (const person of people) {
    if (person.group === 'kids' || person.feet !== undefined) continue;
    const weight = sumOf(person.members) * densityOfFeet(person.group, mean);
    if (weight > best) [own, best] = [person, weight];
  }
  return own;
}

function densityOfFeet(group: PersonGroup, size: number): number {
  if (group === 'women' || group === 'men') {
    const [mean, variance] = feetOf[group];
    return density(size, mean, variance);
  }
  return (densityOfFeet('women', size) + densityOfFeet('men', size)) / 2;
}

function genderOfFeet(size: number): PersonGroup {
  const women = densityOfFeet('women', size);
  const share = women / (women + densityOfFeet('men', size));
  if (share > 0.9) return 'women';
  return share < 0.1 ? 'men' : 'adult';
}

/** What says nothing of a size: by how much each of them buys. */
function giveByShare(people: DraftPerson[], indices: readonly number[], count: number): void {
  if (indices.length === 0) return;
  const sums = people.map(({ members }) => sumOf(members));
  const sum = sums.reduce((total, one) => total + one, 0);
  if (sum === 0) {
    people.push(withAll(somebody('adult', count), indices));
    return;
  }
  for (const n of indices) {
    for (const [p, { members }] of people.entries()) members[n] = (sums[p] ?? 0) / sum;
  }
}

export function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

export function density(value: number, mean: number, variance: number): number {
  return Math.exp((-0.5 * (value - mean) ** 2) / variance) / Math.sqrt(2 * Math.PI * variance);
}
