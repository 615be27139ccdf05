import { busynessOf, dayLength, isWeekend, timeOfDay } from './calendar.ts';
import { type Wearer, wearerOf } from './households.ts';
import { makePerson, type Person } from './people.ts';
import { type Random, randomOf, weighted } from './random.ts';
import type { SimulatedRoom } from './rooms.ts';
import type { World } from './world.ts';

/** Somebody comes: at most once a day. */
export interface Visit {
  readonly user: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** One visit under way: the clock runs with what is done. */
export interface Stay {
  readonly user: number;
  readonly person: Person;
  /** Whom they have come to buy for. */
  readonly wearer: Wearer;
  /** Null: did not log in. */
  readonly userId: string | null;
  readonly sessionId: string;
  readonly room: SimulatedRoom | undefined;
  /** Of `occasions`: what this visit is for. */
  readonly occasion: number;
  /** Since the start of the simulation. */
  readonly day: number;
  /** How many items are looked at before the visitor goes. */
  readonly patience: number;
  readonly followsHost: boolean;
  /** For what else is drawn in this visit. */
  readonly random: Random;
  time: number;
}

const attendanceStream = 50;
const visitStream = 51;

/** Who comes on a day, in the order of time: a matter of the people, whatever they are shown. */
export function visitsOf({ seed, users, period, attendance }: World, day: number): Visit[] {
  const { rate, firstDay, lastDay } = attendance;
  const random = randomOf(seed, attendanceStream, day);
  const start = period.from + day * dayLength;
  const busyness = busynessOf(start);
  const visits: Visit[] = [];
  for (let user = 0; user < users; user++) {
    const isThere = day >= (firstDay[user] ?? 0) && day < (lastDay[user] ?? 0);
    if (random() >= (rate[user] ?? 0) * busyness || !isThere) continue;
    visits.push({ user, time: start + timeOfDay(random, start) });
  }
  return visits.sort((a, b) => a.time - b.time);
}

/** What the visitor has come for, and where to: settled before anything is shown. */
export function openVisit(world: World, { user, time }: Visit, day: number): Stay {
  const random = randomOf(world.seed, visitStream, user, day);
  const year = new Date(world.period.until).getUTCFullYear();
  const person = makePerson(world.seed, user, world.users, year);
  // Nobody dresses for work at the weekend, or hardly anybody.
  const purposes = person.truth.dressesFor.map((share, at) =>
    at === 0 && isWeekend(time) ? share * 0.3 : share,
  );
  const occasion = weighted(random, purposes);
  const wearer = wearerOf(world.seed, user, day, person);
  // No host shows what is for children.
  const inRoom = random() < 0.8 && wearer.wears !== 'child';
  const room = world.roomChoice.choose(random(), wearer.wears, occasion);
  return {
    user,
    person,
    wearer,
    userId: random() >= 0.05 ? person.id : null,
    sessionId: `session-${user + 1}-${day}`,
    room: inRoom ? room : undefined,
    occasion,
    day,
    patience: 3 + Math.floor(-Math.log(1 - random()) * 7),
    followsHost: inRoom && random() < 0.03,
    random,
    time,
  };
}
