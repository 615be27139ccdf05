import type { EventRow } from '../../../services/simulation/shop-store.ts';
import { makePerson } from '../people.ts';
import { blockAt, placeOn, type SizeRun } from '../size-runs.ts';
import { bestSize } from '../sizes.ts';
import { toldMeasurements } from '../told-measurements.ts';
import type { World } from '../world.ts';
import { Girths } from './girths.ts';
import { type Decided, Ledger } from './ledger.ts';
import type { SizePolicy, SizeQuestion } from './size-policy.ts';
import type { Wish } from './wishes.ts';

/** A policy that looks at what the shop has, without waiting for anything. */
abstract class Rule implements SizePolicy {
  async advise(question: SizeQuestion, truth: Wish): Promise<number | undefined> {
    return this.name(question, truth);
  }

  protected abstract name(question: SizeQuestion, truth: Wish): number | undefined;

  async observe(_events: readonly EventRow[]): Promise<void> {}

  async nightly(_time: number): Promise<void> {}

  async close(): Promise<void> {}
}

/** Leaves people to themselves. */
export class OwnBelief extends Rule {
  protected override name(): undefined {
    return undefined;
  }
}

/** Knows who will wear it and how it is sewn: the least that can come back. */
export class Oracle extends Rule {
  readonly #world: World;

  constructor(world: World) {
    super();
    this.#world = world;
  }

  protected override name({ at }: SizeQuestion, { stay }: Wish): number | undefined {
    const item = this.#world.items[at];
    return item && bestSize(stay.wearer, item);
  }
}

/** Knows who will wear it, and nothing but the standard of how it is sewn. */
export class KnownBodies extends Rule {
  readonly #world: World;

  constructor(world: World) {
    super();
    this.#world = world;
  }

  protected override name({ at }: SizeQuestion, { stay }: Wish): number | undefined {
    const item = this.#world.items[at];
    return item && bestSize(stay.wearer, { ...item, truth: { ...item.truth, runsSmall: 0 } });
  }
}

/** The label that the account kept most of, of this category; of equals, the latest. */
export class UsualSize extends Rule {
  readonly #world: World;
  readonly #ledger: Ledger;
  readonly #kept = new Map<string, Decided[]>();

  constructor(world: World, windowDays: number) {
    super();
    this.#world = world;
    this.#ledger = new Ledger(world, windowDays);
  }

  protected override name({ userId, at, time }: SizeQuestion): number | undefined {
    this.#keep(this.#ledger.kept(time));
    const item = this.#world.items[at];
    if (item === undefined) return undefined;
    const kept = this.#kept.get(`${userId} ${item.categoryIndex}`) ?? [];
    const sameLabels = kept.flatMap((piece) => {
      const place = item.sizes.labels.indexOf(this.#label(piece) ?? '');
      return place < 0 ? [] : [place];
    });
    if (sameLabels.length > 0) return mostFrequent(sameLabels);
    // Of other labels: what the standard makes of them.
    const places = kept.map((piece) => nearest(item.sizes, this.#place(piece)));
    return places.length > 0 ? mostFrequent(places) : undefined;
  }

  override async observe(events: readonly EventRow[]): Promise<void> {
    this.#keep(this.#ledger.observe(events));
  }

  #keep(decided: readonly Decided[]): void {
    for (const piece of decided) {
      if (piece.fit !== 'fit') continue;
      const key = `${piece.userId} ${this.#world.items[piece.at]?.categoryIndex}`;
      this.#kept.set(key, [...(this.#kept.get(key) ?? []), piece]);
    }
  }

  #label({ at, size }: Decided): string | undefined {
    return this.#world.items[at]?.sizes.labels[size];
  }

  #place({ at, size }: Decided): number {
    return this.#world.items[at]?.sizes.places[size] ?? 0;
  }
}

/**
 * The brand's size chart read with what the account tells of its body; girths that are not told are
 * those of others of this height and weight. No advice where nothing is told, for who is of another
 * gender or age, and far outside of the chart.
 */
export class SizeChart extends Rule {
  readonly #world: World;
  readonly #girths: Girths;
  readonly #year: number;

  constructor(world: World) {
    super();
    this.#world = world;
    this.#girths = Girths.of(world);
    this.#year = new Date(world.period.until).getUTCFullYear();
  }

  protected override name(question: SizeQuestion): number | undefined {
    return this.read(question, 0);
  }

  /** @param larger sizes to take larger than the chart says */
  read({ user, at }: SizeQuestion, larger: number): number | undefined {
    const { seed, users, items } = this.#world;
    const item = items[at];
    const person = makePerson(seed, user, users, this.#year);
    if (item === undefined || item.category.gender !== person.gender) return undefined;
    const told = toldMeasurements(seed, user, person);
    const girths = this.#girths.guess(person.gender, told);
    if (girths === undefined || blockAt(item.sizes.block).at.footCm !== undefined) return undefined;
    const place = placeOn(item.sizes.block, girths) + larger;
    const { places } = item.sizes;
    const isOutside = place < (places[0] ?? 0) - 1.5 || place > (places.at(-1) ?? 0) + 1.5;
    return isOutside ? undefined : nearest(item.sizes, place, told.heightCm);
  }
}

/**
 * The size chart of before, corrected by how each item runs: what is left when all is known of the
 * items.
 */
export class KnownItems extends Rule {
  readonly #chart: SizeChart;
  readonly #world: World;

  constructor(world: World) {
    super();
    this.#chart = new SizeChart(world);
    this.#world = world;
  }

  protected override name(question: SizeQuestion): number | undefined {
    const runsSmall = this.#world.items[question.at]?.truth.runsSmall ?? 0;
    return this.#chart.read(question, runsSmall);
  }
}

/** The size that the chart has nearest to a place; of lengths the regular one unless a height is known. */
export function nearest(run: SizeRun, place: number, heightCm: number | null = null): number {
  const { heights } = blockAt(run.block);
  const regular = heights?.[1] ?? 0;
  const height = heightCm ?? regular;
  const off = (size: number) => {
    const made = heights?.[(run.lengths[size] ?? 0) + 1] ?? regular;
    return Math.abs((run.places[size] ?? 0) - place) + 1e-3 * Math.abs(made - height);
  };
  return run.labels.reduce((best, _, size) => (off(size) < off(best) ? size : best), 0);
}

function mostFrequent(places: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  let best: number | undefined;
  for (const place of places) {
    const count = (counts.get(place) ?? 0) + 1;
    counts.set(place, count);
    if (best === undefined || count >= (counts.get(best) ?? 0)) best = place;
  }
  return best;
}
