import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type EventWeights, eventWeights } from '../models/dataset/event-weights.ts';
import { chartModel } from '../models/sizing/chart-model.ts';
import type { SizePredictor } from '../models/sizing/size-predictor.ts';
import { AudienceIndexes } from './audiences/audience-indexes.ts';
import { AudienceService } from './audiences/audience-service.ts';
import { AudienceStore } from './audiences/audience-store.ts';
import { startThread } from './audiences/audience-thread.ts';
import { audiencesRoutes } from './audiences/audiences-router.ts';
import { LookalikeService } from './audiences/lookalike-service.ts';
import { catalogueRoutes } from './catalogue/catalogue-router.ts';
import { CatalogueService } from './catalogue/catalogue-service.ts';
import { CatalogueStore } from './catalogue/catalogue-store.ts';
import { ContentStore } from './content/content-store.ts';
import { NewItemsService } from './content/new-items-service.ts';
import { Database } from './database/database.ts';
import { isOutage } from './database/outage.ts';
import { projectRoot } from './database/project-root.ts';
import {
  analysisSettings,
  exportSettings,
  refreshSettings,
  servingSettings,
} from './database/serving-settings.ts';
import { EventPartitions } from './events/event-partitions.ts';
import { EventWriter } from './events/event-writer.ts';
import { eventsRoutes } from './events/events-router.ts';
import { EventsService } from './events/events-service.ts';
import { EventsStore } from './events/events-store.ts';
import { ClickPriorService } from './exposure/click-prior-service.ts';
import { ClickPriorStore } from './exposure/click-prior-store.ts';
import { ExposureLog } from './exposure/exposure-log.ts';
import { LogPartitions } from './exposure/log-partitions.ts';
import { RecommendationLogStore, unnameAnswers } from './exposure/recommendation-log-store.ts';
import { FeatureService } from './features/feature-service.ts';
import {
  lockFeatures,
  readFeatureState,
  saveFeatureState,
} from './features/feature-state-store.ts';
import { excludeWaiting } from './features/forget-store.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import type { Route } from './http/route.ts';
import { ChangeFeedStore } from './live/change-feed-store.ts';
import { LiveState } from './live/live-state.ts';
import { ModelCache } from './model-registry/model-cache.ts';
import { ModelPublisher } from './model-registry/model-publisher.ts';
import { modelRoutes } from './model-registry/model-registry-router.ts';
import { ModelRegistryService, type ModelStatus } from './model-registry/model-registry-service.ts';
import { ModelRegistryStore } from './model-registry/model-registry-store.ts';
import type { TimeSplit } from './model-registry/publication-gate.ts';
import { decodeServingModel } from './model-registry/serving-model.ts';
import { SizeModelPublisher } from './model-registry/size-model-publisher.ts';
import { profilesRoutes } from './profiles/profiles-router.ts';
import { ProfilesService } from './profiles/profiles-service.ts';
import { ProfilesStore } from './profiles/profiles-store.ts';
import { defaultRanking, type RankingSettings } from './recommendations/ranking-settings.ts';
import { recommendationRoutes } from './recommendations/recommendations-router.ts';
import { RecommendationsService } from './recommendations/recommendations-service.ts';
import { RecommendationsStore } from './recommendations/recommendations-store.ts';
import { servingWeights } from './recommendations/serving-weights.ts';
import { type Viewer, viewerOf } from './recommendations/viewer.ts';
import { ComplementsStore } from './related-items/complements-store.ts';
import { relatedItemsRoutes } from './related-items/related-items-router.ts';
import { RelatedItemsService } from './related-items/related-items-service.ts';
import { RelatedItemsStore } from './related-items/related-items-store.ts';
import { IndexFiles } from './retrieval/index-files.ts';
import { RetrievalService } from './retrieval/retrieval-service.ts';
import { loadVectorLibrary } from './retrieval/vector-library.ts';
import { RfmBuilder } from './rfm/rfm-builder.ts';
import { rfmRoutes } from './rfm/rfm-router.ts';
import { RfmService } from './rfm/rfm-service.ts';
import { RfmStore } from './rfm/rfm-store.ts';
import { AudienceReader } from './rooms/audience-reader.ts';
import { nextRoutes } from './rooms/next-router.ts';
import { NextService } from './rooms/next-service.ts';
import { NextStore } from './rooms/next-store.ts';
import { roomsRoutes } from './rooms/rooms-router.ts';
import { RoomsService } from './rooms/rooms-service.ts';
import { RoomsStore } from './rooms/rooms-store.ts';
import { streamRoutes } from './rooms/stream-router.ts';
import { StreamService } from './rooms/stream-service.ts';
import { RefreshPasses } from './segment-refresh/refresh-passes.ts';
import { refreshRoutes } from './segment-refresh/refresh-router.ts';
import { RefreshScheduleStore } from './segment-refresh/refresh-schedule-store.ts';
import { RefreshScheduler } from './segment-refresh/refresh-scheduler.ts';
import { RefreshService } from './segment-refresh/refresh-service.ts';
import { RefreshStore } from './segment-refresh/refresh-store.ts';
import { DeliveriesStore } from './segment-webhooks/deliveries-store.ts';
import { WebhookDeliverer } from './segment-webhooks/webhook-deliverer.ts';
import { WebhookSender } from './segment-webhooks/webhook-sender.ts';
import { webhooksRoutes } from './segment-webhooks/webhooks-router.ts';
import { WebhooksService } from './segment-webhooks/webhooks-service.ts';
import { WebhooksStore } from './segment-webhooks/webhooks-store.ts';
import { BulkSlots } from './segments/bulk-slots.ts';
import { segmentExportsRoutes } from './segments/exports/segment-exports-router.ts';
import { SegmentExportsService } from './segments/exports/segment-exports-service.ts';
import { SegmentExportsStore } from './segments/exports/segment-exports-store.ts';
import { segmentListsRoutes } from './segments/lists/segment-lists-router.ts';
import { SegmentListsService } from './segments/lists/segment-lists-service.ts';
import { SegmentListsStore } from './segments/lists/segment-lists-store.ts';
import { MembershipStore } from './segments/membership-store.ts';
import { SegmentQueries } from './segments/segment-queries-store.ts';
import { SegmentSamplesStore } from './segments/segment-samples-store.ts';
import { segmentsRoutes } from './segments/segments-router.ts';
import { SegmentsService } from './segments/segments-service.ts';
import { SegmentsStore } from './segments/segments-store.ts';
import { snapshotsRoutes } from './segments/snapshots/snapshots-router.ts';
import { SnapshotsService } from './segments/snapshots/snapshots-service.ts';
import { SnapshotsStore } from './segments/snapshots/snapshots-store.ts';
import { ChartBook } from './size-charts/chart-book.ts';
import { sizeChartsRoutes } from './size-charts/size-charts-router.ts';
import { SizeChartsService } from './size-charts/size-charts-service.ts';
import { SizeChartsStore } from './size-charts/size-charts-store.ts';
import { decodeServingSizes, type PublishedSizes } from './sizes/decode-serving-sizes.ts';
import { Garments } from './sizes/garments.ts';
import { ItemEvidences } from './sizes/item-evidences.ts';
import { ItemPiecesStore } from './sizes/item-pieces-store.ts';
import { SizeAdvisor } from './sizes/size-advisor.ts';
import { SizeReportStore } from './sizes/size-report-store.ts';
import { sizesRoutes } from './sizes/sizes-router.ts';
import { SizesService } from './sizes/sizes-service.ts';
import { Wearers } from './sizes/wearers.ts';
import { stockRoutes } from './stock/stock-router.ts';
import { StockService } from './stock/stock-service.ts';
import { StockStore } from './stock/stock-store.ts';
import { tagKinds, tagNames } from './tags/tag-kinds.ts';
import { tagsRoutes } from './tags/tags-router.ts';
import { TagsService } from './tags/tags-service.ts';
import { TagsStore, tagsSql } from './tags/tags-store.ts';
import { defaultTimeZone } from './time-zone.ts';
import { evaluateOnSplit } from './training-data/evaluate-on-split.ts';
import { measureSizesOnSplit } from './training-data/measure-sizes-on-split.ts';
import { BehaviourStore } from './users/behaviour-store.ts';
import { usersRoutes } from './users/users-router.ts';
import { UsersService } from './users/users-service.ts';
import { UsersStore } from './users/users-store.ts';
import { ValueService } from './value/value-service.ts';

