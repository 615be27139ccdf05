import { parentPort, workerData } from 'node:worker_threads';
import { AudienceDesk } from './audiences/audience-desk.ts';
import type {
  AudienceJob,
  AudienceNews,
  AudienceReply,
  AudienceRequest,
} from './audiences/audience-protocol.ts';
import { type BuiltIndex, buildIndex, decodeKnownModel } from './audiences/build-index.ts';
import { Database } from './database/database.ts';
import { ModelCache } from './model-registry/model-cache.ts';
import { ModelRegistryStore } from './model-registry/model-registry-store.ts';

/**
 * The program of a thread that reads users once, and then answers about them until it is ended: its
 * own composition root.
 */
const job = workerData as AudienceJob;

async function build(): Promise<BuiltIndex> {
  const database = new Database({
    url: job.databaseUrl,
    poolSize: 1,
    applicationName: 'wardrobe audience',
    statementTimeout: 0,
  });
  try {
    const known = decodeKnownModel(await filesOf(database));
    const weights = known.weights ?? job.weights;
    const { before, mostUsers } = job;
    return await buildIndex(database, { ...known, weights }, { before, most: mostUsers });
  } finally {
    await database.close();
  }
}

async function filesOf(database: Database): Promise<ReadonlyMap<string, Uint8Array>> {
  const kept = await new ModelCache(job.modelFolder).read(job.version).catch(() => undefined);
  return kept ?? new ModelRegistryStore(database).files(job.version);
}

function tell(news: AudienceNews): void {
  parentPort?.postMessage(news);
}

try {
  const { index, bytes } = await build();
  const desk = new AudienceDesk(index);
  parentPort?.on('message', ({ id, request }: { id: number; request: AudienceRequest }) => {
    parentPort?.postMessage(replyTo(desk, id, request));
  });
  tell({ kind: 'ready', users: index.count, bytes });
} catch (error) {
  tell({ kind: 'failed', reason: messageOf(error) });
}

function replyTo(desk: AudienceDesk, id: number, request: AudienceRequest): AudienceReply {
  try {
    return { id, answer: desk.answer(request) };
  } catch (error) {
    return { id, error: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
