import { Behaviour } from '../../scripts/simulation/behaviour.ts';
import { dayLength } from '../../scripts/simulation/calendar.ts';
import { Funnel } from '../../scripts/simulation/funnel.ts';
import { Journal } from '../../scripts/simulation/journal.ts';
import { openVisit, type Stay, visitsOf } from '../../scripts/simulation/visits.ts';
import { makeWorld, type World, type WorldOptions } from '../../scripts/simulation/world.ts';
import type { EventRow } from '../../services/simulation/shop-store.ts';
import type { Policy } from './policy.ts';
import { ShopView } from './shop-view.ts';
import { type Figures, Tally } from './tally.ts';

export interface LoopOptions extends WorldOptions {
  /** The last days of the world, in which the policy decides. */
  readonly policyDays: number;
}

/** A world on the morning on which a policy takes over, and what has happened so far. */
export interface Morning {
  readonly world: World;
  readonly shop: ShopView;
  readonly funnel: Funnel;
  readonly firstDay: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly clock: { time: number };
}

/** What a policy is made from. `history` has to be read to its end: it makes the world. */
export type MakePolicy = (
  morning: Morning,
  history: Behaviour,
  read: (event: EventRow) => void,
) => Promise<Policy>;

/** A screen: what is looked at before the app asks again. */
const screen = 6;

interface Step {
  readonly stay: Stay;
  readonly room: number | undefined;
  readonly seen: Set<number>;
  /** What has been done and not been told yet. */
  pending: EventRow[];
}

/**
 * Lets one policy run a shop. Who comes, when, where to and in which mood, and what is delivered,
 * is the same for every policy of one seed; so is what somebody makes of an item at a place of the
 * list, but for what they bought before.
 */
export async function runLoop(options: LoopOptions, make: MakePolicy): Promise<Figures> {
  const world = makeWorld(options);
  const { seed, days, period } = world;
  const firstDay = days - options.policyDays;
  const time = period.from + firstDay * dayLength;
  const shop = new ShopView(world);
  const clicks = new Float64Array(world.items.length);
  const history = new Behaviour({ world, journal: new Journal(`sim-${seed}`), days: firstDay });
  const parcels: EventRow[] = [];
  const past: EventRow[] = [];
  let tally: Tally | undefined;
  const funnel = new Funnel({
    world,
    journal: new Journal(`loop-${seed}`),
    onReturn: (parcel) => {
      parcels.push(parcel);
      tally?.sentBack(parcel);
    },
  });
  const morning = { world, shop, funnel, firstDay, time, clock: { time } };
  const policy = await make(morning, history, (event) => {
    const at = shop.place(event.itemId ?? '');
    if (at !== undefined && event.type === 'click') clicks[at] = (clicks[at] ?? 0) + 1;
    past.push(event);
  });
  try {
    await policy.observe(past);
    parcels.push(...history.parcels());
    tally = new Tally(world, shop, clicks, time);
    for (let day = firstDay; day < days; day++) {
      morning.clock.time = Math.max(morning.clock.time, period.from + day * dayLength);
      world.stock.nextDay(day);
      world.sales.nextDay();
      await policy.nightly(morning.clock.time);
      await policy.observe(due(parcels, morning.clock.time));
      await playDay(morning, policy, tally, day);
      tally.endDay(morning.clock.time);
    }
    return tally.figures();
  } finally {
    await policy.close();
  }
}

/** Takes out the parcels that have come back by now. */
function due(parcels: EventRow[], time: number): EventRow[] {
  const back = parcels.filter(({ occurredAt }) => occurredAt <= time);
  const away = parcels.filter(({ occurredAt }) => occurredAt > time);
  parcels.splice(0, parcels.length, ...away);
  return back.sort((a, b) => a.occurredAt - b.occurredAt);
}

/** All visits of a day, interleaved as their clocks say. */
async function playDay(
  { world, funnel, clock, shop }: Morning,
  policy: Policy,
  tally: Tally,
  day: number,
): Promise<void> {
  const waiting: Step[] = visitsOf(world, day).map((visit) => {
    const stay = openVisit(world, visit, day);
    const room = stay.room && shop.roomOf(stay.room.id);
    return { stay, room, seen: new Set(), pending: [] };
  });
  while (true) {
    const step = waiting.shift();
    if (step === undefined) return;
    const { stay, seen } = step;
    clock.time = Math.max(clock.time, Math.ceil(stay.time));
    if (seen.size === 0) tally.visit();
    await policy.observe(step.pending);
    const limit = Math.min(screen, stay.patience - seen.size);
    if (limit <= 0) continue;
    const offers = await policy.recommend(visitorOf(step, clock.time), limit, stay);
    if (offers.length === 0) continue;
    step.pending = [];
    for (const offer of offers) {
      const shown = { ...offer, position: seen.size };
      seen.add(offer.at);
      for (const event of funnel.look(stay, shown)) {
        tally.see(event);
        step.pending.push(event);
      }
    }
    insert(waiting, step);
  }
}

function visitorOf({ stay, room, seen }: Step, time: number) {
  const { userId, sessionId, person } = stay;
  return {
    userId,
    sessionId,
    gender: userId === null ? undefined : person.gender,
    room,
    seen,
    time,
  };
}

/** In the order of the visits' clocks; most go on soon. */
function insert(waiting: Step[], step: Step): void {
  let at = 0;
  while (at < waiting.length && (waiting[at]?.stay.time ?? 0) <= step.stay.time) at++;
  waiting.splice(at, 0, step);
}
