import { parentPort, workerData } from 'node:worker_threads';
import { recommendAll } from '../../models/evaluation/recommend-all.ts';
import { modelFromTensors } from '../../models/recommenders/model-codec.ts';
import type { RankingJob } from './rank-in-threads.ts';

/** A thread of `rankInThreads`: in come dense user indices, out go their lists. */
const { kind, tensors, train, limit } = workerData as RankingJob;
const model = modelFromTensors(kind, tensors);

parentPort?.on('message', async (users: Uint32Array) => {
  const { items } = await recommendAll(model, train, users, { limit });
  parentPort?.postMessage(items);
});
