import type { EventRow } from '../../../services/simulation/shop-store.ts';
import { dayLength } from '../calendar.ts';
import type { Ask, Recommendations } from '../client/service-client.ts';
import { Funnel, type Shown } from '../funnel.ts';
import { Journal } from '../journal.ts';
import { openVisit, type Stay } from '../visits.ts';
import type { DriveOptions } from './drive-options.ts';
import type { DriveTally } from './drive-report.ts';
import type { Hosts } from './hosts.ts';
import { sleep } from './sleep.ts';
import type { Warehouse } from './warehouse.ts';

/** A screen: what is looked at before the app asks again. */
const screen = 6;

/** The people of a world as the app shows them the service's answers. */
export class Visitors {
  readonly #options: DriveOptions;
  readonly #warehouse: Warehouse;
  readonly #hosts: Hosts;
  readonly #tally: DriveTally;
  readonly #funnel: Funnel;
  readonly #places: ReadonlyMap<string, number>;
  #visits = 0;

  constructor(options: DriveOptions, warehouse: Warehouse, hosts: Hosts, tally: DriveTally) {
    this.#options = options;
    this.#warehouse = warehouse;
    this.#hosts = hosts;
    this.#tally = tally;
    const { world, run } = options;
    this.#places = new Map(world.items.map(({ id }, at) => [id, at]));
    this.#funnel = new Funnel({
      world,
      journal: new Journal(`drive-${run}`),
      onReturn: ({ reason }) => {
        if (reason === 'too_small' || reason === 'too_large') tally.misfits++;
      },
    });
  }

  /** One visit from its beginning to its end. */
  async visit(user: number, over: AbortSignal): Promise<void> {
    const { world, speed, run, client } = this.#options;
    const began = Date.now();
    const day = Math.floor((began - world.period.from) / dayLength);
    const sessionId = `drive-${run}-${++this.#visits}`;
    const stay: Stay = { ...openVisit(world, { user, time: began }, day), sessionId };
    // A visitor's time runs faster than the clock; what is told the service is told in its time.
    const clockOf = (time: number) => Math.floor(began + (time - began) / speed);
    const seen: string[] = [];
    while (seen.length < stay.patience && !over.aborted) {
      const shown = await this.#list(stay, seen);
      if (shown.length === 0) return;
      const events = shown.flatMap((each) => [...this.#funnel.look(stay, each)]);
      // A purchase is made at the till: the stock is known before the event is.
      await this.#warehouse.tell();
      await sleep(clockOf(stay.time) - Date.now(), over);
      const now = Date.now();
      const occurred = (time: number) => Math.min(now, clockOf(time));
      await client.post(
        events.map((event) => ({ ...event, occurredAt: occurred(event.occurredAt) })),
      );
      this.#count(events);
    }
  }

  /** The next screen: what the host shows now, where it is new, and what the service recommends. */
  async #list(stay: Stay, seen: string[]): Promise<Shown[]> {
    const { world } = this.#options;
    const pinned = seen.length === 0 && stay.room && this.#hosts.shows(stay.room);
    if (pinned) seen.push(pinned);
    const { userId, sessionId, room, patience } = stay;
    const limit = Math.min(screen, patience) - (pinned ? 1 : 0);
    const { items } = await this.#ask({ userId, sessionId, roomId: room?.id, seen, limit });
    const first = seen.length - (pinned ? 1 : 0);
    const shown = [
      ...(pinned ? [{ itemId: pinned, size: undefined }] : []),
      ...items.map(({ itemId, size }) => ({ itemId, size })),
    ].flatMap(({ itemId, size }, n) => {
      const at = this.#places.get(itemId);
      if (at === undefined) return [];
      const labels: readonly (string | null)[] = world.items[at]?.sizes.labels ?? [];
      // What is not sure is a SKU that is in stock, and no word about the size.
      const place = size?.confidence === 'high' ? labels.indexOf(size.label) : -1;
      return [{ at, position: first + n, size: place < 0 ? undefined : place }];
    });
    seen.push(...items.map(({ itemId }) => itemId));
    return shown;
  }

  async #ask(ask: Ask): Promise<Recommendations> {
    const asked = performance.now();
    const answer = await this.#options.client.recommend(ask);
    this.#tally.answered(performance.now() - asked);
    if (answer.personalised) this.#tally.personalised++;
    if (answer.degraded) this.#tally.degraded++;
    for (const { skuId } of answer.items) {
      if (this.#warehouse.wasGone(skuId, asked)) this.#tally.soldOutShown++;
    }
    return answer;
  }

  #count(events: readonly EventRow[]): void {
    for (const { type } of events) this.#tally.happened(type);
  }
}
