import type { RequestHandler } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The metrics of one process, in the format of Prometheus. */
export interface Metrics {
  readonly registry: Registry;
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>;
  readonly events: Counter<'outcome'>;
  readonly eventBatchSize: Histogram;
  readonly degraded: Counter<'reason'>;
  readonly loggedAnswers: Counter<'outcome'>;
  readonly streamsOpen: Gauge;
  readonly streamMessages: Counter;
  readonly streamDelay: Histogram;
  readonly exports: Counter<'outcome'>;
  readonly bulkJobs: Gauge;
  readonly modelLoaded: Gauge<'version'>;
  readonly modelLoadFailures: Counter;
  readonly indexedItems: Gauge;
  readonly segmentRefreshSeconds: Histogram<'outcome'>;
  readonly webhookDeliveries: Counter<'outcome'>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the request to the end of the answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    }),
    events: new Counter({
      name: 'events_total',
      help: 'Events received, by what became of them.',
      labelNames: ['outcome'],
      registers,
    }),
    eventBatchSize: new Histogram({
      name: 'event_batch_size',
      help: 'Events written in one statement.',
      buckets: [1, 10, 50, 100, 250, 500, 1000, 2500, 5000, 10_000],
      registers,
    }),
    degraded: new Counter({
      name: 'recommendations_degraded_total',
      help: 'Answers given without all that they should be made from, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    loggedAnswers: new Counter({
      name: 'recommendation_log_answers_total',
      help: 'Answers for the log of what was shown: written, dropped (too many waited), failed.',
      labelNames: ['outcome'],
      registers,
    }),
    streamsOpen: new Gauge({
      name: 'streams_open',
      help: 'Streams of rankings that are open.',
      registers,
    }),
    streamMessages: new Counter({
      name: 'stream_messages_total',
      help: 'Rankings sent over streams.',
      registers,
    }),
    streamDelay: new Histogram({
      name: 'stream_delay_seconds',
      help: 'Time from when a change was seen to the ranking that it led to.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    exports: new Counter({
      name: 'segment_exports_total',
      help: 'Exports of segments: complete, or broken (the client or the database has gone).',
      labelNames: ['outcome'],
      registers,
    }),
    bulkJobs: new Gauge({
      name: 'segment_bulk_jobs',
      help: 'Exports, uploads of lists and snapshots that are under way.',
      registers,
    }),
    modelLoaded: new Gauge({
      name: 'model_loaded',
      help: '1 for the model version that answers.',
      labelNames: ['version'],
      registers,
    }),
    modelLoadFailures: new Counter({
      name: 'model_load_failures_total',
      help: 'Attempts to load the active model that failed.',
      registers,
    }),
    indexedItems: new Gauge({
      name: 'retrieval_indexed_items',
      help: 'Items of the index that answers; 0 while the exact scan does.',
      registers,
    }),
    segmentRefreshSeconds: new Histogram({
      name: 'segment_refresh_seconds',
      help: 'Time to compute the members of a segment, by what came of it: done or failed.',
      labelNames: ['outcome'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
      registers,
    }),
    webhookDeliveries: new Counter({
      name: 'segment_webhook_deliveries_total',
      help: 'Attempts to send to webhooks: delivered, failed (tried again), dead, empty (not sent).',
      labelNames: ['outcome'],
      registers,
    }),
  };
}

/** Observes every request by its route, not its path: ids would make a series each. */
export function observeRequests(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const end = metrics.requestSeconds.startTimer({ method: request.method });
    response.once('finish', () => {
      if (response.locals.isStream === true) return;
      end({ route: request.route?.path ?? 'none', status: String(response.statusCode) });
    });
    next();
  };
}
