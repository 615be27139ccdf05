import type { SimulatedItem } from './catalogue.ts';
import type { Person } from './people.ts';
import { clamp, normal, type Random } from './random.ts';

/** The place in the item's size run, with fractions, that would fit the person. */
export function trueSize(person: Person, item: SimulatedItem): number {
  const { measure, first, step } = item.category.sizes;
  return (person.body[measure] - first) / step + item.truth.runsSmall;
}

/** The place that the person orders, who knows the own body, more or less, and not how it runs. */
export function orderedSize(random: Random, person: Person, item: SimulatedItem): number {
  const believed =
    trueSize(person, item) - item.truth.runsSmall + person.truth.misjudges * normal(random);
  return clamp(Math.round(believed), 0, item.category.sizes.labels.length - 1);
}

/** Why it is sent back, or undefined when it is kept. */
export function returnReason(
  random: Random,
  person: Person,
  item: SimulatedItem,
  size: number,
): 'too_small' | 'too_large' | 'quality' | 'not_as_described' | 'other' | undefined {
  const excess = size - trueSize(person, item);
  // Half a size off is hardly felt, one and a half are.
  const misfit = 0.85 / (1 + Math.exp(-(Math.abs(excess) - 1.05) / 0.12));
  if (random() < misfit) return excess < 0 ? 'too_small' : 'too_large';
  if (random() < 0.12 * (1 - item.truth.quality)) return 'quality';
  if (random() < 0.03) return 'not_as_described';
  return random() < 0.02 ? 'other' : undefined;
}