export interface ServicesOptions {
  readonly databaseUrl: string;
  readonly poolSize: number;
  /** Absolute path of a folder that this process may write to. */
  readonly dataDir: string;
  /** What events say where a model does not tell; the defaults unless given. */
  readonly eventWeights?: EventWeights;
  readonly logger: Logger;
  /** How many days recommendation_log is kept; 30 when it is not said. */
  readonly exposureDays?: number;
  /** How many streams may be open at once; 10,000 when it is not said. */
  readonly mostStreams?: number;
  /** Days after which a piece that has not come back is kept; 14 when it is not said. */
  readonly returnDays?: number;
  /** Users that are kept for audiences and lookalikes; a million when it is not said, 0: none. */
  readonly audienceUsers?: number;
  /** Minutes after which they are read anew, when somebody asks; 60 when it is not said. */
  readonly audienceMinutes?: number;
  /** How long a question about segments may take the database; 30 when it is not said. */
  readonly segmentSeconds?: number;
  /** How long computing the members of a segment may take; 120 when it is not said. */
  readonly refreshSeconds?: number;
  /**
   * How many segments are computed at once when they are due; 1 when it is not said. With 0 this
   * process sends to no webhooks either.
   */
  readonly refreshWorkers?: number;
  /** Whether webhooks may be sent to private addresses; refused when it is not said. */
  readonly webhookPrivate?: 'refuse' | 'allow';
  /** How many exports, uploads and snapshots of segments may be under way; 4 when it is not said. */
  readonly mostExports?: number;
  /** How long one of them may take the database; 60 when it is not said. */
  readonly exportMinutes?: number;
  /** How answers are ranked; the default where it is not said. */
  readonly ranking?: RankingSettings;
  readonly now?: () => Date;
}

