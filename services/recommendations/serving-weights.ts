import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { EventWeights } from '../../models/dataset/event-weights.ts';
import type { ModelRegistryService } from '../model-registry/model-registry-service.ts';

/**
 * What events are weighed by now: as the model that answers was trained, or as configured where it
 * does not tell or there is none. A history that is weighed otherwise than the model has learnt is
 * one that it was never measured on.
 *
 * @returns a function that gives the same object for as long as nothing changes in it
 */
export function servingWeights(
  models: Pick<ModelRegistryService, 'current'>,
  configured: EventWeights,
  logger: Logger,
): () => EventWeights {
  let serving = models.current();
  let weights = configured;
  const look = () => {
    const own = serving?.weights ?? configured;
    if (!isDeepStrictEqual(own, weights)) weights = own;
    if (isDeepStrictEqual(own, configured)) return;
    const version = serving?.version;
    logger.warn(
      { version },
      'the model has event weights of its own; train it with those configured',
    );
  };
  look();
  return () => {
    const now = models.current();
    if (now !== serving) {
      serving = now;
      look();
    }
    return weights;
  };
}
