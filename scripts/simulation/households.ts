import { makeBody, type Person } from './people.ts';
import { clamp, normal, type Random, randomOf } from './random.ts';
import { type Body, blocks, type Wears } from './size-runs.ts';

/** Somebody whom an account buys for, with the truth that nobody is told. */
export interface Wearer {
  readonly who: 'self' | 'child' | 'partner' | 'relative';
  /** The place in the household; whose account it is comes first. */
  readonly at: number;
  readonly wears: Wears;
  readonly body: Body;
  /** Sizes by which they like it larger than others with their body. */
  readonly likesLoose: number;
  /** Sizes by which the one who orders takes the body for larger than it is, by block. */
  readonly misjudged: readonly number[];
  /** Of the account's visits. */
  readonly share: number;
}

const householdStream = 22;
const visitStream = 53;
export const mostWearers = 4;

/** Others than oneself: in how many households, how often they are bought for, how well one knows them. */
const others = [
  { who: 'child', households: 0.14, share: 0.35, unknown: 0.25 },
  { who: 'partner', households: 0.1, share: 0.2, unknown: 0.3 },
  { who: 'relative', households: 0.07, share: 0.25, unknown: 0.3 },
] as const;

/** Whom an account buys for: the same every time. */
export function householdOf(seed: number, user: number, person: Person): Wearer[] {
  const random = randomOf(seed, householdStream, user);
  const { gender, truth } = person;
  const wearers = [
    wearer(random, 'self', 0, gender, person.body, { unknown: truth.misjudges, share: 1 }),
  ];
  for (const { who, households, ...other } of others) {
    if (random() >= households) continue;
    const wears = wearsOf(who, gender);
    const body = wears === 'child' ? childBody(random) : makeBody(random, wears);
    wearers.push(wearer(random, who, wearers.length, wears, body, other));
  }
  return wearers;
}

/** Whom somebody buys for in the visit of a day: only themselves, most often. */
export function wearerOf(seed: number, user: number, day: number, person: Person): Wearer {
  const [self, ...rest] = householdOf(seed, user, person);
  let left = randomOf(seed, visitStream, user, day)();
  for (const other of rest) {
    left -= other.share;
    if (left < 0) return other;
  }
  return self as Wearer;
}

function wearsOf(who: (typeof others)[number]['who'], gender: 'female' | 'male'): Wears {
  if (who === 'child') return 'child';
  if (who === 'relative') return gender;
  return gender === 'female' ? 'male' : 'female';
}

function wearer(
  random: Random,
  who: Wearer['who'],
  at: number,
  wears: Wears,
  body: Body,
  { unknown, share }: { readonly unknown: number; readonly share: number },
): Wearer {
  return {
    ...{ who, at, wears, body, share },
    // Children grow into what they are bought.
    likesLoose: (wears === 'child' ? 0.3 : 0) + 0.3 * normal(random),
    misjudged: blocks.map(() => unknown * normal(random)),
  };
}

/** From three to fourteen years. */
function childBody(random: Random): Body {
  const age = 3 + 11 * random();
  const heightCm = clamp(77 + 6.2 * age + 4.5 * normal(random), 88, 172);
  const plump = normal(random);
  const girth = (base: number, by: number) => base + by * (heightCm - 110) + 3 * plump;
  return {
    heightCm,
    weightKg: (15.8 + 0.012 * (heightCm - 110) * 5 + 1.6 * plump) * (heightCm / 100) ** 2,
    bustCm: girth(57, 0.42),
    waistCm: girth(53, 0.24),
    hipCm: girth(60, 0.5),
    footCm: 0.152 * heightCm + 0.5 * normal(random),
  };
}
