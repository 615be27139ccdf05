import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import request from 'supertest';
import type { Database } from '../../../services/database/database.ts';
import { createMetrics } from '../../../services/http/metrics.ts';
import { ModelCache } from '../../../services/model-registry/model-cache.ts';
import { ModelRegistryService } from '../../../services/model-registry/model-registry-service.ts';
import { ModelRegistryStore } from '../../../services/model-registry/model-registry-store.ts';
import { decodeServingModel } from '../../../services/model-registry/serving-model.ts';
import { eventually } from '../../helpers/eventually.ts';
import { activateArtifact, encodeTwoBlocks } from '../../helpers/published-model.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { createTestService } from '../../helpers/test-service.ts';

describe('the model registry of a process', () => {
  let test: TestDatabase;
  let folder: string;
  let logged: { level: number; msg: string; version?: string }[];
  const running: ModelRegistryService[] = [];
  beforeEach(async () => {
    test = await createTestDatabase();
    folder = join(await mkdtemp(join(tmpdir(), 'wardrobe-models-')), 'models');
    logged = [];
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((service) => service.close()));
    await test.drop();
    await rm(join(folder, '..'), { recursive: true });
  });

  const start = async (listen: Pick<Database, 'listen'> = test.database, pollEvery = 60_000) => {
    const sink = { write: (line: string) => logged.push(JSON.parse(line)) };
    const service = new ModelRegistryService({
      store: new ModelRegistryStore(test.database),
      database: listen,
      decode: decodeServingModel,
      cache: new ModelCache(folder),
      logger: pino({ level: 'debug' }, sink),
      metrics: createMetrics(),
      pollEvery,
    });
    running.push(service);
    await service.start();
    return service;
  };
  const activate = async (version: string) =>
    activateArtifact(test.database, await encodeTwoBlocks({ version }));
  const breakFiles = (version: string) =>
    test.database.query(
      `update model_files set bytes = '\\x00' where version = $1::text and name like 'ids%'`,
      [version],
    );

  it('has the active model when it has started, and is told of the next', async () => {
    await activate('a');
    const service = await start();
    expect(service.current()?.version).toBe('a');
    await activate('b');
    await eventually(() => service.current()?.version === 'b');
    await new ModelRegistryStore(test.database).rollback();
    await eventually(() => service.current()?.version === 'a');
  });

  it('starts without a model and finds it by looking where it is not told', async () => {
    const deaf = { listen: () => Promise.reject(new Error('no listening here')) };
    const service = await start(deaf, 5);
    expect(service.current()).toBeUndefined();
    await activate('a');
    await eventually(() => service.current()?.version === 'a');
  });

  it('does not fetch what it has on disk', async () => {
    await activate('a');
    await start();
    await test.database.query('delete from model_files');
    const again = await start();
    expect(again.current()?.version).toBe('a');
  });

  it('fetches again what is broken on disk', async () => {
    await activate('a');
    await start();
    await writeFile(join(folder, 'a', 'ids.safetensors'), 'nonsense');
    const again = await start();
    expect(again.status()).toEqual({ version: 'a' });
    await test.database.query('delete from model_files');
    expect((await start()).current()?.version).toBe('a');
  });

  it('fetches again when the folder is of another artifact with the same version', async () => {
    await activate('a');
    await start();
    await test.database.query('truncate model_versions cascade');
    const other = await encodeTwoBlocks({
      version: 'a',
      data: { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' },
    });
    await activateArtifact(test.database, other);
    const service = await start();
    expect(service.current()?.version).toBe('a');
    expect(logged.map(({ msg }) => msg)).toContain('the cached model is broken; fetching it again');
  });

  it('serves several processes of one machine from one folder', async () => {
    await activate('a');
    const services = await Promise.all(Array.from({ length: 6 }, () => start()));
    expect(services.map((service) => service.current()?.version)).toEqual(Array(6).fill('a'));
  });

  it('keeps the model it has when the next is broken, and says so once', async () => {
    await activate('a');
    const service = await start(test.database, 5);
    const bad = await encodeTwoBlocks({ version: 'bad' });
    const store = new ModelRegistryStore(test.database);
    await store.register(bad.manifest, bad.files);
    await breakFiles('bad');
    await store.activate('bad', 'a');
    await eventually(() => service.status().failed !== undefined);
    for (let look = 0; look < 10; look++) await service.refresh();
    expect(service.current()?.version).toBe('a');
    expect(service.status().failed).toMatchObject({
      version: 'bad',
      reason: expect.stringMatching(/^ids.safetensors is truncated: 1 bytes/),
    });
    const errors = logged.filter(({ level }) => level >= 50);
    expect(errors).toMatchObject([{ msg: 'the active model cannot be loaded', version: 'bad' }]);
    await store.rollback();
    await eventually(() => service.status().failed === undefined);
    expect(service.current()?.version).toBe('a');
  });

  it('loads a broken version once it is mended', async () => {
    const bad = await encodeTwoBlocks({ version: 'bad' });
    const store = new ModelRegistryStore(test.database);
    await store.register(bad.manifest, new Map());
    await store.activate('bad', undefined);
    const service = await start(test.database, 5);
    expect(service.status()).toMatchObject({ version: null, failed: { version: 'bad' } });
    for (const [name, bytes] of bad.files) {
      await test.database.query(
        'insert into model_files (version, name, chunk, bytes) values ($1, $2, 0, $3)',
        ['bad', name, Buffer.from(bytes)],
      );
    }
    await eventually(() => service.current()?.version === 'bad');
  });

  it('keeps three versions on disk', async () => {
    const service = await start();
    for (const version of ['a', 'b', 'c', 'd', 'e']) {
      await activate(version);
      await service.refresh();
    }
    const kept = await readdir(folder);
    expect(kept).toHaveLength(3);
    expect(kept).toContain('e');
  });

  it('does without a folder it may write to', async () => {
    await writeFile(folder, 'in the way');
    await activate('a');
    const service = await start();
    expect(service.current()?.version).toBe('a');
    expect(logged.some(({ msg }) => msg.startsWith('cannot keep the model on disk'))).toBe(true);
  });
});

describe('GET /v1/models', () => {
  it('lists the versions page by page, newest first', async () => {
    const service = await createTestService();
    try {
      for (const version of ['a', 'b', 'c']) {
        await activateArtifact(service.database, await encodeTwoBlocks({ version }));
      }
      const first = await request(service.app).get('/v1/models?limit=2').expect(200);
      expect(first.body.versions).toMatchObject([
        { version: 'c', kind: 'item-neighbours', active: true, metrics: null },
        { version: 'b', active: false, activatedAt: expect.stringMatching(/^20.*Z$/) },
      ]);
      const second = await request(service.app)
        .get('/v1/models')
        .query({ limit: 2, cursor: first.body.nextCursor })
        .expect(200);
      expect(second.body).toMatchObject({ versions: [{ version: 'a' }], nextCursor: null });
      const cursor = (...position: string[]) =>
        Buffer.from(JSON.stringify(position)).toString('base64url');
      for (const made of [
        cursor('0000-01-01T00:00:00Z', 'v1'),
        cursor('2026-01-01T00:00:00Z', 'v\0'),
      ]) {
        await request(service.app).get('/v1/models').query({ cursor: made }).expect(400);
      }
      const bad = await request(service.app).get('/v1/models?cursor=xyz').expect(400);
      expect(bad.body.errors).toMatchObject([{ path: 'query.cursor' }]);
    } finally {
      await service.close();
    }
  });
});