export interface Readiness {
  readonly ready: boolean;
  readonly database: 'up' | 'down';
  /** Without one the service is ready: it answers by popularity. */
  readonly model: ModelStatus;
  /** Without one the size chart answers. */
  readonly sizeModel: ModelStatus;
}

/** Everything one process serves from. */
export interface Services {
  readonly version: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly models: ModelRegistryService;
  readonly sizeModels: ModelRegistryService<PublishedSizes>;
  readonly routes: readonly Route[];
  readiness(): Promise<Readiness>;
  /** Ends the answers that would go on for as long as their clients like. */
  endStreams(): void;
  /** Finishes what has been accepted and lets go of every connection. */
  close(): Promise<void>;
}

// A request that waits longer than this for one statement has no viewer any more.
const statementTimeout = 10_000;

/** The composition root: the only place where services are constructed. */
export async function createServices(options: ServicesOptions): Promise<Services> {
  const { logger, now = () => new Date() } = options;
  const metrics = createMetrics();
  const database = new Database({
    url: options.databaseUrl,
    poolSize: options.poolSize,
    applicationName: 'wardrobe',
    statementTimeout,
    settings: servingSettings,
    onError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  });
  const ingestion = createIngestion(database, metrics, logger, now);
  const models = new ModelRegistryService({
    store: new ModelRegistryStore(database),
    database,
    decode: decodeServingModel,
    cache: new ModelCache(join(options.dataDir, 'models')),
    logger,
    metrics,
  });
  const exposure = createExposure(database, metrics, options);
  const newItems = new NewItemsService({ store: new ContentStore(database), models, logger });
  const retrieval = new RetrievalService({
    files: new IndexFiles(join(options.dataDir, 'indexes')),
    logger,
    metrics,
    library: loadVectorLibrary,
  });
  const configured = options.eventWeights ?? eventWeights;
  const weights = servingWeights(models, configured, logger);
  const live = new LiveState<Viewer>({
    store: new ChangeFeedStore(database),
    logger,
    now,
    weights: configured,
    prepare: (row) => viewerOf(row, now(), weights()),
  });
  const sizeModels = new ModelRegistryService<PublishedSizes>({
    store: new ModelRegistryStore(database, 'sizes'),
    database,
    decode: decodeServingSizes,
    cache: new ModelCache(join(options.dataDir, 'size-models')),
    logger: logger.child({ family: 'sizes' }),
    metrics,
  });
  const sizes = createSizes(database, { live, models: sizeModels }, options);
  const recommendations = new RecommendationsService({
    store: new RecommendationsStore(database),
    live,
    models,
    newItems,
    retrieval,
    ranking: options.ranking ?? defaultRanking,
    sizes: sizes.advisor,
    clickPrior: exposure.clickPrior,
    exposures: exposure.log,
    weights,
    metrics,
    now,
  });
  const relatedItems = new RelatedItemsService({
    store: new RelatedItemsStore(database),
    complements: new ComplementsStore(database),
    ...{ live, models, newItems, now },
  });
  const segments = createSegments(database, options);
  const refresh = createSegmentRefresh({ database, metrics, queries: segments.queries }, options);
  const bulk = createSegmentBulk({ database, metrics, ...segments }, options);
  const rooms = createRooms(
    { database, live, recommendations, exposure, weights, metrics },
    options,
  );
  const audiences = createAudiences(
    { segments, live, models, newItems, weights: configured },
    options,
  );
  const webhooks = createWebhooks(database, metrics, options);
  await models.start();
  await sizeModels.start();
  await newItems.start();
  await exposure.start();
  live.start();
  rooms.streams.start();
  refresh.scheduler.start();
  if (options.refreshWorkers !== 0) webhooks.deliverer.start();
  return {
    version: packageVersion(),
    logger,
    metrics,
    database,
    models,
    sizeModels,
    routes: [
      ...catalogueRoutes(new CatalogueService(new CatalogueStore(database))),
      ...sizeChartsRoutes(new SizeChartsService(new SizeChartsStore(database))),
      ...stockRoutes(new StockService(new StockStore(database))),
      ...rooms.routes,
      ...usersRoutes(
        new UsersService(new UsersStore(database), new BehaviourStore(database, unnameAnswers)),
      ),
      ...profilesRoutes(new ProfilesService({ store: new ProfilesStore(database, tagsSql), now })),
      ...tagsRoutes(new TagsService({ store: new TagsStore(database), now })),
      ...rfmRoutes(new RfmService({ store: new RfmStore(database), now })),
      ...eventsRoutes(ingestion.events),
      ...recommendationRoutes(recommendations),
      ...relatedItemsRoutes(relatedItems),
      ...sizes.routes,
      ...segments.routes,
      ...refresh.routes,
      ...audiences.routes,
      ...bulk.routes,
      ...webhooks.routes,
      ...modelRoutes(models),
    ],
    readiness: () => readiness(database, models, sizeModels),
    endStreams: () => rooms.streams.close(),
    close: async () => {
      rooms.streams.close();
      await ingestion.close();
      await exposure.close();
      await newItems.close();
      await retrieval.close();
      await live.close();
      await models.close();
      await sizeModels.close();
      await refresh.close();
      await audiences.close();
      await bulk.close();
      await webhooks.deliverer.close();
      await segments.close();
      await database.close();
    },
  };
}

