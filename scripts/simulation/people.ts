import { clamp, normal, pick, type Random, randomOf, shares } from './random.ts';
import type { Body } from './size-runs.ts';
import { channels, occasions } from './vocabulary.ts';

/** A user with the truth about them that nobody is told. */
export interface Person {
  readonly id: string;
  readonly gender: 'female' | 'male';
  readonly birthYear: number;
  readonly cityTier: number;
  readonly channel: string;
  readonly body: Body;
  /** Which measurements the shop is told. */
  readonly tellsHeightAndWeight: boolean;
  readonly tellsGirths: boolean;
  readonly personalised: boolean;
  readonly marketingConsent: boolean;
  readonly truth: {
    /** What they dress for: shares of the occasions. */
    readonly dressesFor: readonly number[];
    /** For each occasion the look they want for it. */
    readonly looks: readonly (readonly [ornate: number, trendy: number])[];
    /** How far from it something may be and still please. */
    readonly tolerance: number;
    /** CNY for one piece; and how sharply wanting ends there. */
    readonly budget: number;
    readonly thrift: number;
    /** Radians a day by which their look turns. */
    readonly drift: number;
    /** Sizes by which people like them misjudge their own bodies (deviation). */
    readonly misjudges: number;
  };
}

/** How often a user comes, and when they came first and last; for all users at once. */
export interface Attendance {
  /** Visits a day. */
  readonly rate: Float32Array;
  /** Days since the start of the simulation. */
  readonly firstDay: Float32Array;
  readonly lastDay: Float32Array;
}

const personStream = 20;
const attendanceStream = 21;
/** How often an average user comes while they are one, where nothing else is said. */
export const usualVisitsADay = 0.08;

export function userId(at: number, count: number): string {
  return `user-${String(at + 1).padStart(Math.max(5, String(count).length), '0')}`;
}

/** The same person every time. */
export function makePerson(seed: number, at: number, count: number, year: number): Person {
  const random = randomOf(seed, personStream, at);
  const gender = random() < 0.72 ? 'female' : 'male';
  const age = clamp(Math.round(30 + 9 * normal(random)), 18, 70);
  const cityTier = 1 + Math.min(4, Math.floor(-Math.log(1 - random()) * 1.6));
  return {
    id: userId(at, count),
    gender,
    birthYear: year - age,
    cityTier,
    channel: pick(random, channels),
    body: makeBody(random, gender),
    tellsHeightAndWeight: random() < 0.65,
    tellsGirths: random() < 0.35,
    personalised: random() >= 0.02,
    marketingConsent: random() < 0.6,
    truth: makeTruth(random, age, cityTier),
  };
}

/** @param visitsADay of an average user while they are one; at most one a day is made */
export function makeAttendance(
  seed: number,
  users: number,
  days: number,
  visitsADay: number,
): Attendance {
  const rate = new Float32Array(users);
  const firstDay = new Float32Array(users);
  const lastDay = new Float32Array(users);
  for (let at = 0; at < users; at++) {
    const random = randomOf(seed, attendanceStream, at);
    rate[at] = visitsADay * Math.exp(0.9 * normal(random) - 0.405);
    // Three in ten come during the period; everybody leaves some day.
    firstDay[at] = random() < 0.3 ? random() * days : 0;
    lastDay[at] = (firstDay[at] ?? 0) - Math.log(1 - random()) * 150;
  }
  return { rate, firstDay, lastDay };
}

/** An adult's. */
export function makeBody(random: Random, gender: 'female' | 'male'): Body {
  const isFemale = gender === 'female';
  const heightCm = (isFemale ? 161 : 173) + 5.8 * normal(random);
  const bmi = clamp((isFemale ? 21.3 : 23.4) + 2.6 * normal(random), 16, 36);
  const plump = bmi - (isFemale ? 21.3 : 23.4);
  return {
    heightCm,
    weightKg: bmi * (heightCm / 100) ** 2,
    bustCm: (isFemale ? 86 : 96) + 1.9 * plump + 2.2 * normal(random),
    waistCm: (isFemale ? 69 : 81) + 2.3 * plump + 2.4 * normal(random),
    hipCm: (isFemale ? 91 : 95) + 1.7 * plump + 2.2 * normal(random),
    footCm: 0.149 * heightCm + 0.6 * normal(random),
  };
}

function makeTruth(random: Random, age: number, cityTier: number): Person['truth'] {
  const self = [0.6 * normal(random), 0.5 * normal(random) - (age - 30) / 60] as const;
  return {
    dressesFor: shares(random, occasions.length, 0.5),
    looks: occasions.map(
      () => [self[0] + 0.45 * normal(random), self[1] + 0.45 * normal(random)] as const,
    ),
    tolerance: 0.45 + 0.6 * random(),
    budget: 260 * Math.exp(0.5 * normal(random) - 0.12 * (cityTier - 2) + 0.008 * (age - 30)),
    thrift: 1.5 + 3 * random(),
    drift: 0.006 * normal(random),
    misjudges: 0.1 + 0.35 * random(),
  };
}
