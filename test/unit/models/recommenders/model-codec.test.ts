import { describe, expect, it } from '@jest/globals';
import { IdMap } from '../../../../models/dataset/id-map.ts';
import { createHybridTrainer } from '../../../../models/recommenders/hybrid.ts';
import { fromParts, toParts } from '../../../../models/recommenders/model-codec.ts';
import { createSlimTrainer } from '../../../../models/recommenders/slim.ts';
import { historyFrom, scoresOf, twoBlocks } from '../../../helpers/recommender-suite.ts';

const dataset = twoBlocks();
const hybrid = await createHybridTrainer({ als: { dimensions: 4 } }).fit(dataset, { seed: 1 });
const parts = toParts({ model: hybrid, items: dataset.items });

describe('model codec', () => {
  it('keeps each component of a hybrid in a part of its own, and gives the model back', () => {
    expect([...parts.keys()].sort()).toEqual(['als', 'hybrid', 'ids', 'popularity', 'slim']);
    const again = fromParts('hybrid', parts);
    expect(again.items.ids()).toEqual(dataset.items.ids());
    const history = historyFrom([1, 2]);
    expect(scoresOf(again.model, history)).toEqual(scoresOf(hybrid, history));
  });

  it('reads one component out of a hybrid’s parts like one trained alone', async () => {
    const alone = await createSlimTrainer().fit(dataset, { seed: 1 });
    const own = new Map([...parts].filter(([part]) => ['ids', 'slim'].includes(part)));
    expect(fromParts('slim', own).model.toTensors()).toEqual(alone.toTensors());
  });

  it('says which part or tensor is missing, of a wrong type, or does not fit the ids', () => {
    const changed = (part: string, tensors: NonNullable<ReturnType<typeof parts.get>>) => {
      return () => fromParts('hybrid', new Map(parts).set(part, tensors));
    };
    expect(changed('ids', {})).toThrow('"items.bytes" is missing');
    expect(changed('als', {})).toThrow('als: tensor "eigenvalues" is missing');
    expect(changed('hybrid', {})).toThrow('"weight.popularity" is missing');
    const doubles = { popularity: { shape: [12], data: new Float64Array(12) } };
    expect(changed('popularity', doubles)).toThrow('"popularity/popularity" is none of float32');
    const fewer = toParts({ model: hybrid, items: new IdMap(['a', 'b']) });
    expect(() => fromParts('hybrid', fewer)).toThrow('has 12 items and 2 distinct ids');
  });
});
