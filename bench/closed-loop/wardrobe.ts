import { pino } from 'pino';
import type { EncodedArtifact } from '../../models/artifact/artifact.ts';
import type { Behaviour } from '../../scripts/simulation/behaviour.ts';
import { ServiceClient } from '../../scripts/simulation/client/service-client.ts';
import { skuId } from '../../scripts/simulation/funnel.ts';
import { writeWorld } from '../../scripts/simulation/simulate-shop.ts';
import { databaseSource } from '../../scripts/training/database-source.ts';
import { trainArtifact } from '../../scripts/training/train-artifact.ts';
import type { Settings } from '../../scripts/training/trainers.ts';
import { createApp } from '../../services/create-app.ts';
import {
  createFeatureService,
  createModelPublisher,
  createServices,
  type Services,
} from '../../services/create-services.ts';
import { ConflictError } from '../../services/errors.ts';
import type { RankingSettings } from '../../services/recommendations/ranking-settings.ts';
import { listen, type RunningServer } from '../../services/server.ts';
import type { EventRow } from '../../services/simulation/shop-store.ts';
import type { BenchDatabase } from '../bench-database.ts';
import { publishSizeModel } from '../size-loop/publish-size-model.ts';
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
/** Seconds; the service's own. */
const returnWindow = 14 * 86_400;
/** Of a shorter past hardly a piece has outlived the return window: the service has its size charts. */
const leastDaysForSizes = 40;

/** What the service is run with. */
export interface WardrobeOptions {
  readonly bench: BenchDatabase;
  readonly ranking: RankingSettings;
  readonly threads: number;
  readonly watched: Watched;
}

interface Serving {
  readonly services: Services;
  readonly server: RunningServer;
  readonly client: ServiceClient;
}

/**
 * Wardrobe, asked and told over HTTP as a shop would do it: events when they have happened, stock
 * when it changes, and every night features, a training on all but the last day, and publishing,
 * which refuses what is worse. A model of sizes is trained in the first night. Settings and weights are chosen in the first night. The service's
 * clock is the simulation's.
 */
export class Wardrobe implements Policy {
  readonly #morning: Morning;
  readonly #options: WardrobeOptions;
  /** SKUs whose stock has changed since it was last told. */
  readonly #changed = new Map<string, number>();
  /** Where an answer's SKU is looked up. */
  readonly #sizes = new Map<string, { at: number; size: number; colour: number }>();
  #sequence = 0;
  #takenOver = false;
  #serving: Serving | undefined;
  #settings: Settings | undefined;

  private constructor(morning: Morning, options: WardrobeOptions) {
    this.#morning = morning;
    this.#options = options;
    const { items, stock } = morning.world;
    for (const [at, item] of items.entries()) {
      for (const size of item.sizes.labels.keys()) {
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

  /** Fills the database with what has happened. */
  static async open(
    morning: Morning,
    history: Behaviour,
    read: (event: EventRow) => void,
    options: WardrobeOptions,
  ): Promise<Wardrobe> {
    const events = function* () {
      for (const event of history.events()) {
        read(event);
        yield event;
      }
    };
    await writeWorld(options.bench.database, morning.world, events());
    return new Wardrobe(morning, options);
  }

  async recommend(visitor: Visitor, limit: number): Promise<readonly Offer[]> {
    const { world, shop } = this.#morning;
    await this.#tellStock();
    const started = performance.now();
    const { userId, sessionId, room, seen } = visitor;
    const { items, degraded, personalised } = await this.#service().client.recommend({
      userId,
      sessionId,
      roomId: room === undefined ? undefined : world.rooms[room]?.id,
      seen: [...seen].map((at) => world.items[at]?.id ?? ''),
      limit,
    });
    this.#options.watched.questions++;
    this.#options.watched.milliseconds += performance.now() - started;
    if (degraded) this.#options.watched.degraded++;
    if (personalised) this.#options.watched.personalised++;
    return items.map(({ itemId, skuId, size }) => {
      const at = shop.place(itemId);
      const sku = this.#sizes.get(skuId);
      if (at === undefined || sku?.at !== at) throw new Error(`${skuId} is no SKU of ${itemId}`);
      if (world.stock.of(at, sku.size, sku.colour) === 0) this.#options.watched.soldOut++;
      // What is not sure is a SKU that is in stock, and no word about the size.
      return size.confidence === 'high' ? { at, size: sku.size } : { at };
    });
  }

  async observe(events: readonly EventRow[]): Promise<void> {
    // What was before is in the database.
    if (!this.#takenOver) this.#takenOver = true;
    else if (events.length > 0) await this.#service().client.post(events);
  }

  async nightly(time: number): Promise<void> {
    const started = performance.now();
    const { bench, watched } = this.#options;
    if (this.#serving) await this.#tellStock();
    await createFeatureService(bench.database).build();
    if (this.#serving === undefined && this.#morning.firstDay >= leastDaysForSizes) {
      await publishSizeModel(bench.database, returnWindow, new Date(time));
    }
    const artifact = await this.#train(time);
    this.#settings ??= artifact.manifest.configuration;
    const publisher = createModelPublisher(bench.database, this.#options.threads);
    try {
      await publisher.publish(artifact.manifest, artifact.files, { tolerance });
      watched.published++;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      watched.refused++;
    }
    // The first morning: it starts with a model and features, as a shop's processes do.
    this.#serving ??= await this.#start();
    await this.#serving.services.models.refresh();
    watched.nightSeconds += (performance.now() - started) / 1000;
  }

  async close(): Promise<void> {
    if (this.#serving === undefined) return;
    const { client, server, services } = this.#serving;
    client.close();
    await server.stop(1000);
    await services.close();
  }

  #train(time: number): Promise<EncodedArtifact> {
    const { bench, threads } = this.#options;
    const settings = this.#settings;
    return trainArtifact(databaseSource(bench.database, { testDays: 1 }), {
      kind: 'hybrid',
      tune: settings === undefined ? 'weights' : 'none',
      given: settings,
      k: 20,
      seed: 1,
      threads,
      created: new Date(time).toISOString(),
      signal: new AbortController().signal,
      report: () => undefined,
      progress: () => ({ update: () => undefined, stop: () => undefined }),
    });
  }

  async #start(): Promise<Serving> {
    const { bench, ranking } = this.#options;
    const services = await createServices({
      databaseUrl: bench.url,
      poolSize: 4,
      dataDir: bench.dataDir,
      logger: pino({ level: 'error' }),
      ranking,
      now: () => new Date(this.#morning.clock.time),
    });
    const server = await listen(createApp(services), '127.0.0.1', 0);
    const client = new ServiceClient(server.url, 1);
    // What a host shows has the first place, and is no policy's choice: here nobody shows anything.
    for (const { id } of this.#morning.world.rooms) await client.pin(id, null);
    return { services, server, client };
  }

  #service(): Serving {
    if (this.#serving === undefined) throw new Error('the service starts in the first night');
    return this.#serving;
  }

  async #tellStock(): Promise<void> {
    if (this.#changed.size === 0) return;
    const sequence = ++this.#sequence;
    const stocks = [...this.#changed].map(([sku, stock]) => ({ skuId: sku, stock, sequence }));
    this.#changed.clear();
    await this.#service().client.stock(stocks);
  }
}