/**
 * Who is in segments. Connections of their own: what takes seconds does not stand in the way of
 * viewers, and is planned for what it asks and not once for all.
 */
function createSegments(
  database: Database,
  options: Pick<ServicesOptions, 'databaseUrl' | 'logger' | 'segmentSeconds' | 'now'>,
) {
  const { databaseUrl, logger, segmentSeconds = 30, now = () => new Date() } = options;
  const analysis = new Database({
    url: databaseUrl,
    poolSize: 4,
    applicationName: 'wardrobe-segments',
    statementTimeout: segmentSeconds * 1000,
    settings: analysisSettings,
    onError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  });
  const queries = new SegmentQueries(database, tagNames);
  const service = new SegmentsService({
    ...{ queries, tagKinds, now },
    store: new SegmentsStore(database),
    membership: new MembershipStore(analysis),
    samples: new SegmentSamplesStore(analysis),
  });
  const routes = segmentsRoutes(service);
  return { service, analysis, queries, routes, close: () => analysis.close() };
}

export interface RefreshTools {
  readonly database: Database;
  readonly metrics: Metrics;
  readonly queries: SegmentQueries;
}

/** How many segments are computed at once because somebody asks. */
const askedRefreshes = 2;

/** The members of segments as they were computed: when they are due, and when somebody asks. */
export function createSegmentRefresh(
  { database, metrics, queries }: RefreshTools,
  options: Pick<ServicesOptions, 'databaseUrl' | 'logger' | 'now'> & {
    readonly refreshSeconds?: number;
    readonly refreshWorkers?: number;
  },
) {
  const { logger, now = () => new Date() } = options;
  const { refreshSeconds = 120, refreshWorkers: workers = 1 } = options;
  const limit = refreshSeconds * 1000;
  const computing = new Database({
    url: options.databaseUrl,
    poolSize: workers + askedRefreshes,
    applicationName: 'wardrobe-segment-refresh',
    statementTimeout: limit,
    settings: refreshSettings,
    onError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  });
  const store = new RefreshStore(database);
  const tools = { store, queries, logger, metrics, now, limit };
  const passes = new RefreshPasses({ ...tools, database: computing });
  const service = new RefreshService({ store, passes, connections: askedRefreshes });
  const scheduler = new RefreshScheduler({
    ...{ passes, workers, limit, logger, now },
    schedule: new RefreshScheduleStore(database),
  });
  return {
    service,
    scheduler,
    routes: refreshRoutes(service),
    close: async () => {
      await scheduler.close();
      await computing.close();
    },
  };
}

