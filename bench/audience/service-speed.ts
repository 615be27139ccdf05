import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pino } from 'pino';
import { createApp } from '../../services/create-app.ts';
import { createServices } from '../../services/create-services.ts';
import type { Database } from '../../services/database/database.ts';
import { ModelRegistryStore } from '../../services/model-registry/model-registry-store.ts';
import { listen } from '../../services/server.ts';
import { type BenchDatabase, withBenchDatabase } from '../bench-database.ts';
import { fillShop, makeArtifact } from '../recommend/generated-shop.ts';
import type { AudienceBenchOptions } from './options.ts';

type Say = (line: string) => void;

interface Answer {
  readonly degradedReason?: string;
  readonly indexed: number;
  readonly users: readonly { readonly userId: string }[];
}

const rooms = 20;

/**
 * A whole service: how long users are read for, what a question takes over HTTP, and how long the
 * process that answers viewers is kept from anything else meanwhile.
 */
export async function measureService(options: AudienceBenchOptions, say: Say): Promise<void> {
  await withBenchDatabase(async (bench) => {
    await prepare(bench, options, say);
    await measure(bench, options, say);
  }, options.keep);
}

async function prepare(
  { database, dataDir }: BenchDatabase,
  options: AudienceBenchOptions,
  say: Say,
): Promise<void> {
  const made = join(dataDir, 'audience-shop.json');
  const isThere = await access(made).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  const start = performance.now();
  await fillShop(database, { ...options, rooms });
  await database.query(
    `update users set marketing_consent = random_bucket('consent', user_id) < 0.6`,
  );
  await database.query(
    `insert into user_rfm (user_id, frequency, monetary, tier, rfm_group, tier_since, computed_at)
     select user_id, 1, 10,
       (array['high_value', 'promising', 'new', 'dormant', 'lost', 'low_value', 'prospect'])[
         1 + floor(7 * random_bucket('tier', user_id))::integer],
       'recent', now(), now()
     from users`,
  );
  await addSegment(database);
  const { manifest, files } = makeArtifact({ ...options, rooms });
  const registry = new ModelRegistryStore(database);
  await registry.register(manifest, files);
  await registry.activate(manifest.version, undefined);
  await database.query('vacuum analyze');
  await writeFile(made, JSON.stringify(options));
  say(`a shop made in ${((performance.now() - start) / 1000).toFixed(0)} s`);
}

/** A tenth of the users. */
async function addSegment(database: Database): Promise<void> {
  await database.query(
    `insert into segments (segment_id, name, kind, holdout_seed) values ('tenth', 'A tenth', 'static', '1')`,
  );
  await database.query(
    `insert into segment_members (segment_id, user_id)
     select 'tenth', user_id from users where random_bucket('tenth', user_id) < 0.1`,
  );
}

async function measure(
  { url, dataDir }: BenchDatabase,
  { questions }: AudienceBenchOptions,
  say: Say,
): Promise<void> {
  const services = await createServices({
    databaseUrl: url,
    poolSize: 10,
    dataDir,
    logger: pino({ level: 'silent' }),
  });
  const server = await listen(createApp(services), '127.0.0.1', 0);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const held = () => `the event loop was held for ${(delay.max / 1e6).toFixed(0)} ms at most`;
  try {
    const get = async (path: string): Promise<Answer> => {
      const response = await fetch(`${server.url}/v1/rooms/${path}`);
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as Answer;
    };
    delay.enable();
    const start = performance.now();
    let first = await get('room-0/audience');
    while (first.degradedReason === 'building') first = await get('room-0/audience');
    if (first.degradedReason) throw new Error(first.degradedReason);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    say(`service: ${first.indexed} users read in ${seconds} s; ${held()}`);
    for (const query of [
      'limit=100',
      'limit=1000',
      'limit=100&holdout=0.1',
      'limit=100&tier=high_value',
      'limit=100&segment=tenth',
    ]) {
      delay.reset();
      const times: number[] = [];
      for (let n = 0; n < questions; n++) {
        const asked = performance.now();
        const { users } = await get(`room-${n % rooms}/audience?${query}`);
        times.push(performance.now() - asked);
        if (users.length === 0) throw new Error(`nobody for ${query}`);
      }
      times.sort((a, b) => a - b);
      const at = (share: number) => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(0);
      say(`  ${query}: p50 ${at(0.5)} ms, at most ${at(1)} ms; ${held()}`);
    }
  } finally {
    delay.disable();
    await server.stop(1_000);
    await services.close();
  }
}
