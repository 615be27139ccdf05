import type { Body, WearerOutcome } from '../size-types.ts';
import { chartPosition } from '../systems/chart-body.ts';
import { type DraftPerson, density, draftPeople, somebody, sumOf } from './draft-people.ts';
import {
  adultPrior,
  birthPrior,
  childAge,
  childPlace,
  groupOf,
  grownPosition,
  nextPiece,
  yearsOf,
} from './person-sizes.ts';
import type { Persona, PersonaPlace, PersonGroup } from './persona-types.ts';

/** Older outcomes say nothing of who is there now. */
const mostOutcomes = 50;
// Years after which a purchase counts half for what the account is going to buy.
const halfLife = 2;
/** Purchases for somebody new that are expected beforehand. */
export const newcomer = 0.5;
// Of the account's own body, before it has bought anything for itself.
const ownerCount = 0.5;
// Of an account that tells of a body and has bought only for others. Who buys once mostly buys for
// the body that is told: on the public rentals, whose accounts are hardly ever two people, .5 gave two
// bodies in five to somebody who had bought nothing.
const strangerCount = 0.05;
// Of what the size chart says of a body.
const chartVariance = 1.5 ** 2;

/**
 * Who is behind an account, from how its purchases turned out and the body it tells of: clothes for
 * women, men and children are of different people, and within one of these sizes that one body, even
 * one that changes or grows, does not explain. The account's own body is one person's at most, and
 * somebody's who has bought nothing for themselves where it is none of the others'.
 *
 * @param outcomes in any order; the latest 50 count
 * @param now seconds since 1970
 * @returns those who buy most first; none where nothing is known
 */
export function personasOf(
  outcomes: readonly WearerOutcome[],
  body: Body,
  now: number,
): readonly Persona[] {
  const order = outcomes
    .map((_, n) => n)
    .sort((a, b) => (outcomes[a]?.at ?? 0) - (outcomes[b]?.at ?? 0) || a - b)
    .slice(-mostOutcomes);
  const recent = order.map((n) => outcomes[n] as WearerOutcome);
  const people = draftPeople(recent, now);
  const weights = recent.map(({ at }) => 2 ** (-Math.max(0, yearsOf(now - at)) / halfLife));
  const counts = people.map(({ members }) =>
    weights.reduce((sum, weight, n) => sum + weight * (members[n] ?? 0), 0),
  );
  const owners = ownersOf(people, counts, body, now);
  if (owners.stranger > 0.5) {
    people.push(somebody(owners.group, recent.length));
    owners.chances.push(owners.stranger);
    counts.push(0);
  }
  const certain = certainties(people, counts, owners.chances);
  const sums = people.map((_, p) => {
    return (counts[p] ?? 0) * (certain[p] ?? 0) + ownerCount * (owners.chances[p] ?? 0);
  });
  // What may have been a present may be given again, to somebody else.
  const presents = counts.reduce((sum, count, p) => sum + count * (1 - (certain[p] ?? 0)), 0);
  const total = sums.reduce((sum, one) => sum + one, newcomer + presents);
  return people
    .map(
      (person, p): Persona => ({
        group: person.group,
        share: (sums[p] ?? 0) / total,
        certainty: certain[p] ?? 0,
        owner: owners.chances[p] ?? 0,
        members: inGivenOrder(person.members, order, outcomes.length),
        places: placesOf(person, recent, now),
        categories: categoriesOf(person, recent, weights),
      }),
    )
    .sort((a, b) => b.share - a.share);
}

/**
 * That each is a person who buys again. Whose body the account tells of is; so is, where it tells of
 * none, who buys most.
 */
function certainties(
  people: readonly DraftPerson[],
  counts: readonly number[],
  owners: readonly number[],
): number[] {
  const most = owners.some((owner) => owner > 0.5) ? -1 : counts.indexOf(Math.max(...counts));
  return people.map(({ certainty, chance }, p) => {
    const own = p === most ? 1 : certainty * chance;
    const owner = owners[p] ?? 0;
    return owner + (1 - owner) * own;
  });
}

/**
 * What a persona's outcomes say of it now: those that are likelier its own than not, a child's moved
 * to the size that would be taken today.
 */
export function outcomesOf(
  { members }: Persona,
  outcomes: readonly WearerOutcome[],
  now: number,
): readonly WearerOutcome[] {
  return outcomes.flatMap((outcome, n) => {
    if ((members[n] ?? 0) <= 0.5) return [];
    if (groupOf(outcome.scale) !== 'kids') return [outcome];
    const { scale, position, at } = outcome;
    return [{ ...outcome, position: grownPosition(scale, position, at, now) }];
  });
}

interface Owners {
  readonly chances: number[];
  /** That it is nobody who has bought anything. */
  readonly stranger: number;
  readonly group: PersonGroup;
}

/** Whose the body is. */
function ownersOf(
  people: readonly DraftPerson[],
  counts: readonly number[],
  body: Body,
  now: number,
): Owners {
  const group = bodyGroup(body);
  if (group === undefined) return { chances: people.map(() => 0), stranger: 0, group: 'adult' };
  const weights = people.map((person, p) => {
    if (!isOfGroup(person.group, group)) return 0;
    return (counts[p] ?? 0) * likeness(person, group, body, now);
  });
  const stranger = strangerCount * unlikeAnybody(lineOf(group, people, counts), body, now);
  const sum = weights.reduce((total, weight) => total + weight, stranger);
  return { chances: weights.map((weight) => weight / sum), stranger: stranger / sum, group };
}