interface AudienceTools {
  readonly segments: ReturnType<typeof createSegments>;
  readonly live: LiveState<Viewer>;
  readonly models: ModelRegistryService;
  readonly newItems: NewItemsService;
  readonly weights: EventWeights;
}

/** Whom to invite to a room, and who is like others. */
function createAudiences({ segments, weights, ...tools }: AudienceTools, options: ServicesOptions) {
  const { databaseUrl, dataDir, logger, audienceUsers = 1_000_000, audienceMinutes = 60 } = options;
  const { now = () => new Date() } = options;
  const indexes = new AudienceIndexes({
    ...{ databaseUrl, logger, now, weights },
    models: tools.models,
    start: startThread,
    modelFolder: join(dataDir, 'models'),
    mostUsers: audienceUsers,
    freshFor: audienceMinutes * 60_000,
  });
  const store = new AudienceStore(segments.analysis);
  const shared = { store, indexes, segments: segments.queries, now };
  const audiences = new AudienceService({ ...tools, ...shared });
  const routes = audiencesRoutes(audiences, new LookalikeService(shared));
  return { routes, close: () => indexes.close() };
}

interface SegmentBulkTools {
  readonly database: Database;
  readonly analysis: Database;
  readonly queries: SegmentQueries;
  readonly metrics: Metrics;
}

/**
 * What takes minutes of segments: exports, uploads of lists and snapshots, a few at a time, each on a
 * connection of its own.
 */
export function createSegmentBulk(
  { database, analysis, queries, metrics }: SegmentBulkTools,
  options: Pick<
    ServicesOptions,
    'databaseUrl' | 'logger' | 'mostExports' | 'exportMinutes' | 'now'
  >,
) {
  const {
    databaseUrl,
    logger,
    mostExports = 4,
    exportMinutes = 60,
    now = () => new Date(),
  } = options;
  const bulk = new Database({
    url: databaseUrl,
    poolSize: mostExports,
    applicationName: 'wardrobe-exports',
    statementTimeout: exportMinutes * 60_000,
    settings: exportSettings,
    onError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  });
  const slots = new BulkSlots(mostExports, (taken) => metrics.bulkJobs.set(taken));
  const snapshotsStore = new SnapshotsStore({ database, analysis, bulk });
  const shared = { slots, queries, segments: new SegmentsStore(database), now };
  const lists = new SegmentListsService({ slots, store: new SegmentListsStore(database, bulk) });
  const snapshots = new SnapshotsService({ ...shared, store: snapshotsStore });
  const exports = new SegmentExportsService({
    ...{ ...shared, metrics, snapshots: snapshotsStore },
    store: new SegmentExportsStore(bulk),
  });
  return {
    ...{ lists, snapshots, exports },
    routes: [
      ...segmentListsRoutes(lists),
      ...snapshotsRoutes(snapshots),
      ...segmentExportsRoutes(exports),
    ],
    close: () => bulk.close(),
  };
}

type SegmentToolsOptions = Pick<ServicesOptions, 'databaseUrl' | 'logger' | 'now'> & {
  readonly segmentSeconds?: number;
  readonly refreshSeconds?: number;
  readonly refreshWorkers?: number;
};

