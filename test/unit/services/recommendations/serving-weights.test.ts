import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { eventWeights } from '../../../../models/dataset/event-weights.ts';
import { changedWeights } from '../../../../models/dataset/event-weights-config.ts';
import type { ServingModel } from '../../../../services/model-registry/serving-model.ts';
import { servingWeights } from '../../../../services/recommendations/serving-weights.ts';

const other = changedWeights({ types: { like: 9 } });

/** A registry whose model can be changed, and what is said. */
function setUp(configured = eventWeights) {
  let current: ServingModel | undefined;
  const said: string[] = [];
  const logger = pino({}, { write: (line: string) => said.push(JSON.parse(line).version) });
  const weights = servingWeights({ current: () => current }, configured, logger);
  const serve = (version: string, own?: typeof eventWeights) => {
    current = { version, ...(own && { weights: own }) } as unknown as ServingModel;
  };
  return { weights, serve, said };
}

describe('servingWeights', () => {
  it('are those configured where there is no model or it does not tell', () => {
    const { weights, serve, said } = setUp(other);
    expect(weights()).toBe(other);
    serve('old');
    expect(weights()).toBe(other);
    expect(said).toEqual([]);
  });

  it('are the model’s where it has others, and that is said once a model', () => {
    const { weights, serve, said } = setUp();
    serve('one', other);
    expect(weights()).toBe(other);
    weights();
    serve('two', changedWeights({ types: { like: 9 } }));
    // The same object: what was weighed by it need not be weighed again.
    expect(weights()).toBe(other);
    serve('three', changedWeights({}));
    expect(weights()).toEqual(eventWeights);
    expect(said).toEqual(['one', 'two']);
  });
});
