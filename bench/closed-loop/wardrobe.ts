import { availableParallelism } from 'node:os';
import { pino } from 'pino';
import type { Behaviour } from '../../scripts/simulation/behaviour.ts';
import { ServiceClient } from '../../scripts/simulation/client/service-client.ts';
import { skuId } from '../../scripts/simulation/funnel.ts';
import { writeWorld } from '../../scripts/simulation/simulate-shop.ts';
import { databaseSource } from '../../scripts/training/database-source.ts';
import { trainArtifact } from '../../scripts/training/train-artifact.ts';
import { createApp } from '../../services/create-app.ts';
import {
  createFeatureService,
  createModelPublisher,
  createServices,
  type Services,
} from '../../services/create-services.ts';
import type { Database } from '../../services/database/database.ts';
import { ConflictError } from '../../services/errors.ts';
import { listen, type RunningServer } from '../../services/server.ts';
import type { EventRow } from '../../services/simulation/shop-store.ts';
import type { BenchDatabase } from '../bench-database.ts';
import type { Offer, Policy, Visitor } from './policy.ts';
import type { Morning } from './run.ts';

/** What went on behind the answers. */
export interface Watched {
  questions: number;
  milliseconds: number;
  /** SKUs in answers that were sold out. */
  soldOut: number;
  degraded: number;
  personalised: number;
  published: number;
  /** Nightly models that were worse than the active one and stayed out. */
  refused: number;
  nightSeconds: number;
}

/** How much worse than the active version on the last day a nightly model may be. */
const tolerance = 0.05;

/**
 * Wardrobe, asked and told over HTTP as a shop would do it: events when they have happened, stock
 * when it changes, and every night features, a training on all but the last day, and publishing,
 * which refuses what is worse. The service's clock is the simulation's.
 */
export class Wardrobe implements Policy {
  readonly #morning: Morning;
  readonly #database: Database;
  readonly #services: Services;
  readonly #server: RunningServer;
  readonly #client: ServiceClient;
  readonly #watched: Watched;
  /** SKUs whose stock has changed since it was last told. */
  readonly #changed = new Map<string, number>();
  /** Where an answer's SKU is looked up. */
  readonly #sizes = new Map<string, { at: number; size: number; colour: number }>();
  #sequence = 0;
  #takenOver = false;

  private constructor(
    morning: Morning,
    database: Database,
    services: Services,
    server: RunningServer,
    watched: Watched,
  ) {
    this.#morning = morning;
    this.#database = database;
    this.#services = services;
    this.#server = server;
    this.#watched = watched;
    this.#client = new ServiceClient(server.url, 1);
    const { items, stock } = morning.world;
    for (const [at, item] of items.entries()) {
      for (const size of item.category.sizes.labels.keys()) {
        for (const colour of item.colours.keys()) {
          this.#sizes.set(skuId(item, size, colour), { at, size, colour });
        }
      }
    }
    stock.watch((at, size, colour, pieces) => {
      const item = items[at];
      if (item) this.#changed.set(skuId(item, size, colour), pieces);
    });
  }

  /** Fills the database with what has happened, and serves from it. */
  static async open(
    { database, url, dataDir }: BenchDatabase,
    morning: Morning,
    history: Behaviour,
    read: (event: EventRow) => void,
    watched: Watched,
  ): Promise<Wardrobe> {
    const events = function* () {
      for (const event of history.events()) {
        read(event);
        yield event;
      }
    };
    await writeWorld(database, morning.world, events());
    const services = await createServices({
      databaseUrl: url,
      poolSize: 4,
      dataDir,
      logger: pino({ level: 'error' }),
      now: () => new Date(morning.clock.time),
    });
    const server = await listen(createApp(services), '127.0.0.1', 0);
    return new Wardrobe(morning, database, services, server, watched);
  }

  async recommend(visitor: Visitor, limit: number): Promise<readonly Offer[]> {
    const { world, shop } = this.#morning;
    await this.#tellStock();
    const started = performance.now();
    const { userId, sessionId, room, seen } = visitor;
    const { items, degraded, personalised } = await this.#client.recommend({
      userId,
      sessionId,
      roomId: room === undefined ? undefined : world.rooms[room]?.id,
      seen: [...seen].map((at) => world.items[at]?.id ?? ''),
      limit,
    });
    this.#watched.questions++;
    this.#watched.milliseconds += performance.now() - started;
    if (degraded) this.#watched.degraded++;
    if (personalised) this.#watched.personalised++;
    return items.map(({ itemId, skuId, size }) => {
      const at = shop.place(itemId);
      const sku = this.#sizes.get(skuId);
      if (at === undefined || sku?.at !== at) throw new Error(`${skuId} is no SKU of ${itemId}`);
      if (world.stock.of(at, sku.size, sku.colour) === 0) this.#watched.soldOut++;
      // Without a probability it is a SKU that is in stock, and no word about the size.
      return typeof size.probability === 'number' ? { at, size: sku.size } : { at };
    });
  }

  async observe(events: readonly EventRow[]): Promise<void> {
    // What was before is in the database.
    if (!this.#takenOver) this.#takenOver = true;
    else if (events.length > 0) await this.#client.post(events);
  }

  async nightly(time: number): Promise<void> {
    const started = performance.now();
    await this.#tellStock();
    await createFeatureService(this.#database).build();
    const artifact = await trainArtifact(databaseSource(this.#database, { testDays: 1 }), {
      kind: 'hybrid',
      tune: 'weights',
      k: 20,
      seed: 1,
      threads: availableParallelism(),
      created: new Date(time).toISOString(),
      signal: new AbortController().signal,
      report: () => undefined,
      progress: () => ({ update: () => undefined, stop: () => undefined }),
    });
    const publisher = createModelPublisher(this.#database);
    try {
      await publisher.publish(artifact.manifest, artifact.files, { tolerance });
      this.#watched.published++;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      this.#watched.refused++;
    }
    await this.#services.models.refresh();
    this.#watched.nightSeconds += (performance.now() - started) / 1000;
  }

  async close(): Promise<void> {
    this.#client.close();
    await this.#server.stop(1000);
    await this.#services.close();
  }

  async #tellStock(): Promise<void> {
    if (this.#changed.size === 0) return;
    const sequence = ++this.#sequence;
    const stocks = [...this.#changed].map(([sku, stock]) => ({ skuId: sku, stock, sequence }));
    this.#changed.clear();
    await this.#client.stock(stocks);
  }
}