/** What the API answers from about segments, by itself: a script's. */
export function createSegmentTools(options: SegmentToolsOptions) {
  const { databaseUrl, logger } = options;
  const database = new Database({
    url: databaseUrl,
    poolSize: 4,
    applicationName: 'wardrobe-segments',
    statementTimeout,
    onError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  });
  const metrics = createMetrics();
  const segments = createSegments(database, options);
  const refresh = createSegmentRefresh({ database, metrics, queries: segments.queries }, options);
  const bulk = createSegmentBulk({ database, metrics, ...segments }, options);
  return {
    segments: segments.service,
    refresh: refresh.service,
    exports: bulk.exports,
    snapshots: bulk.snapshots,
    close: async () => {
      await refresh.close();
      await bulk.close();
      await segments.close();
      await database.close();
    },
  };
}

export type SegmentTools = ReturnType<typeof createSegmentTools>;

/** Who is told of what computations find. */
export function createWebhooks(
  database: Database,
  metrics: Metrics,
  { logger, webhookPrivate = 'refuse', now = () => new Date() }: WebhookSettings,
) {
  const allowPrivate = webhookPrivate === 'allow';
  const service = new WebhooksService({ store: new WebhooksStore(database), allowPrivate });
  const deliverer = new WebhookDeliverer({
    store: new DeliveriesStore(database),
    sender: new WebhookSender({ allowPrivate, timeout: 10_000 }),
    ...{ concurrency: 8, mostAttempts: 16, random: Math.random },
    ...{ now, logger, metrics },
  });
  return { service, deliverer, routes: webhooksRoutes(service) };
}

type WebhookSettings = Pick<ServicesOptions, 'logger' | 'webhookPrivate' | 'now'>;

interface SizeTools {
  readonly live: LiveState<Viewer>;
  readonly models: ModelRegistryService<PublishedSizes>;
}

/** Which size fits. */
function createSizes(
  database: Database,
  { live, models }: SizeTools,
  { returnDays = 14, now = () => new Date() }: ServicesOptions,
) {
  const returnWindow = returnDays * 86_400;
  const garments = new Garments(live.charts);
  const evidences = new ItemEvidences({ store: new ItemPiecesStore(database), returnWindow });
  live.watch((change) => evidences.changed(change));
  const item = (itemId: string) => live.item(itemId);
  const advisor = new SizeAdvisor({
    ...{ garments, evidences, published: () => models.current() },
    wearers: new Wearers({ garments, item, returnWindow }),
  });
  const reports = new SizeReportStore(database);
  return { advisor, routes: sizesRoutes(new SizesService({ live, advisor, reports, now })) };
}

interface RoomTools {
  readonly database: Database;
  readonly live: LiveState<Viewer>;
  readonly recommendations: RecommendationsService;
  readonly exposure: { readonly clickPrior: ClickPriorService };
  readonly weights: () => EventWeights;
  readonly metrics: Metrics;
}

/** Rooms, what their hosts should show next, and the streams of their viewers. */
function createRooms(
  { database, exposure, weights, metrics, ...tools }: RoomTools,
  { logger, mostStreams = 10_000, now = () => new Date() }: ServicesOptions,
) {
  const nextTools = {
    ...{ ...tools, now, store: new NextStore(database) },
    clickPrior: () => exposure.clickPrior.current(),
    onModelError: (error: unknown) => logger.error({ err: error }, 'the model cannot answer'),
  };
  const audiences = new AudienceReader(nextTools);
  const streams = new StreamService({ ...tools, logger, metrics, most: mostStreams });
  return {
    streams,
    routes: [
      ...roomsRoutes(new RoomsService({ store: new RoomsStore(database), now })),
      ...nextRoutes(new NextService({ ...nextTools, audiences, weights })),
      ...streamRoutes(streams),
    ],
  };
}

function createIngestion(database: Database, metrics: Metrics, logger: Logger, now: () => Date) {
  const store = new EventsStore(database);
  const partitions = new EventPartitions(store, {
    now,
    onError: (error) => logger.warn({ err: error }, 'no event partitions were made ahead'),
  });
  const writer = new EventWriter(
    {
      insert: async (events) => {
        await partitions.ensure(events);
        return store.insert(events);
      },
    },
    {
      inFlight: 2,
      worthwhileBatch: 500,
      largestBatch: 5_000,
      mostWaiting: 20_000,
      onBatch: (events) => metrics.eventBatchSize.observe(events),
      onSplit: (error) => {
        logger.error({ err: error }, 'a write failed; its calls are written one by one');
        partitions.forget();
      },
    },
  );
  partitions.start();
  return {
    events: new EventsService(writer, { now, metrics }),
    close: async () => {
      await writer.close();
      await partitions.stop();
    },
  };
}

