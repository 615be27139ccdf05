import type { EventRow } from '../../services/simulation/shop-store.ts';
import { dayLength } from './calendar.ts';
import { Funnel } from './funnel.ts';
import type { Journal } from './journal.ts';
import { normal, type Random } from './random.ts';
import { openVisit, type Stay, type Visit, visitsOf } from './visits.ts';
import { categories } from './vocabulary.ts';
import type { World } from './world.ts';

export interface BehaviourOptions {
  readonly world: World;
  readonly journal: Journal;
  /** The first days only; default: all. */
  readonly days?: number;
  /** Called before each day, and at the end. */
  readonly onDay?: (day: number, events: number) => void;
}

/** Nobody scrolls through more than this, so that no more is put in order. */
const longestList = 240;

/**
 * What happens in the shop before it has a recommender, day by day and visit by visit. Visits see
 * each other only through what has been sold: it empties the stock, and what sells is shown first.
 */
export class Behaviour {
  readonly #options: BehaviourOptions;
  readonly #funnel: Funnel;
  /** Parcels on their way back, by the day on which they arrive: ten days' worth at most. */
  readonly #parcels = new Map<number, EventRow[]>();

  constructor(options: BehaviourOptions) {
    this.#options = options;
    const { world, journal } = options;
    const { period } = world;
    this.#funnel = new Funnel({
      world,
      journal,
      onReturn: (parcel) => {
        const day = Math.floor((parcel.occurredAt - period.from) / dayLength);
        const parcels = this.#parcels.get(day) ?? [];
        parcels.push(parcel);
        this.#parcels.set(day, parcels);
      },
    });
  }

  /**
   * All events but what would happen after the end. The days are in order; within a day the visits
   * are, and each visit's events.
   */
  *events(): Generator<EventRow> {
    const { world, journal, days = world.days, onDay } = this.#options;
    const end = world.period.from + days * dayLength;
    for (let day = 0; day < days; day++) {
      onDay?.(day, journal.written);
      world.stock.nextDay(day);
      world.sales.nextDay();
      yield* this.#parcels.get(day) ?? [];
      this.#parcels.delete(day);
      for (const visit of visitsOf(world, day)) {
        for (const event of this.#visit(visit, day)) if (event.occurredAt <= end) yield event;
      }
    }
    onDay?.(days, journal.written);
  }

  /** Parcels still on their way when `events` has ended. */
  parcels(): EventRow[] {
    return [...this.#parcels.values()].flat();
  }

  *#visit(visit: Visit, day: number): Generator<EventRow> {
    const { world, journal } = this.#options;
    const stay = openVisit(world, visit, day);
    if (stay.followsHost) {
      const properties = { hostId: stay.room?.hostId ?? '' };
      yield journal.row(stay, { type: 'follow', properties });
    }
    const list = this.#listFor(stay);
    const seen = Math.min(list.length, stay.patience);
    for (let position = 0; position < seen; position++) {
      yield* this.#funnel.look(stay, { at: list[position] ?? 0, position });
    }
  }

  /** What lies in front of the visitor: best-sellers drift to the front, the rest as it comes. */
  #listFor({ room, random, wearer, time }: Stay): number[] {
    const { items, byCategory, sales } = this.#options.world;
    const own = categories.flatMap((category, at) =>
      category.gender === wearer.wears ? [at] : [],
    );
    const browsed = () => byCategory[own[Math.floor(random() * own.length)] ?? 0] ?? [];
    const list = someOf(random, room?.shelf ?? browsed());
    const placed = list
      .filter((at) => (items[at]?.launchedAt ?? 0) <= time)
      .map((at) => ({ at, place: Math.log1p(sales.of(at)) + 1.5 * normal(random) }));
    return placed.sort((a, b) => b.place - a.place).map(({ at }) => at);
  }
}

/** The list, or where it is long as many of it as are scrolled through, evenly from a random start. */
function someOf(random: Random, list: readonly number[]): readonly number[] {
  if (list.length <= longestList) return list;
  const step = list.length / longestList;
  const start = random() * list.length;
  return Array.from(
    { length: longestList },
    (_, n) => list[Math.floor(start + n * step) % list.length] ?? 0,
  );
}
