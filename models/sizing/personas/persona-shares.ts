import { groupOf } from './person-sizes.ts';
import type { Persona, PersonaGarment, PersonGroup } from './persona-types.ts';

// How many purchases of other people's tastes weigh against a person's own.
const tasteCount = 2;
// What no size of a run fits is still bought now and then.
const leastCover = 0.02;

/**
 * For whom of an account a garment would be: by how much each buys, whether it is made for such
 * people, whether they buy its category, and whether it comes in their size.
 *
 * @returns one an element of `personas`, and after them that it is for somebody who is not known
 *   yet; the sum is 1
 */
export function personaShares(
  personas: readonly Persona[],
  { run, category }: PersonaGarment,
): Float64Array {
  const shares = new Float64Array(personas.length + 1);
  const group = run.scale === 'shoes' ? undefined : groupOf(run.scale);
  let sum = 0;
  let known = 0;
  for (const [p, persona] of personas.entries()) {
    known += persona.share;
    const made = madeFor(persona, group, run.scale);
    if (made === 0) continue;
    const taste = tasteOf(persona, personas, category);
    const weight = made * persona.share * taste * coverOf(persona, run);
    shares[p] = weight;
    sum += weight;
  }
  const stranger = Math.max(0, 1 - known);
  sum += stranger;
  if (sum === 0) {
    shares[personas.length] = 1;
    return shares;
  }
  shares[personas.length] = stranger;
  for (let p = 0; p < shares.length; p++) shares[p] = (shares[p] ?? 0) / sum;
  return shares;
}

/** Whether a garment of a group's scale is made for the persona, 0 to 1. */
function madeFor(persona: Persona, group: PersonGroup | undefined, scale: string): number {
  const own = persona.group;
  if (group === undefined) {
    // Shoes are adults' unless a child is in them already.
    return scale === 'shoes' && own === 'kids' && !persona.places.has(scale) ? 0 : 1;
  }
  if (own === group) return 1;
  if (own === 'kids' || group === 'kids') return 0;
  if (group === 'adult') return 1;
  return own === 'adult' ? 0.5 : 0;
}

/**
 * How much more than the account as a whole the person buys of the category: (c + m p) / (n + m) over
 * p, where p is the account's share of it.
 */
function tasteOf(persona: Persona, personas: readonly Persona[], category: string | null): number {
  if (category === null) return 1;
  let [all, ofIt] = [0, 0];
  for (const { categories } of personas) {
    for (const [name, count] of categories) {
      all += count;
      if (name === category) ofIt += count;
    }
  }
  const usual = (ofIt + 0.5) / (all + 1);
  let own = 0;
  for (const count of persona.categories.values()) own += count;
  const count = persona.categories.get(category) ?? 0;
  return (count + tasteCount * usual) / (own + tasteCount) / usual;
}

/** The chance that the person's size is among those of the run. */
function coverOf(persona: Persona, { scale, sizes }: PersonaGarment['run']): number {
  const place = persona.places.get(scale);
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (place === undefined || first === undefined || last === undefined) return 1;
  const below = logistic((first.position - 0.5 - place.position) / place.deviation);
  const above = logistic((last.position + 0.5 - place.position) / place.deviation);
  return Math.max(leastCover, above - below);
}

/** The normal distribution's, within 0.01. */
function logistic(deviations: number): number {
  return 1 / (1 + Math.exp(-1.702 * deviations));
}
