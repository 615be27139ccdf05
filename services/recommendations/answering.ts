import type { Logger } from 'pino';
import type { ServingModel } from '../model-registry/serving-model.ts';
import type { Asking } from './asking.ts';
import type { DegradedReason } from './recommendations-schema.ts';

/** What one answer is made for and with, from its beginning to its end. */
export interface Answering {
  readonly asking: Asking;
  readonly serving: ServingModel | undefined;
  readonly now: Date;
  readonly log: Logger;
  degraded: DegradedReason | undefined;
}

/** Said once an answer. */
export function modelFailed(error: unknown, answering: Answering): void {
  if (answering.degraded === 'model_error') return;
  answering.degraded = 'model_error';
  const version = answering.serving?.version;
  answering.log.error({ err: error, version }, 'the model cannot answer');
}