/** What is known of what was shown: the log of it, and the click rates for exploration. */
function createExposure(
  database: Database,
  metrics: Metrics,
  { logger, exposureDays = 30, now = () => new Date() }: ServicesOptions,
) {
  const store = new RecommendationLogStore(database);
  const partitions = new LogPartitions(store, {
    now,
    keptDays: exposureDays,
    onError: (error) => logger.warn({ err: error }, 'no log partitions were made or dropped'),
  });
  const log = new ExposureLog(
    {
      write: async (answers) => {
        await partitions.ensure(answers);
        try {
          await store.write(answers);
        } catch (error) {
          if (isOutage(error)) throw error;
          // A partition may have been taken away.
          partitions.forget();
          await partitions.ensure(answers);
          await store.write(answers);
        }
      },
    },
    {
      gatherFor: 500,
      largestBatch: 1_000,
      mostWaiting: 20_000,
      onOutcome: (outcome, answers) => metrics.loggedAnswers.inc({ outcome }, answers),
      onError: (error, isTriedAgain) => {
        logger.warn({ err: error, isTriedAgain }, 'a part of the log of answers was not written');
      },
    },
  );
  const clickPrior = new ClickPriorService({
    store: new ClickPriorStore(database),
    onError: (error) => logger.warn({ err: error }, 'the click rates were not read'),
  });
  return {
    log,
    clickPrior,
    start: async () => {
      partitions.start();
      await clickPrior.start();
    },
    close: async () => {
      await log.close();
      await clickPrior.close();
      await partitions.stop();
    },
  };
}

/** What builds the feature tables; a script's, not the online process's. */
export function createFeatureService(
  database: Database,
  weights: EventWeights = eventWeights,
  timeZone: string = defaultTimeZone,
): FeatureService {
  return new FeatureService(database, weights, timeZone);
}

/** What builds RFM scores and tiers; a script's. */
export function createRfmBuilder(database: Database): RfmBuilder {
  const states = { lockFeatures, readFeatureState, saveFeatureState, excludeWaiting };
  return new RfmBuilder(database, states);
}

/** What says what users are worth; a script's. */
export function createValueService(
  database: Database,
  timeZone: string = defaultTimeZone,
): ValueService {
  return new ValueService(database, timeZone);
}

/**
 * What publishes models and rolls them back; a script's.
 *
 * @param threads to measure the active model with, where that is needed
 */
export function createModelPublisher(
  database: Database,
  threads = availableParallelism(),
): ModelPublisher {
  return new ModelPublisher({
    store: new ModelRegistryStore(database),
    measure: (model, split, { k, testWeights }) =>
      evaluateOnSplit(database, model, split, { k, seed: 0, threads, testWeights }),
  });
}

/**
 * What publishes models of sizes and rolls them back; a script's.
 *
 * @param returnDays to measure the active model with, where that is needed
 */
export function createSizeModelPublisher(
  database: Database,
  returnDays: number,
): SizeModelPublisher {
  const measure = (model: SizePredictor, split: TimeSplit) =>
    measureSizesOnSplit(database, model, split, {
      returnWindow: returnDays * 86_400,
      charts: async (transaction) => new ChartBook(await new SizeChartsStore(transaction).all()),
    });
  return new SizeModelPublisher({
    store: new ModelRegistryStore(database, 'sizes'),
    check: decodeServingSizes,
    measure: (files, manifest, split) => measure(decodeServingSizes(files, manifest).model, split),
    measureChart: (split) => measure(chartModel, split),
  });
}

async function readiness(
  database: Database,
  models: ModelRegistryService,
  sizeModels: ModelRegistryService<PublishedSizes>,
): Promise<Readiness> {
  const up = await database.query('select 1').then(
    () => true,
    () => false,
  );
  return {
    ready: up,
    database: up ? 'up' : 'down',
    model: models.status(),
    sizeModel: sizeModels.status(),
  };
}

function packageVersion(): string {
  const text = readFileSync(join(projectRoot(), 'package.json'), 'utf8');
  return String(JSON.parse(text).version);
}