/** The charts by which a body of no known gender is measured: those of who buys most. */
function lineOf(
  group: PersonGroup,
  people: readonly DraftPerson[],
  counts: readonly number[],
): PersonGroup {
  if (group !== 'adult') return group;
  let most: number | undefined;
  for (const [p, person] of people.entries()) {
    if (person.group === 'kids') continue;
    if (most === undefined || (counts[p] ?? 0) > (counts[most] ?? 0)) most = p;
  }
  return most === undefined ? group : (people[most]?.group ?? group);
}

/** Undefined: nothing is known of the body. */
function bodyGroup({ gender, age, heightCm, ...rest }: Body): PersonGroup | undefined {
  if (age !== undefined ? age < 14 : heightCm !== undefined && heightCm < 138) return 'kids';
  if (gender === 'female') return 'women';
  if (gender === 'male') return 'men';
  const { bodyType: _, ...measured } = rest;
  const isTold =
    gender !== undefined ||
    age !== undefined ||
    heightCm !== undefined ||
    Object.values(measured).some((value) => value !== undefined);
  return isTold ? 'adult' : undefined;
}

function isOfGroup(person: PersonGroup, body: PersonGroup): boolean {
  if (person === body) return true;
  return person !== 'kids' && body !== 'kids' && (person === 'adult' || body === 'adult');
}

/** The density of the body's place by the size chart, if it is this person's. */
function likeness(person: DraftPerson, group: PersonGroup, body: Body, now: number): number {
  if (person.size === undefined) return unlikeAnybody(group, body, now);
  const { mean, variance } = person.size;
  if (group === 'kids') {
    const born = bornBy(body, now);
    return born === undefined ? 1 : density(born, mean, variance + 2);
  }
  const line = person.group === 'adult' ? group : person.group;
  const place = chartPosition(`${line}-any`, body)?.position;
  return place === undefined ? 1 : density(place, mean, variance + chartVariance);
}

function unlikeAnybody(group: PersonGroup, body: Body, now: number): number {
  if (group === 'kids') {
    const prior = birthPrior(yearsOf(now));
    const born = bornBy(body, now);
    return born === undefined ? 1 : density(born, prior.mean, prior.variance + 2);
  }
  const place = chartPosition(`${group}-any`, body)?.position;
  if (place === undefined) return 1;
  return density(place, adultPrior.mean, adultPrior.variance + chartVariance);
}

function bornBy({ age, heightCm }: Body, now: number): number | undefined {
  if (age !== undefined) return yearsOf(now) - age;
  if (heightCm === undefined) return undefined;
  const position = chartPosition('kids', { heightCm })?.position ?? 0;
  return yearsOf(now) - childAge(position);
}

function inGivenOrder(members: Float64Array, order: readonly number[], count: number) {
  const given = new Float64Array(count);
  for (const [i, n] of order.entries()) given[n] = members[i] ?? 0;
  return given;
}

const adultScales = (['women', 'men', 'adult'] as const).flatMap((line) =>
  ['top', 'dress', 'bottom', 'any'].map((kind) => {
    return { scale: `${line}-${kind}`, line, isLower: kind === 'bottom' };
  }),
);
// Beside the makers' differences, for a kind of which nothing has been bought.
const otherKind = 0.5 ** 2;

function placesOf(
  { group, members, size, feet, lower }: DraftPerson,
  outcomes: readonly WearerOutcome[],
  now: number,
): ReadonlyMap<string, PersonaPlace> {
  const places = new Map<string, PersonaPlace>();
  if (feet !== undefined) {
    const deviation = Math.sqrt(feet.variance + nextPiece.feet);
    places.set('shoes', { position: feet.mean, deviation });
  }
  if (size === undefined || sumOf(members) === 0) return places;
  if (group === 'kids') {
    for (const scale of ['kids', 'kids-shoes']) {
      places.set(scale, childPlace(scale, size.mean, size.variance, yearsOf(now)));
    }
    return places;
  }
  const bought = new Set(
    outcomes.flatMap(({ scale }, n) => ((members[n] ?? 0) > 0.5 ? scale : [])),
  );
  const known = size.variance + nextPiece.clothes;
  for (const { scale, line, isLower } of adultScales) {
    if (line !== group && line !== 'adult') continue;
    const deviation = Math.sqrt(bought.has(scale) ? known : known + otherKind);
    places.set(scale, { position: size.mean + (isLower ? lower : 0), deviation });
  }
  return places;
}

function categoriesOf(
  { members }: DraftPerson,
  outcomes: readonly WearerOutcome[],
  weights: readonly number[],
): ReadonlyMap<string, number> {
  const categories = new Map<string, number>();
  for (const [n, { category }] of outcomes.entries()) {
    const count = (members[n] ?? 0) * (weights[n] ?? 0);
    if (category === null || count === 0) continue;
    categories.set(category, (categories.get(category) ?? 0) + count);
  }
  return categories;
}
