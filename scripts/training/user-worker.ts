import { parentPort, workerData } from 'node:worker_threads';
import { candidatesOf } from '../../models/evaluation/blend-pool.ts';
import { recommendAll } from '../../models/evaluation/recommend-all.ts';
import { recommendParts } from '../../models/evaluation/recommend-parts.ts';
import { HybridModel } from '../../models/recommenders/hybrid-model.ts';
import { modelFromTensors } from '../../models/recommenders/model-codec.ts';
import type { UserJob } from './user-threads.ts';

/** A thread of `forUsersInThreads`: in come dense user indices, out go their lists or candidates. */
const { task, models: encoded, train, limit } = workerData as UserJob;
const models = encoded.map(({ kind, tensors }) => modelFromTensors(kind, tensors));

parentPort?.on('message', async (users: Uint32Array) => {
  parentPort?.postMessage(await answerOf(users));
});

async function answerOf(users: Uint32Array): Promise<unknown> {
  if (task === 'candidates') return candidatesOf(models, train, users, { limit });
  const [model] = models;
  if (!model) throw new RangeError('no model to rank by');
  if (task === 'rank') return (await recommendAll(model, train, users, { limit })).items;
  if (!(model instanceof HybridModel)) throw new RangeError(`a ${model.kind} has no parts`);
  const { whole, components } = await recommendParts(model, train, users, { limit });
  return [whole, ...components.values()].map(({ items }) => items);
}
