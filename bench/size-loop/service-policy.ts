import { pino } from 'pino';
import { HttpClient } from '../../scripts/simulation/client/http-client.ts';
import { ServiceClient } from '../../scripts/simulation/client/service-client.ts';
import { writeWorld } from '../../scripts/simulation/simulate-shop.ts';
import { brandCharts } from '../../scripts/simulation/size-charts.ts';
import { skuPlaces } from '../../scripts/simulation/size-loop/ledger.ts';
import type { Morning } from '../../scripts/simulation/size-loop/loop.ts';
import type {
  Advice,
  SizePolicy,
  SizeQuestion,
} from '../../scripts/simulation/size-loop/size-policy.ts';
import { createApp } from '../../services/create-app.ts';
import { createServices, type Services } from '../../services/create-services.ts';
import { defaultRanking } from '../../services/recommendations/ranking-settings.ts';
import { listen, type RunningServer } from '../../services/server.ts';
import type { EventRow } from '../../services/simulation/shop-store.ts';
import type { BenchDatabase } from '../bench-database.ts';
import { publishSizeModel } from './publish-size-model.ts';

/** What went on behind the answers. */
export interface Watched {
  questions: number;
  milliseconds: number;
  /** Why no size was named, how often. */
  readonly abstained: Record<string, number>;
  /** Answers without a trained model. */
  unmodelled: number;
  trainings: number;
  trainingSeconds: number;
}

export interface ServiceOptions {
  readonly bench: BenchDatabase;
  readonly watched: Watched;
  /** Trains once a week; else in the first night only. */
  readonly retrains: boolean;
  readonly windowDays: number;
  /** Tells the service what happens; else it knows the past only. */
  readonly tells: boolean;
}

interface Suggestion {
  readonly suggested: { readonly skuId: string } | null;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly abstained: { readonly reason: string } | null;
  readonly evidence: readonly { readonly code: string }[];
  readonly modelVersion: string | null;
}

/** Where no size is named for sure, what is shown of how the item runs. */
function warningOf({ evidence }: Suggestion): Advice {
  const says = (code: string) => evidence.some((sentence) => sentence.code === code);
  if (says('runs_small')) return { larger: 1 };
  return says('runs_large') ? { larger: -1 } : undefined;
}

const plenty = 10_000;

/**
 * The service, asked over HTTP for each order and told of orders and returns when they have happened,
 * with everything in stock, the brands' size charts, and a model of sizes trained on the shop's past. Its clock is the
 * simulation's.
 */
export class ServicePolicy implements SizePolicy {
  readonly #morning: Morning;
  readonly #options: ServiceOptions;
  readonly #skus: ReturnType<typeof skuPlaces>;
  #isTold = false;
  #nights = 0;
  #serving: Serving | undefined;

  private constructor(morning: Morning, options: ServiceOptions) {
    this.#morning = morning;
    this.#options = options;
    this.#skus = skuPlaces(morning.world);
  }

  /** Fills the database with what has happened. */
  static async open(morning: Morning, options: ServiceOptions): Promise<ServicePolicy> {
    await writeWorld(options.bench.database, morning.world, morning.past);
    return new ServicePolicy(morning, options);
  }

  async advise({ userId, at }: SizeQuestion): Promise<Advice> {
    const { watched } = this.#options;
    const itemId = this.#morning.world.items[at]?.id;
    const { status, body, milliseconds } = await this.#service().http.send(
      'POST',
      '/v1/size-suggestions',
      { queries: [{ userId, itemId }] },
    );
    const [answer] = Object(body).suggestions as readonly (Suggestion | undefined)[];
    if (status !== 200 || answer?.suggested === undefined) {
      throw new Error(`${userId}, ${itemId}: ${status} ${JSON.stringify(body)}`);
    }
    watched.questions++;
    watched.milliseconds += milliseconds;
    if (answer.modelVersion === null) watched.unmodelled++;
    const reason = answer.abstained?.reason;
    if (reason) watched.abstained[reason] = (watched.abstained[reason] ?? 0) + 1;
    const sku = answer.suggested && this.#skus.get(answer.suggested.skuId);
    if (answer.suggested && sku?.at !== at)
      throw new Error(`${answer.suggested.skuId} is another's`);
    // What the service is not sure of is a hint; how the item runs says more.
    return sku && answer.confidence === 'high' ? sku.size : warningOf(answer);
  }

  async observe(events: readonly EventRow[]): Promise<void> {
    // What was before is in the database.
    if (!this.#isTold) this.#isTold = true;
    else if (events.length > 0 && this.#options.tells) await this.#service().client.post(events);
  }

  async nightly(time: number): Promise<void> {
    const { bench, watched, retrains, windowDays } = this.#options;
    this.#serving ??= await this.#start();
    if (this.#nights === 0 || (retrains && this.#nights % 7 === 0)) {
      const started = performance.now();
      await publishSizeModel(bench.database, windowDays * 86_400, new Date(time));
      watched.trainings++;
      watched.trainingSeconds += (performance.now() - started) / 1000;
    }
    this.#nights++;
    await this.#serving.services.models.refresh();
  }

  async close(): Promise<void> {
    if (this.#serving === undefined) return;
    const { client, http, server, services } = this.#serving;
    client.close();
    http.close();
    await server.stop(1000);
    await services.close();
  }

  async #start(): Promise<Serving> {
    const { bench } = this.#options;
    const services = await createServices({
      databaseUrl: bench.url,
      poolSize: 4,
      dataDir: bench.dataDir,
      logger: pino({ level: 'error' }),
      ranking: defaultRanking,
      returnDays: this.#options.windowDays,
      now: () => new Date(this.#morning.clock.time),
    });
    const server = await listen(createApp(services), '127.0.0.1', 0);
    const client = new ServiceClient(server.url, 1);
    await client.stock(
      [...this.#skus.keys()].map((skuId) => ({ skuId, stock: plenty, sequence: 1 })),
    );
    const http = new HttpClient(server.url, 1);
    await this.#tellCharts(http);
    return { services, server, client, http };
  }

  /** What the brands print, as the size chart has it that the service is compared with. */
  async #tellCharts(http: HttpClient): Promise<void> {
    const charts = brandCharts(this.#morning.world.items);
    for (let at = 0; at < charts.length; at += 100) {
      const body = { charts: charts.slice(at, at + 100) };
      const { status } = await http.send('PUT', '/v1/size-charts', body);
      if (status !== 200) throw new Error(`size charts: ${status}`);
    }
  }

  #service(): Serving {
    if (this.#serving === undefined) throw new Error('the service starts in the first night');
    return this.#serving;
  }
}

interface Serving {
  readonly services: Services;
  readonly server: RunningServer;
  readonly client: ServiceClient;
  readonly http: HttpClient;
}
